using System.Buffers.Binary;
using System.Text;
using Pointsman.Wan.Network;

namespace Pointsman.Wan.Queries;

/// <summary>As much of DNS as a client of the laboratory needs, apart from the program under test: one question for an A record, and which sites its answer names.</summary>
internal static class DnsMessages
{
    private const int HeaderBytes = 12;
    private const ushort TypeA = 1, ClassIn = 1;
    private const int MostRecords = 64; // a site has one address for each service

    /// <summary>A question without its id, which is the first two octets.</summary>
    public static byte[] Question(string name)
    {
        List<byte> query = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        foreach (var label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, 0, (byte)TypeA, 0, (byte)ClassIn]);
        return [.. query];
    }

    /// <returns>False when it is no reply to that question.</returns>
    public static bool TryRead(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> question, out byte rcode, out ulong named)
    {
        (rcode, named) = (0, 0);
        if (reply.Length < question.Length || (reply[2] & 0x80) == 0 || !reply[HeaderBytes..question.Length].SequenceEqual(question[HeaderBytes..])) return false;
        rcode = (byte)(reply[3] & 15);
        var records = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(reply[6..]), (ushort)MostRecords);
        var rest = reply[question.Length..];
        for (var i = 0; i < records; i++)
        {
            if (!SkipName(ref rest) || rest.Length < 10) return false;
            var type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
            if (rest.Length < 10 + length) return false;
            if (type == TypeA && length == 4 && WanAddress.PlaceOf(rest[10..14]) is var place and >= 0) named |= 1UL << place;
            rest = rest[(10 + length)..];
        }

        return true;
    }

    private static bool SkipName(ref ReadOnlySpan<byte> rest)
    {
        while (rest.Length > 0)
        {
            var length = rest[0];
            if ((length & 0xC0) == 0xC0) return Skip(ref rest, 2);
            if (!Skip(ref rest, length + 1)) return false;
            if (length == 0) return true;
        }

        return false;
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int octets)
    {
        if (rest.Length < octets) return false;
        rest = rest[octets..];
        return true;
    }
}
