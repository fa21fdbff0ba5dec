using System.Collections.Frozen;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// The tracked health of every target of this node. Mutable, without lock or clock: the snapshot's one writer owns it, and publishes
/// what it reads from it. A reload keeps whatever did not change [S24].
/// </summary>
public sealed class HealthBoard
{
    private const string ByConfiguration = "disabled by the configuration";

    private readonly Dictionary<TargetKey, Entry> entries = [];

    // A VIP has few real servers, a node thousands of other targets: who asks for the ones must not walk the others.
    private readonly Dictionary<VipKey, List<TargetKey>> servers = [];

    // From before the last restart, for targets that are not on the board yet.
    private Dictionary<TargetKey, TrackedHealth> remembered = [];

    private FrozenDictionary<VipKey, Observation>? remote;

    /// <summary>Takes these targets in place of the former ones.</summary>
    public void Replace(IEnumerable<ProbeTarget> targets, Instant now = default)
    {
        var gone = entries.Keys.ToHashSet();
        foreach (var target in targets)
        {
            gone.Remove(target.Key);
            entries[target.Key] = Placed(target, entries.GetValueOrDefault(target.Key), now);
        }

        foreach (var key in gone) entries.Remove(key);
        servers.Clear();
        foreach (var key in entries.Keys.Where(key => key.Server is not null))
        {
            if (!servers.TryGetValue(key.Vip, out var list)) servers[key.Vip] = list = [];
            list.Add(key);
        }

        remote = null;
    }

    /// <summary>What was known before the last restart: it stands until a probe says otherwise. Of a target that has had a probe since, nothing is taken.</summary>
    public void Remember(IEnumerable<(TargetKey Key, TrackedHealth Health)> known)
    {
        foreach (var (key, health) in known)
        {
            if (entries.TryGetValue(key, out var entry))
            {
                if (entry.Health == TrackedHealth.Start(key.Vip)) entries[key] = entry with { Health = health };
            }
            else
            {
                remembered[key] = health;
            }
        }

        remote = null;
    }

    /// <summary>A probe ended. Null when its target is not on the board, or was changed while the probe ran.</summary>
    public HealthStep? Apply(ProbeTarget target, in ProbeResult result, Instant endedAt)
    {
        if (!entries.TryGetValue(target.Key, out var entry) || entry.Target != target) return null;
        return Put(entry, HealthTracker.Apply(entry.Health, result, target.Settings, endedAt));
    }

    /// <summary>Another site sees this VIP down. True when it has to be probed at once [S9].</summary>
    public bool Suspect(VipKey vip, Instant now) =>
        entries.TryGetValue(new TargetKey(vip), out var entry) && Put(entry, HealthTracker.Suspect(entry.Health, entry.Target.Settings, now)).ProbeAgain;

    public TrackedHealth? Find(TargetKey key) => entries.GetValueOrDefault(key)?.Health;

    /// <summary>Every target and what is known of it.</summary>
    public IEnumerable<(TargetKey Key, TrackedHealth Health)> All => entries.Select(pair => (pair.Key, pair.Value.Health));

    /// <summary>What this site sees of the other sites' VIPs: its column of the response-time matrix [P3.1].</summary>
    public FrozenDictionary<VipKey, Observation> RemoteObservations() =>
        remote ??= entries.Where(pair => pair.Key.Server is null).ToFrozenDictionary(pair => pair.Key.Vip, pair => pair.Value.Health.Observation);

    /// <summary>What this site sees of the real servers behind one of its own VIPs, in no particular order [P4.3].</summary>
    public IEnumerable<(Endpoint Server, Observation Seen)> Servers(VipKey vip) =>
        servers.TryGetValue(vip, out var keys) ? keys.Select(key => (key.Server!.Value, entries[key].Health.Observation)) : [];

    private HealthStep Put(Entry entry, in HealthStep step)
    {
        if (ReferenceEquals(step.Next, entry.Health)) return step;
        entries[entry.Target.Key] = entry with { Health = step.Next };
        if (entry.Target.Key.Server is null) remote = null;
        return step;
    }

    private Entry Placed(ProbeTarget target, Entry? before, Instant now)
    {
        var health = before?.Health;
        if (health is null) health = remembered.Remove(target.Key, out var known) ? known : TrackedHealth.Start(target.Key.Vip);
        else if (!target.MeasuresTheSameAs(before!.Target)) health = HealthTracker.ForgetAverages(health);
        if (target.Disabled && health.State != HealthState.Disabled) health = HealthTracker.Disable(health, ByConfiguration, target.Settings, now).Next;
        if (!target.Disabled && health.State == HealthState.Disabled) health = HealthTracker.Enable(health, target.Settings, now).Next;
        return before is not null && before.Target == target && ReferenceEquals(health, before.Health) ? before : new Entry(target, health);
    }

    private sealed record Entry(ProbeTarget Target, TrackedHealth Health);
}
