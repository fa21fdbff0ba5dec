using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Publishing;

namespace Pointsman.Node.State;

/// <summary>
/// The shell around <see cref="Admission"/>: keeps its memory, and spares it being asked for nothing. The writer's alone, but for
/// <see cref="Memory"/>, which any thread may read.
/// </summary>
internal sealed class OwnersWord
{
    // A busy node publishes many times a second; a count that is so young is the same count.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private volatile AdmissionMemory memory = AdmissionMemory.None;
    private Cluster? cluster;
    private Instant askedAt;
    private Instant? wakeAt;

    public AdmissionMemory Memory => memory;

    /// <summary>As of the last time it was asked.</summary>
    public FrozenDictionary<VipKey, VipReport> Published { get; private set; } = FrozenDictionary<VipKey, VipReport>.Empty;

    public void Restore(ImmutableArray<ServiceId> held) => memory = AdmissionMemory.Restore(held);

    public ImmutableArray<ServiceId> Release(ServiceId? service)
    {
        memory = Admission.Release(memory, service, out var released);
        cluster = null;
        return released;
    }

    /// <returns>Whether what is published has changed.</returns>
    public bool Next(
        Cluster now,
        SiteId self,
        FrozenDictionary<VipKey, VipReport> local,
        ImmutableArray<(VipKey Vip, long Arrived, long Refused)> arrivals,
        IReadOnlyDictionary<SiteId, SiteState> states,
        Instant at,
        out TimeSpan? wake)
    {
        var before = Published;
        var isSame = ReferenceEquals(now, cluster) && before.Count == local.Count && local.Values.All(report => before.TryGetValue(report.Vip, out var word) && Live(word, report));
        if (!isSame || at - askedAt >= AskAgain)
        {
            var counted = arrivals.ToDictionary(one => one.Vip);
            var measured = local.Values.Select(report => counted.TryGetValue(report.Vip, out var count) ? new MeasuredVip(report, count.Arrived, count.Refused) : new MeasuredVip(report));
            var step = Admission.Next(now, self, memory, [.. measured], states, at);
            (memory, Published, wakeAt, askedAt, cluster) = (step.Next, step.Published.ToFrozenDictionary(report => report.Vip), step.Wake, at, now);
        }
        wake = wakeAt is { } due ? (due > at ? due - at : TimeSpan.Zero) : null;
        return before.Count != Published.Count || Published.Values.Any(word => !before.TryGetValue(word.Vip, out var old) || old.AdmitMillionths != word.AdmitMillionths || old.Condition != word.Condition);
    }

    /// <summary>Connections and condition are read when a word is sent [S23]; the part to admit, and whether it is held, are as of the last snapshot.</summary>
    public static VipReport Into(VipReport live, FrozenDictionary<VipKey, VipReport> words) => !words.TryGetValue(live.Vip, out var word) ? live : live with
    {
        ConnectionsTarget = word.ConnectionsTarget,
        AdmitMillionths = word.AdmitMillionths,
        Condition = Held(word, live.Condition) ? VipCondition.Held : live.Condition,
    };

    private static bool Live(VipReport word, VipReport live) => word.Condition == live.Condition || Held(word, live.Condition);

    private static bool Held(VipReport word, VipCondition live) => word.Condition == VipCondition.Held && live is VipCondition.Up or VipCondition.Full;
}
