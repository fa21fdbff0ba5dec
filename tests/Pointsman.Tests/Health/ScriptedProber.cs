using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Tests.Health;

/// <summary>Answers probes as a script says, after as much virtual time as it says, and remembers when each began.</summary>
internal sealed class ScriptedProber(ManualTime time, Func<ProbeTarget, (TimeSpan Takes, ProbeResult Result)> script) : IProber
{
    private readonly Dictionary<TargetKey, int> running = [];

    public List<(TargetKey Key, Instant At)> Starts { get; } = [];

    /// <summary>The most probes of one target, and of all together, ever under way at once.</summary>
    public int MostOfOne { get; private set; }
    public int MostOfAll { get; private set; }

    public IEnumerable<Instant> StartsOf(ProbeTarget target) => Starts.Where(start => start.Key == target.Key).Select(start => start.At);

    public async Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellation)
    {
        Starts.Add((target.Key, time.Now));
        running[target.Key] = running.GetValueOrDefault(target.Key) + 1;
        MostOfOne = Math.Max(MostOfOne, running[target.Key]);
        MostOfAll = Math.Max(MostOfAll, running.Values.Sum());
        try
        {
            var (takes, result) = script(target);
            if (takes > TimeSpan.Zero)
            {
                // Continues on whoever completes it: the test's own thread, inside Advance.
                var ended = new TaskCompletionSource();
                await using var timer = time.CreateTimer(_ => ended.TrySetResult(), null, takes, Timeout.InfiniteTimeSpan);
                await using var cancelled = cancellation.UnsafeRegister(_ => ended.TrySetCanceled(cancellation), null);
                await ended.Task;
            }

            return result;
        }
        finally
        {
            running[target.Key]--;
        }
    }
}
