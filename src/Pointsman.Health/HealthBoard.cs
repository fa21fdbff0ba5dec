using System.Collections.Frozen;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// The tracked health of every target of this node. Mutable, without lock or clock: the snapshot's one writer owns it, and publishes
/// what it reads from it. A reload keeps whatever did not change [S24].
/// </summary>
public sealed class HealthBoard
{
    private readonly Dictionary<TargetKey, Entry> entries = [];

    /// <summary>Takes these targets in place of the former ones.</summary>
    public void Replace(IEnumerable<ProbeTarget> targets)
    {
        var gone = entries.Keys.ToHashSet();
        foreach (var target in targets)
        {
            gone.Remove(target.Key);
            if (!entries.TryGetValue(target.Key, out var entry))
            {
                entries[target.Key] = new Entry(target, TrackedHealth.Start(target.Key.Vip));
            }
            else if (entry.Target != target)
            {
                var health = target.MeasuresTheSameAs(entry.Target) ? entry.Health : HealthTracker.ForgetAverages(entry.Health);
                entries[target.Key] = new Entry(target, health);
            }
        }

        foreach (var key in gone) entries.Remove(key);
    }

    /// <summary>A probe ended. Null when its target is not on the board, or was changed while the probe ran.</summary>
    public HealthStep? Apply(ProbeTarget target, in ProbeResult result, Instant endedAt)
    {
        if (!entries.TryGetValue(target.Key, out var entry) || entry.Target != target) return null;
        var step = HealthTracker.Apply(entry.Health, result, target.Settings, endedAt);
        entries[target.Key] = entry with { Health = step.Next };
        return step;
    }

    /// <summary>Another site sees this VIP down. True when it was up here until now, and so has to be probed at once [S9].</summary>
    public bool Suspect(VipKey vip, Instant now)
    {
        var key = new TargetKey(vip);
        if (!entries.TryGetValue(key, out var entry)) return false;
        var next = HealthTracker.Suspect(entry.Health, now);
        if (ReferenceEquals(next, entry.Health)) return false;
        entries[key] = entry with { Health = next };
        return true;
    }

    public TrackedHealth? Find(TargetKey key) => entries.GetValueOrDefault(key)?.Health;

    /// <summary>What this site sees of the other sites' VIPs: its column of the response-time matrix [P3.1].</summary>
    public FrozenDictionary<VipKey, Observation> RemoteObservations() =>
        entries.Where(pair => pair.Key.Server is null).ToFrozenDictionary(pair => pair.Key.Vip, pair => pair.Value.Health.Observation);

    /// <summary>What this site sees of the real servers behind one of its own VIPs, in no particular order [P4.3].</summary>
    public IEnumerable<(Endpoint Server, Observation Seen)> Servers(VipKey vip) =>
        entries.Where(pair => pair.Key.Server is not null && pair.Key.Vip == vip).Select(pair => (pair.Key.Server!.Value, pair.Value.Health.Observation));

    private sealed record Entry(ProbeTarget Target, TrackedHealth Health);
}
