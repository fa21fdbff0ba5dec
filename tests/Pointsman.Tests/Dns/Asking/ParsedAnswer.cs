using System.Buffers.Binary;
using System.Net;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Asking;

/// <summary>One record of an answer; RDATA as text where the tests look at it, else hexadecimal.</summary>
internal sealed record ParsedRecord(string Name, RrType Type, uint Ttl, string Rdata)
{
    public override string ToString() => $"{Name} {Ttl} {RrTypeText.Format(Type)} {Rdata}";
}

/// <summary>
/// A slow, strict reader of answers, written apart from the product's own: it follows pointers (backwards only), checks every length and
/// throws at the first thing that is not as it must be. The tests' oracle.
/// </summary>
internal sealed class ParsedAnswer
{
    private readonly byte[] _octets;
    private int _at = 12;

    public ParsedAnswer(byte[] octets)
    {
        _octets = octets;
        Assert.True(octets.Length >= 12, "shorter than a header");
        int Count(int at) => BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(at));
        Id = (ushort)Count(0);
        Flags = (ushort)Count(2);
        for (var i = Count(4); i > 0; i--)
        {
            var start = _at;
            Name();
            RawQuestion = octets[start.._at];
            Take(4);
        }
        Answers = Section(Count(6));
        Authority = Section(Count(8));
        Additional = Section(Count(10));
        Assert.Equal(octets.Length, _at);
    }

    public ushort Id { get; }
    public ushort Flags { get; }
    public byte[] RawQuestion { get; } = [];
    public List<ParsedRecord> Answers { get; }
    public List<ParsedRecord> Authority { get; }

    /// <summary>Without the OPT record.</summary>
    public List<ParsedRecord> Additional { get; }
    public int OptRecords { get; private set; }
    public ushort Payload { get; private set; }
    public bool DnssecOk { get; private set; }
    public byte ExtendedRcode { get; private set; }
    public List<(ushort Code, byte[] Value)> Options { get; } = [];

    public bool IsResponse => (Flags & 0x8000) != 0;
    public bool IsAuthoritative => (Flags & 0x0400) != 0;
    public bool IsTruncated => (Flags & 0x0200) != 0;
    public Rcode Rcode => (Rcode)((Flags & 0xF) | (ExtendedRcode << 4));

    /// <summary>SCOPE PREFIX-LENGTH, or null without a client subnet option.</summary>
    public int? Scope => Options.Find(o => o.Code == 8).Value is { } value ? value[3] : null;

    /// <summary>The value of an option, or null without one.</summary>
    public byte[]? Option(ushort code) => Options.Find(o => o.Code == code).Value;

    public int? ExtendedErrorCode => Options.Find(o => o.Code == 15).Value is { } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : null;

    private ReadOnlySpan<byte> Take(int length)
    {
        Assert.True(_at + length <= _octets.Length, "runs over the end");
        _at += length;
        return _octets.AsSpan(_at - length, length);
    }

    private int Number() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private string Name()
    {
        var wire = new List<byte>();
        var (at, back, limit) = (_at, -1, _at);
        while (true)
        {
            Assert.True(at < _octets.Length, "a name runs over the end");
            int length = _octets[at];
            if (length >= 0xC0)
            {
                if (back < 0) back = at + 2;
                at = ((length & 0x3F) << 8) | _octets[at + 1];
                Assert.True(at < limit, "a pointer that does not point back");
                limit = at;
                continue;
            }
            Assert.True(length < 64, "a label of an unknown kind");
            wire.AddRange(_octets[at..(at + length + 1)]);
            at += length + 1;
            if (length == 0) break;
        }
        Assert.True(wire.Count <= 255, "a name longer than 255 octets");
        _at = back < 0 ? at : back;
        Assert.True(DomainName.TryFromWire([.. wire], out var name));
        return name.ToString();
    }

    private List<ParsedRecord> Section(int count)
    {
        var records = new List<ParsedRecord>();
        for (; count > 0; count--)
        {
            var isRoot = _octets[_at] == 0;
            var owner = Name();
            var type = (RrType)Number();
            var number = Number();
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(Take(4));
            var length = Number();
            var end = _at + length;
            if (type == RrType.OPT)
            {
                Assert.True(isRoot, "an OPT record that is not at the root");
                OptRecords++;
                Payload = (ushort)number;
                ExtendedRcode = (byte)(ttl >> 24);
                Assert.Equal(0u, (ttl >> 16) & 0xFF);
                DnssecOk = (ttl & 0x8000) != 0;
                Assert.Equal(0u, ttl & 0x7FFF);
                while (_at < end) Options.Add(((ushort)Number(), Take(Number()).ToArray()));
            }
            else
            {
                Assert.Contains(number, (int[])[1, 3]);
                records.Add(new ParsedRecord(owner, type, ttl, Rdata(type, end)));
            }
            Assert.Equal(end, _at);
        }
        return records;
    }

    private string Rdata(RrType type, int end) => type switch
    {
        RrType.A or RrType.AAAA => new IPAddress(Take(end - _at)).ToString(),
        RrType.NS or RrType.CNAME or RrType.PTR or RrType.DNAME => Name(),
        RrType.MX => $"{Number()} {Name()}",
        RrType.SRV => $"{Number()} {Number()} {Number()} {Name()}",
        RrType.SOA => $"{Name()} {Name()} {string.Join(' ', Enumerable.Range(0, 5).Select(_ => BinaryPrimitives.ReadUInt32BigEndian(Take(4))))}",
        _ => Convert.ToHexStringLower(Take(end - _at)),
    };
}
