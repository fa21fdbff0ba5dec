using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// One site's observations, those of a service together. A site says them service by service, so that as a rule they are taken as they stand
/// and nothing is hashed: of a hundred sites and a thousand services there are ten million.
/// </summary>
internal sealed class ObservationsByService
{
    private readonly ReadOnlyMemory<Observation> all;
    private readonly Dictionary<ServiceId, Range> ranges = [];

    public ObservationsByService(ImmutableArray<Observation> observations)
    {
        if (observations.IsDefaultOrEmpty) return;
        all = observations.AsMemory();
        if (TryNameRuns()) return;
        // Said in a mixed order: sorted, stable, so that the last word on a VIP stays the last.
        all = observations.OrderBy(observation => observation.Vip.Service.Value).ToArray();
        ranges.Clear();
        _ = TryNameRuns();
    }

    public ReadOnlyMemory<Observation> Of(ServiceId service) => ranges.TryGetValue(service, out var range) ? all[range] : default;

    /// <summary>False when a service's observations do not stand together.</summary>
    private bool TryNameRuns()
    {
        var span = all.Span;
        for (int start = 0, end; start < span.Length; start = end)
        {
            var service = span[start].Vip.Service;
            for (end = start + 1; end < span.Length && span[end].Vip.Service == service;) end++;
            if (!ranges.TryAdd(service, start..end)) return false;
        }
        return true;
    }
}
