using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>
/// The probes of every site by every other. With few sites each runs at its interval, as in life. With many that would be millions of probes
/// that find what was found before: a pair whose average has settled rests until the world changes for it, and then begins again anywhere within an
/// interval, as its timetable would have it. What a probe finds is the same in both.
/// </summary>
internal sealed class Prober(LoadWorld world, Random random)
{
    /// <summary>Sites up to which every probe runs.</summary>
    private const int FewSites = 16;

    private static readonly TimeSpan OutOfTurn = TimeSpan.FromMilliseconds(200);
    private readonly HashSet<(int Tester, ProbeTarget Target)> resting = [];

    /// <summary>All of this node's probes begin.</summary>
    public void Start(Speaker tester)
    {
        foreach (var target in tester.Targets) Later(tester, target, target.Settings.Interval * random.NextDouble());
    }

    /// <summary>The first ones, at once: what a node does before it answers.</summary>
    public void FirstRound(Speaker tester)
    {
        foreach (var target in tester.Targets) tester.Probed(target, Result(tester, target));
    }

    /// <summary>Something changed at this site, or on its way: nobody's probes of it, and none of its own, rest.</summary>
    public void Wake(SiteId site)
    {
        foreach (var (tester, target) in resting.Where(pair => pair.Target.Key.Vip.Site == site || world.Speakers[pair.Tester].Site.Id == site).OrderBy(pair => pair.Tester).ThenBy(pair => pair.Target.Key.Vip.Site).ThenBy(pair => pair.Target.Key.Vip.Service).ToArray())
        {
            resting.Remove((tester, target));
            Later(world.Speakers[tester], target, target.Settings.Interval * random.NextDouble());
        }
    }

    /// <summary>Out of turn.</summary>
    public void Now(Speaker tester, VipKey vip)
    {
        foreach (var target in tester.Targets)
        {
            if (target.Key.Vip == vip) Begin(tester, target, again: false);
        }
    }

    private void Later(Speaker tester, ProbeTarget target, TimeSpan span)
    {
        var life = tester.Life;
        world.Timeline.After(span, () =>
        {
            if (tester.Life == life && tester.Targets.Contains(target)) Begin(tester, target, again: true);
        });
    }

    private void Begin(Speaker tester, ProbeTarget target, bool again)
    {
        var result = Result(tester, target);
        var life = tester.Life;
        world.Timeline.After(result.Succeeded ? TimeSpan.FromMicroseconds(result.ElapsedMicros) : target.Settings.Timeout, () =>
        {
            if (tester.Life != life || tester.Probed(target, result) is not { } step) return;
            if (step.ProbeAgain) world.Timeline.After(OutOfTurn, () => Begin(tester, target, again: false));
            if (!again) return;
            if (world.Speakers.Length > FewSites && IsSettled(step, result)) resting.Add((tester.Index, target));
            else Later(tester, target, target.Settings.Interval * (0.95 + (0.1 * random.NextDouble())));
        });
    }

    private static bool IsSettled(in HealthStep step, in ProbeResult result)
    {
        var seen = step.Next.Observation;
        if (!result.Succeeded) return seen.State == HealthState.Down;
        return seen.State == HealthState.Up && seen.Samples > Policy.Publishing.Ordering.FreeSamples
            && Math.Abs(seen.ResponseMicros - result.ElapsedMicros) * 50 <= seen.ResponseMicros;
    }

    private ProbeResult Result(Speaker tester, ProbeTarget target)
    {
        var tested = target.Key.Vip.Site;
        var micros = (long)(world.ProbeMicros(tester.Site.Id, tested, target.Settings) * (0.98 + (0.04 * random.NextDouble())));
        var isSlow = micros > target.Settings.Timeout.TotalMicroseconds;
        return world.Truth.Answers(tester.Site.Id, tested) && !isSlow
            ? ProbeResult.Success(micros, "200 OK")
            : ProbeResult.Failure((long)target.Settings.Timeout.TotalMicroseconds, isSlow ? "timeout" : "no answer");
    }
}
