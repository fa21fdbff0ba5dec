using System.Buffers.Binary;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>A query with one question. Pure.</summary>
internal static class DnsQuery
{
    public const int HeaderBytes = 12;

    // RFC 1035 §4.1.1: recursion desired; who does not recurse passes it over.
    private const ushort RecursionDesired = 0x0100;
    private const ushort ClassIn = 1;

    public static byte[] Write(ushort id, DnsCheck check)
    {
        var message = new byte[HeaderBytes + check.Name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1);
        var length = HeaderBytes;
        // RFC 1035 §3.1: each label after its length, the root's empty one at the end.
        foreach (var label in check.Name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            message[length++] = (byte)label.Length;
            length += Encoding.ASCII.GetBytes(label, message.AsSpan(length));
        }

        length++;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(length), (ushort)check.Type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(length + 2), ClassIn);
        return message[..(length + 4)];
    }
}
