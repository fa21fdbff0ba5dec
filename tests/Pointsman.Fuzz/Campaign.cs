using System.Diagnostics;
using Pointsman.Dns.Answering;

namespace Pointsman.Fuzz;

/// <summary>Many packets on several threads: progress while it runs, and in the end what became of them all.</summary>
internal sealed class Campaign(ulong seed, long packets, int threads)
{
    private const int TellEverySeconds = 10;

    private readonly long _worlds = Math.Max(1, packets / Trial.PacketsPerWorld);
    private long _next;
    private volatile FuzzException? _failed;

    /// <summary>False when a packet was not answered as it must be; <paramref name="output"/> then names it.</summary>
    public bool Run(TextWriter output)
    {
        var trials = Enumerable.Range(0, threads).Select(_ => new Trial(seed)).ToArray();
        trials[0].RunWorld(0);
        var heapBefore = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        _next = 1;
        var running = trials.Select(trial => new Thread(() => Work(trial))).ToArray();
        foreach (var thread in running) thread.Start();
        foreach (var thread in running)
            while (!thread.Join(TimeSpan.FromSeconds(TellEverySeconds))) Tell(output, trials, clock);
        Tell(output, trials, clock);
        for (var i = 0; i < trials[0].Outcomes.Count; i++) output.WriteLine($"  {(QueryOutcome)i,-16} {trials.Sum(trial => trial.Outcomes[i]),14:N0}");
        var longest = trials.Max(trial => trial.LongestTicks) * 1e6 / Stopwatch.Frequency;
        output.WriteLine($"  truncated {trials.Sum(trial => trial.Truncated):N0}; largest answer {trials.Max(trial => trial.LongestAnswer):N0} octets; longest single answer {longest:N0} µs (the system's pauses included)");
        output.WriteLine($"  heap {heapBefore:N0} octets before, {GC.GetTotalMemory(forceFullCollection: true):N0} after");
        output.WriteLine(_failed is null ? $"seed {seed}: every packet was answered as it must be" : _failed.Message);
        return _failed is null;
    }

    private void Work(Trial trial)
    {
        try
        {
            for (long world; _failed is null && (world = Interlocked.Increment(ref _next) - 1) < _worlds;) trial.RunWorld(world);
        }
        catch (FuzzException e)
        {
            _failed = e;
        }
    }

    private static void Tell(TextWriter output, Trial[] trials, Stopwatch clock)
    {
        var done = trials.Sum(trial => trial.Packets);
        output.WriteLine($"{clock.Elapsed.TotalSeconds,6:N0} s  {done,14:N0} packets  {done / clock.Elapsed.TotalSeconds,10:N0} a second");
    }
}
