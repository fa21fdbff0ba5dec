using System.Diagnostics;
using System.Globalization;
using Pointsman.Lab.Simulation;
using Pointsman.Model;

namespace Pointsman.Benchmarks;

/// <summary>
/// Whole clusters in virtual time: what an hour of one costs to simulate, and how long the news of a dead VIP takes through one, with the bytes that it costs. Not
/// by BenchmarkDotNet: one run is long, the same every time, and what counts of it is processor time.
/// </summary>
internal static class LabMeasures
{
    /// <summary>Between two looks at everybody's tables: what a figure is exact to.</summary>
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(10);

    /// <param name="only">The sizes to take; none = all.</param>
    public static void Run(int[] only)
    {
        Console.WriteLine("| an hour of | processor time | allocated | things that happened | words | their bytes |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var sites in (int[])[6, 32, 100])
        {
            if (IsAsked(sites)) Hour(sites);
        }
        Console.WriteLine();
        Console.WriteLine("| sites × services | a VIP dies: first seen down after | last told after that | in the last table after that | words until then | bytes | a quiet minute's bytes |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (sites, services) in ((int, int)[])[(6, 5), (32, 16), (100, 16)])
        {
            if (IsAsked(sites)) News(sites, services);
        }

        bool IsAsked(int sites) => only.Length == 0 || only.Contains(sites);
    }

    private static void Hour(int sites)
    {
        var (before, allocated) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var lab = new LabCluster(Settings(sites, 1));
        lab.Run(TimeSpan.FromHours(1));
        if (Checks.AllUp(lab) is [var wrong, ..]) throw new InvalidOperationException(wrong);
        var took = Process.GetCurrentProcess().TotalProcessorTime - before;
        Row($"{sites} sites", $"{took.TotalSeconds:0.0} s", $"{(GC.GetTotalAllocatedBytes() - allocated) / 1e9:0.0} GB", $"{lab.Timeline.Steps / 1e3:0} thousand", $"{lab.FramesSent / 1e3:0} thousand", $"{Bytes(lab.BytesSent)}");
    }

    private static void News(int sites, int services)
    {
        var lab = new LabCluster(Settings(sites, services));
        lab.Run(TimeSpan.FromSeconds(150));
        var quiet = lab.BytesSent;
        lab.Run(TimeSpan.FromMinutes(1));
        quiet = lab.BytesSent - quiet;
        var dead = lab.Cluster.Sites[0].Id;
        // One service's VIP, and its own node does not notice: the site and its other VIPs go on.
        var vip = lab.Cluster.Services[0].Vips.First(one => one.Site == dead).Key;
        var died = lab.Timeline.Now;
        lab.World.SetSilent(vip, true);
        var (first, told, last) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        var (words, bytes) = (lab.FramesSent, lab.BytesSent);
        // Who has left it out does not take it in again: it stays dead.
        var waiting = lab.Nodes.ToList();
        while (last == TimeSpan.Zero && lab.Timeline.Now - died < TimeSpan.FromMinutes(2))
        {
            lab.Run(look);
            var since = lab.Timeline.Now - died;
            if (!lab.Nodes.Any(node => node.Sees(vip) == HealthState.Down)) continue;
            if (first == TimeSpan.Zero)
            {
                first = since;
                (words, bytes) = (lab.FramesSent, lab.BytesSent);
            }
            if (told == TimeSpan.Zero && lab.Nodes.All(node => node.States.Values.Any(word => word.Observations.Any(seen => seen.Vip == vip && seen.State == HealthState.Down)))) told = since;
            while (waiting is [.., var node] && node.Table()[dead]!.Value.Weight == 0) waiting.RemoveAt(waiting.Count - 1);
            if (waiting.Count == 0) last = since;
        }
        if (last == TimeSpan.Zero) throw new InvalidOperationException($"{waiting.Count} of {sites} sites still hand users to the dead VIP");
        Row($"{sites} × {services}", $"{first.TotalSeconds:0.00} s", $"{(told - first).TotalMilliseconds:0} ms", $"{(last - first).TotalMilliseconds:0} ms", $"{lab.FramesSent - words}", $"{Bytes(lab.BytesSent - bytes)}", $"{Bytes(quiet)}");
    }

    private static LabSettings Settings(int sites, int services) => new()
    {
        Sites = [.. Enumerable.Range(1, sites).Select(number => string.Create(CultureInfo.InvariantCulture, $"s{number:000}"))],
        Services = services,
        IsWatched = false,
    };

    private static string Bytes(long bytes) =>
        bytes < 10_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0} KB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");

    private static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
