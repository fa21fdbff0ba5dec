using System.Buffers.Binary;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>One record of an answer: RDATA in wire form, the names in it uncompressed and in the letters they came in.</summary>
internal sealed record WireRecord(string Owner, ushort Type, uint Ttl, byte[] Rdata)
{
    public override string ToString() => FormattableString.Invariant($"{Owner} {Ttl} TYPE{Type} {Convert.ToHexStringLower(Rdata)}");
}

/// <summary>An answer read to its last octet; throws <see cref="FormatException"/> at the first thing that is not as it must be.</summary>
internal sealed class WireAnswer
{
    private const ushort Opt = 41;

    /// <summary>Where names stand in RDATA that a server may have compressed: the octets before each of them.</summary>
    private static int[] NamesOf(ushort type) => type switch
    {
        2 or 3 or 4 or 5 or 7 or 8 or 9 or 12 or 23 or 39 => [0],
        6 or 14 or 17 => [0, 0],
        15 or 18 or 21 or 36 => [2],
        26 => [2, 0],
        33 => [6],
        _ => [],
    };

    public WireAnswer(byte[] message)
    {
        Octets = message;
        Flags = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(2));
        var at = 12;
        for (var i = Count(4); i > 0; i--)
        {
            var start = at;
            WireName.Read(message, ref at);
            at += 4;
            Question = message[start..at];
        }
        Answers = Section(Count(6), ref at);
        Authority = Section(Count(8), ref at);
        Additional = Section(Count(10), ref at);
        if (at != message.Length) throw new FormatException("octets after the last record");
    }

    public byte[] Octets { get; }
    public ushort Flags { get; }
    public byte[] Question { get; } = [];
    public int Rcode => Flags & 0xF;
    public bool IsAuthoritative => (Flags & 0x400) != 0;
    public bool IsTruncated => (Flags & 0x200) != 0;
    public List<WireRecord> Answers { get; }
    public List<WireRecord> Authority { get; }

    /// <summary>Without the OPT record.</summary>
    public List<WireRecord> Additional { get; }

    private int Count(int at) => BinaryPrimitives.ReadUInt16BigEndian(Octets.AsSpan(at));

    private List<WireRecord> Section(int count, ref int at)
    {
        var records = new List<WireRecord>();
        for (; count > 0; count--)
        {
            var owner = WireName.Show(WireName.Read(Octets, ref at));
            var type = (ushort)Count(at);
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(Octets.AsSpan(at + 4));
            var length = Count(at + 8);
            at += 10;
            if (type != Opt) records.Add(new WireRecord(owner, type, ttl, Rdata(type, at, length)));
            at += length;
        }
        return records;
    }

    private byte[] Rdata(ushort type, int at, int length)
    {
        var end = at + length;
        if (end > Octets.Length) throw new FormatException("RDATA over the end");
        var rdata = new List<byte>();
        foreach (var before in NamesOf(type))
        {
            rdata.AddRange(Octets.AsSpan(at, before));
            at += before;
            rdata.AddRange(WireName.Read(Octets, ref at));
        }
        if (at > end) throw new FormatException("a name over the end of its RDATA");
        return [.. rdata, .. Octets[at..end]];
    }
}
