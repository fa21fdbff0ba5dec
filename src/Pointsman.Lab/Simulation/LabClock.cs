using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// One node's clocks. The monotonic one began at another instant than everybody else's, so that comparing two nodes' instants anywhere would show; it
/// may run fast or slow. The wall clock may be stepped between two lives; a node reads it once, when it starts, for its incarnation [S21].
/// </summary>
internal sealed class LabClock(Timeline timeline, TimeSpan start)
{
    private Instant trueBase;
    private Instant ownBase = default(Instant) + start;
    private double rate = 1;

    public Instant Now => rate == 1 ? ownBase + (timeline.Now - trueBase) : ownBase + ((timeline.Now - trueBase) * rate);

    /// <summary>Its seconds in one of true time; from now on.</summary>
    public double Rate
    {
        get => rate;
        set => (ownBase, trueBase, rate) = (Now, timeline.Now, value);
    }

    /// <summary>How far the wall clock has been stepped.</summary>
    public TimeSpan WallStep { get; set; }

    /// <summary>Milliseconds of the wall clock; never below 1.</summary>
    public ulong WallMilliseconds => (ulong)Math.Max(1, 100_000_000_000 + (timeline.Now.Micros / 1000) + (long)WallStep.TotalMilliseconds);

    /// <summary>How much true time passes while this clock shows so much.</summary>
    public TimeSpan TrueSpan(TimeSpan own) => rate == 1 ? own : TimeSpan.FromMicroseconds(Math.Ceiling(own.TotalMicroseconds / rate));
}
