using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>One zone, immutable and rendered. Made by <see cref="ZoneBuilder"/> or <see cref="MasterFiles.MasterFile"/>.</summary>
public sealed class Zone
{
    private readonly ZoneStore _store;

    internal Zone(DomainName origin, ZoneStore store, RrSet negativeSoa, int recordCount)
    {
        Origin = origin;
        _store = store;
        RecordCount = recordCount;
        Apex = new ZoneNode(store, store.Find(origin.View, 0));
        NegativeSoa = negativeSoa;
        Serial = BinaryPrimitives.ReadUInt32BigEndian(negativeSoa.RdataOf(0)[^20..]);
    }

    public DomainName Origin { get; }
    public int RecordCount { get; }
    public uint Serial { get; }

    /// <summary>The size of the zone in memory.</summary>
    public long Bytes => _store.Bytes;

    internal ZoneNode Apex { get; }

    /// <summary>The SOA with the TTL that negative answers have.</summary>
    internal RrSet NegativeSoa { get; }

    /// <summary>The RRset of exactly this owner and type, or null; neither wildcards nor delegations are looked at.</summary>
    public RrSet? FindExact(DomainName owner, RrType type)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return FindNode(owner.View)?.Find(type);
    }

    internal ZoneNode? FindNode(in NameView name, int skipped = 0)
    {
        var node = _store.Find(name, skipped);
        return node < 0 ? null : new ZoneNode(_store, node);
    }

    /// <summary>The closest encloser (RFC 4592 §3.3.1) of a name at or below the apex; <paramref name="skipped"/> = labels of the name below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ZoneNode FindClosest(in NameView name, out int skipped)
    {
        // Ends at the apex at the latest: the caller chose the zone by it.
        for (skipped = 0; skipped < name.Labels; skipped++)
        {
            var node = _store.Find(name, skipped);
            if (node >= 0) return new ZoneNode(_store, node);
        }
        return Apex;
    }
}
