using System.Buffers.Binary;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Asking;

/// <summary>A query as a client would send it, or as none would: every field can be set wrong.</summary>
internal sealed record QueryBytes(string Name, RrType Type)
{
    public ushort Id { get; init; } = 0x1234;
    public ushort Flags { get; init; }
    public ushort Class { get; init; } = 1;
    public ushort Questions { get; init; } = 1;
    public ushort Answers { get; init; }

    /// <summary>QDCOUNT 0 and no question section.</summary>
    public bool NoQuestion { get; init; }

    /// <summary>The payload size offered; null = no OPT record.</summary>
    public ushort? Payload { get; init; }
    public byte Version { get; init; }
    public bool DnssecOk { get; init; }

    /// <summary>EDNS flags that nobody has given a meaning.</summary>
    public ushort Z { get; init; }
    public int OptRecords { get; init; } = 1;
    public byte[] OptName { get; init; } = [0];

    /// <summary>EDNS options, code and value.</summary>
    public (ushort Code, byte[] Value)[] Options { get; init; } = [];
    public byte[] Trailing { get; init; } = [];

    public byte[] Build()
    {
        var octets = new List<byte>();
        void Number(int value) => octets.AddRange([(byte)(value >> 8), (byte)value]);
        Number(Id);
        Number(Flags);
        Number(NoQuestion ? 0 : Questions);
        Number(Answers);
        Number(0);
        Number(Payload is null ? 0 : OptRecords);
        if (!NoQuestion)
        {
            octets.AddRange(DomainName.Parse(Name).Wire);
            Number((int)Type);
            Number(Class);
        }
        for (var i = 0; Payload is not null && i < OptRecords; i++)
        {
            octets.AddRange(OptName);
            Number(41);
            Number(Payload.Value);
            octets.Add(0);
            octets.Add(Version);
            Number((DnssecOk ? 0x8000 : 0) | Z);
            Number(Options.Sum(o => 4 + o.Value.Length));
            foreach (var (code, value) in Options)
            {
                Number(code);
                Number(value.Length);
                octets.AddRange(value);
            }
        }
        octets.AddRange(Trailing);
        return [.. octets];
    }

    /// <summary>A client subnet option: family, source prefix length, scope, address octets.</summary>
    public static (ushort Code, byte[] Value) Subnet(ushort family, byte source, byte scope, params byte[] address)
    {
        var value = new byte[4 + address.Length];
        BinaryPrimitives.WriteUInt16BigEndian(value, family);
        value[2] = source;
        value[3] = scope;
        address.CopyTo(value, 4);
        return (8, value);
    }
}
