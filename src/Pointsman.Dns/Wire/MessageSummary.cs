using System.Buffers.Binary;
using System.Net;
using Pointsman.Dns.Answering.Options;

namespace Pointsman.Dns.Wire;

/// <summary>One record of a message, for people: A and AAAA as addresses, names as names, anything else in generic form.</summary>
public sealed record RecordSummary(string Owner, RrType Type, uint Ttl, string Rdata);

/// <summary>The client subnet of a message (RFC 7871 §6): what the client said in a query, and how far the answer holds.</summary>
public sealed record SubnetSummary(IPAddress Address, int SourcePrefixLength, int ScopePrefixLength);

/// <summary>
/// What a message says, read once and kept as text: for messages that were recorded, ours or another server's. Off the query path, so it may
/// allocate; but the message is as hostile as any: it may lie in every length and pointer, and is then read as far as it can be.
/// </summary>
public sealed record MessageSummary
{
    /// <summary>More records than this in one section are left out; 64 KiB hold 4,000 addresses.</summary>
    public const int MostRecords = 256;

    public ushort Id { get; private init; }
    public bool IsResponse { get; private init; }
    public bool IsTruncated { get; private init; }
    public int Opcode { get; private init; }

    /// <summary>With the extension of EDNS.</summary>
    public int Rcode { get; private init; }

    /// <summary>The question; null when there is none that can be read.</summary>
    public string? Name { get; private init; }
    public RrType Type { get; private init; }
    public SubnetSummary? Subnet { get; private init; }

    /// <summary>The answer section, at most <see cref="MostRecords"/> of it.</summary>
    public IReadOnlyList<RecordSummary> Answers { get; private init; } = [];

    /// <summary>False when the message ended, or made no sense, before its end.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The RCODE by its name in the registry, e.g. NXDOMAIN; RCODE23 for one without.</summary>
    public string RcodeText => Enum.IsDefined((Rcode)Rcode) ? ((Rcode)Rcode).ToString().ToUpperInvariant() : FormattableString.Invariant($"RCODE{Rcode}");

    /// <summary>False when there is not even a header, or more octets than a message can have.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out MessageSummary summary)
    {
        summary = new MessageSummary();
        if (message.Length is < 12 or > ushort.MaxValue) return false;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        summary = summary with
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            IsResponse = (flags & 0x8000) != 0,
            IsTruncated = (flags & 0x0200) != 0,
            Opcode = (flags >> 11) & 0xF,
            Rcode = flags & 0xF,
        };
        var reader = new MessageReader(message, 12);
        for (int i = 0, count = BinaryPrimitives.ReadUInt16BigEndian(message[4..]); i < count; i++)
        {
            if (!TryReadName(ref reader, message, out var name) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out _)) return true;
            if (i == 0) summary = summary with { Name = name, Type = (RrType)type };
        }
        summary = ReadRecords(ref reader, message, summary);
        return true;
    }

    private static MessageSummary ReadRecords(ref MessageReader reader, ReadOnlySpan<byte> message, MessageSummary summary)
    {
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var all = answers + BinaryPrimitives.ReadUInt16BigEndian(message[8..]) + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        var records = new List<RecordSummary>();
        summary = summary with { Answers = records };
        // Bounded by the message: each record takes at least 11 octets of it.
        for (var i = 0; i < all; i++)
        {
            var ownerAt = reader.Position;
            if (!reader.TrySkipName(out _) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out _) || !reader.TryReadUInt32(out var ttl)
                || !reader.TryReadUInt16(out var length))
                return summary;
            var rdataAt = reader.Position;
            if (!reader.TryReadSpan(length, out var rdata)) return summary;
            if (i < answers && records.Count < MostRecords)
            {
                var owner = new MessageReader(message, ownerAt);
                if (!TryReadName(ref owner, message, out var name)) return summary;
                records.Add(new RecordSummary(name, (RrType)type, ttl, RdataText((RrType)type, message, rdataAt, rdata)));
            }
            else if (i >= answers && type == (ushort)RrType.OPT)
                summary = summary with { Rcode = (summary.Rcode & 0xF) | (int)(ttl >> 24 << 4), Subnet = ReadSubnet(rdata) };
        }
        return summary with { IsWhole = reader.AtEnd };
    }

    private static string RdataText(RrType type, ReadOnlySpan<byte> message, int at, ReadOnlySpan<byte> rdata)
    {
        switch (type)
        {
            case RrType.A when rdata.Length == 4:
            case RrType.AAAA when rdata.Length == 16:
                return new IPAddress(rdata).ToString();
            case RrType.NS or RrType.CNAME or RrType.PTR or RrType.DNAME:
                var reader = new MessageReader(message, at);
                if (TryReadName(ref reader, message, out var name) && reader.Position == at + rdata.Length) return name;
                break;
            default:
                break;
        }
        // RFC 3597 §5: the length, then the octets.
        return rdata.IsEmpty ? "\\# 0" : FormattableString.Invariant($"\\# {rdata.Length} {Convert.ToHexStringLower(rdata)}");
    }

    private static SubnetSummary? ReadSubnet(ReadOnlySpan<byte> options)
    {
        var reader = new MessageReader(options);
        // Bounded by the record: each option takes at least 4 octets of it.
        while (reader.TryReadUInt16(out var code) && reader.TryReadUInt16(out var length) && reader.TryReadSpan(length, out var value))
        {
            if (code != (ushort)OptionCode.ClientSubnet || value.Length < 4) continue;
            var width = value[1] == 1 ? 4 : 16;
            if (value[0] != 0 || value[1] is not (1 or 2) || value.Length > 4 + width) continue;
            Span<byte> octets = stackalloc byte[16];
            octets.Clear();
            value[4..].CopyTo(octets);
            return new SubnetSummary(new IPAddress(octets[..width]), value[2], value[3]);
        }
        return null;
    }

    /// <summary>A name with its pointers followed. RFC 1035 §4.1.4: to an earlier place, so each one must lead further back than the one before.</summary>
    private static bool TryReadName(ref MessageReader reader, ReadOnlySpan<byte> message, out string text)
    {
        text = "";
        var at = reader.Position;
        if (!reader.TrySkipName(out _)) return false;
        Span<byte> wire = stackalloc byte[NameView.MaxLength];
        var (length, limit) = (0, at);
        // Bounded: a label makes the name longer, up to its bound; a pointer makes the limit smaller.
        while (at < message.Length)
        {
            int octet = message[at];
            if (octet >= 0xC0)
            {
                if (at + 1 >= message.Length) return false;
                at = ((octet & 0x3F) << 8) | message[at + 1];
                if (at >= limit) return false;
                limit = at;
                continue;
            }
            if (octet > 63 || length + octet + 1 > wire.Length || at + octet + 1 > message.Length) return false;
            message.Slice(at, octet + 1).CopyTo(wire[length..]);
            length += octet + 1;
            at += octet + 1;
            if (octet > 0) continue;
            if (!DomainName.TryFromWire(wire[..length], out var name)) return false;
            text = name.ToString();
            return true;
        }
        return false;
    }
}
