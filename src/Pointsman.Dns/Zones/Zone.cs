using System.Buffers.Binary;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>One zone, immutable and rendered. Made by <see cref="ZoneBuilder"/> or <see cref="MasterFiles.MasterFile"/>.</summary>
public sealed class Zone
{
    private readonly NameTable _table;
    private readonly ZoneNode[] _nodes;

    internal Zone(DomainName origin, NameTable table, ZoneNode[] nodes, int recordCount)
    {
        Origin = origin;
        _table = table;
        _nodes = nodes;
        RecordCount = recordCount;
        Apex = nodes[table.Find(origin.View)];
        Soa = Apex.Find(RrType.SOA)!;
        // RFC 2308 §5: the TTL of the SOA in a negative answer is the lesser of its own TTL and its MINIMUM field, the last four octets.
        var rdata = Soa.RdataOf(0);
        NegativeSoa = Soa.WithTtl(Math.Min(Soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(rdata[^4..])));
        Serial = BinaryPrimitives.ReadUInt32BigEndian(rdata[^20..]);
    }

    public DomainName Origin { get; }
    public int RecordCount { get; }
    public uint Serial { get; }
    internal ZoneNode Apex { get; }
    internal RrSet Soa { get; }
    internal RrSet NegativeSoa { get; }

    /// <summary>The RRset of exactly this owner and type, or null; neither wildcards nor delegations are looked at.</summary>
    public RrSet? FindExact(DomainName owner, RrType type)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return FindNode(owner.View)?.Find(type);
    }

    internal ZoneNode? FindNode(NameView name, int skipped = 0)
    {
        var index = _table.Find(name, skipped);
        return index < 0 ? null : _nodes[index];
    }

    /// <summary>The closest encloser (RFC 4592 §3.3.1) of a name at or below the apex; <paramref name="skipped"/> = labels of the name below it.</summary>
    internal ZoneNode FindClosest(NameView name, out int skipped)
    {
        // Ends at the apex at the latest: the caller chose the zone by it.
        for (skipped = 0; skipped < name.Labels; skipped++)
        {
            var index = _table.Find(name, skipped);
            if (index >= 0) return _nodes[index];
        }
        return Apex;
    }
}
