using System.Collections.Frozen;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// One node's eyes in one of its lives: the real targets, board and tracker; what a probe finds is the world's to say. Each target has its rhythm, and is
/// looked at out of turn when it is suspect, never twice within 200 ms.
/// </summary>
internal sealed class LabProbes
{
    private static readonly TimeSpan FirstSpread = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastGap = TimeSpan.FromMilliseconds(200);

    private readonly LabCluster lab;
    private readonly LabNode node;
    private readonly Random random;
    private readonly HealthBoard board = new();
    private readonly FrozenDictionary<VipKey, ProbeTarget> targets;
    private readonly HashSet<VipKey> unseen;
    private FrozenDictionary<VipKey, Observation>? observations;

    public LabProbes(LabCluster lab, LabNode node, Random random)
    {
        (this.lab, this.node, this.random) = (lab, node, random);
        targets = Targets.Remote(lab.Cluster, node.Site.Id).ToFrozenDictionary(target => target.Key.Vip);
        unseen = [.. targets.Keys];
        board.Replace(targets.Values);
    }

    /// <summary>Every target has had a result [S11].</summary>
    public bool IsFirstRoundDone => unseen.Count == 0;

    public FrozenDictionary<VipKey, Observation> Observations => observations ??= board.RemoteObservations();

    public HealthState Sees(VipKey vip) => board.Find(new TargetKey(vip))?.State ?? HealthState.Unknown;

    /// <summary>To be called once, when the life begins.</summary>
    public void Start()
    {
        foreach (var target in Targets.Remote(lab.Cluster, node.Site.Id)) node.Later(FirstSpread * random.NextDouble(), () => Begin(target, again: true));
    }

    /// <summary>Another site sees it down. True when that was news, and it is being looked at.</summary>
    public bool Suspect(VipKey vip, Instant now)
    {
        if (!targets.TryGetValue(vip, out var target) || !board.Suspect(vip, now)) return false;
        observations = null;
        Begin(target, again: false);
        return true;
    }

    private void Begin(ProbeTarget target, bool again)
    {
        var settings = target.Settings;
        if (again) node.Later(settings.Interval * (0.95 + (0.1 * random.NextDouble())), () => Begin(target, again: true));
        var vip = target.Key.Vip;
        var micros = (long)(lab.World.TimeOf(node.Site.Id, vip.Site) * (0.99 + (0.02 * random.NextDouble())));
        var timeout = (long)settings.Timeout.TotalMicroseconds;
        var answers = micros <= timeout && lab.World.Answers(node.Site.Id, vip);
        node.Later(TimeSpan.FromMicroseconds(answers ? micros : timeout), () =>
            End(target, answers && lab.World.Answers(node.Site.Id, vip) ? ProbeResult.Success(micros, "200 OK") : ProbeResult.Failure(answers ? micros : timeout, "no answer")));
    }

    private void End(ProbeTarget target, ProbeResult result)
    {
        if (board.Apply(target, result, node.Now) is not { } step) return;
        var first = unseen.Remove(target.Key.Vip) && IsFirstRoundDone;
        observations = null;
        if (step.ProbeAgain) node.Later(LeastGap, () => Begin(target, again: false));
        node.Probed(target.Key.Vip, step, first);
    }
}
