using System.Globalization;

namespace Pointsman.Switching.Layer4;

/// <summary>How many descriptors the process may have, and how many of them sessions may take.</summary>
public static unsafe class DescriptorLimit
{
    // A node at rest has some 280 open: each library that the runtime loads takes two. The rest is for listeners, probes, peers and the
    // admin address; without them a node would go blind, or end, because its VIPs are busy.
    private const int Kept = 512;

    /// <summary>
    /// Seven eighths of the soft limit (which the runtime has raised to the hard one), less what the node itself needs; the last eighth is
    /// shared by DNS over TCP and whatever else comes from outside. At least two, so that something is served.
    /// </summary>
    internal static int Budget() => OfProcess() is { } limit ? Of(limit) : 2;

    /// <summary>Why a node must not start with so few, in words; null when there are enough. It would end as soon as a library cannot be loaded.</summary>
    /// <param name="limit">Of the whole process; null = not known.</param>
    public static string? Fault(long? limit) => limit < Kept
        ? string.Create(CultureInfo.InvariantCulture, $"this process may have {limit} files open, and a node needs at least {Kept}: raise the limit (ulimit -n, or LimitNOFILE= of its service)")
        : null;

    /// <summary>The soft limit of this process.</summary>
    public static long? OfProcess()
    {
        var limits = stackalloc ulong[2];
        return OperatingSystem.IsLinux() && LibC.GetLimit(LibC.LimitDescriptors, limits) == 0 ? (long)Math.Min(limits[0], int.MaxValue) : null;
    }

    /// <param name="limit">Of the whole process.</param>
    internal static int Of(long limit) => (int)Math.Max(2, limit - Kept - (limit / 8));
}
