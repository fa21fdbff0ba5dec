namespace Pointsman.Lab.Simulation.Promises;

/// <summary>How long what is promised may take, each with its reason: what the documentation says, in numbers.</summary>
internal sealed class Bounds
{
    /// <summary>Clocks that drift make every span longer by as much; a scenario's may by this.</summary>
    public const double MostDrift = 0.05;

    /// <summary>Bad news leaves within this [S22].</summary>
    public static readonly TimeSpan NewsLeaves = TimeSpan.FromMilliseconds(100);

    public Bounds(LabSettings settings)
    {
        // With the period off a word is not repeated: the one that was lost comes with the next stream.
        var period = settings.Interval ?? TimeSpan.Zero;
        var stream = Network.NoticedAfter + (Network.LookEvery * 2);
        // A second's hold of good news, the way, and what is under way when the third period ends.
        Convergence = (1 + MostDrift) * (Longest(period * 3, stream + period) + TimeSpan.FromSeconds(2));
        var probe = settings.Probe;
        // What flaps is held down longer each time, and never longer than the operator says, or than the first time.
        var mostHeldDown = Longest(probe.HoldDownMax, probe.HoldDown ?? (probe.Interval * 2));
        // Who saw it down sees it up after `rise` good probes, once it is not held down any more, and says so at once; who heard nothing hears it with the next word.
        Recovery = (1 + MostDrift) * ((probe.Interval * 1.05 * (probe.Rise + 1)) + probe.Timeout + TimeSpan.FromSeconds(2) + mostHeldDown) + Convergence;
    }

    /// <summary>From the healing of everything to equal views: three periods, or where those are shorter than that, until a dead stream is noticed and dialled again, and one.</summary>
    public TimeSpan Convergence { get; }

    /// <summary>From the healing of everything until every site is in everybody's answers.</summary>
    public TimeSpan Recovery { get; }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
