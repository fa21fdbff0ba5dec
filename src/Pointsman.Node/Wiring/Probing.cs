using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.State;

namespace Pointsman.Node.Wiring;

/// <summary>Gives the scheduler what a configuration asks to be probed, and tells people where the budget does not allow all of it.</summary>
internal sealed class Probing(ProbeScheduler scheduler, EventLog log)
{
    private double told = 1;

    public void Use(Cluster cluster, ImmutableArray<ProbeTarget> targets)
    {
        scheduler.Replace(targets, cluster.Health.ProbesPerSecond);
        var stretch = scheduler.Stretch;
        if (stretch == told) return;
        told = stretch;
        if (stretch == 1)
        {
            log.Add("probe-budget-over", "health.probesPerSecond allows all that the intervals ask for");
            return;
        }

        // [S8] with every interval as long as it now is.
        var slowest = targets.Where(target => !target.Disabled).Max(target => (target.Settings.Fall * 1.05 * stretch * target.Settings.Interval) + target.Settings.Timeout);
        log.Add("probe-budget", string.Create(CultureInfo.InvariantCulture,
            $"the intervals ask for {scheduler.Wanted:0.#} probes a second and health.probesPerSecond is {cluster.Health.ProbesPerSecond}: every interval is {stretch:0.##} times as long, and a death may be seen only after {Duration.Format(TimeSpan.FromSeconds(Math.Ceiling(slowest.TotalSeconds)))}"));
    }

    /// <summary>Waits for the first round; tells if it was cut short.</summary>
    public async Task FirstRoundAsync(CancellationToken stop)
    {
        await scheduler.FirstRound.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var missing = stop.IsCancellationRequested ? 0 : scheduler.Unanswered;
        if (missing > 0) log.Add("first-round-short", string.Create(CultureInfo.InvariantCulture, $"{missing} probes of the first round have not ended in their time: ready without them"));
    }
}
