using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>The zones of one server, immutable. A query belongs to the zone with the longest apex at or above its name.</summary>
public sealed class ZoneSet
{
    private readonly NameTable _apexes;
    private readonly int _deepest;

    /// <summary>Of two zones with the same origin the first one counts.</summary>
    public ZoneSet(IEnumerable<Zone> zones)
    {
        Zones = [.. zones];
        _apexes = new NameTable([.. Zones.Select(z => z.Origin)]);
        _deepest = Zones.Select(z => z.Origin.Labels).DefaultIfEmpty(-1).Max();
    }

    public ImmutableArray<Zone> Zones { get; }

    /// <summary>The zone that <paramref name="name"/> belongs to, or null.</summary>
    public Zone? Find(DomainName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(name.View, RrType.None);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Zone? Find(in NameView name, RrType type)
    {
        Zone? child = null;
        for (var skipped = Math.Max(0, name.Labels - _deepest); skipped <= name.Labels; skipped++)
        {
            var index = _apexes.Find(name, skipped);
            if (index < 0) continue;
            // RFC 4035 §3.1.4.1: DS at a zone cut is the parent's; the child's zone answers only when we do not serve the parent.
            if (skipped > 0 || type != RrType.DS) return Zones[index];
            child = Zones[index];
        }
        return child;
    }
}
