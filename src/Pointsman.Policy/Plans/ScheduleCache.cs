namespace Pointsman.Policy.Plans;

/// <summary>
/// Equal distributions share one schedule, within a plan and from one plan to the next: most classes of most services differ in nothing, and
/// most snapshots change nothing here.
/// <code>
///   a whole compile     looks in all that the former plan knew, and forgets of it what it does not use
///   one that spares     inherits that as it stands and remembers its own few beside it: to write down again what is spared would cost
///                       more than to compile the rest. When they are no longer few they are all that is inherited.
/// </code>
/// Read by one writer; a plan that is published changes nothing here, so that several may be compiled from one former plan at once.
/// </summary>
internal sealed class ScheduleCache
{
    /// <summary>Copied with each plan that spares: so many cost some microseconds.</summary>
    private const int Few = 1024;

    private readonly Dictionary<(Distribution Distribution, int Answers), Schedule> own;
    private readonly bool spares;
    private Dictionary<(Distribution Distribution, int Answers), Schedule>? inherited;
    private Dictionary<(Distribution Distribution, int Answers), Schedule>? inheritedBefore;

    public ScheduleCache(ScheduleCache? previous, bool spares)
    {
        this.spares = spares && previous is not null;
        var few = this.spares && previous!.inherited is not null && previous.own.Count <= Few;
        own = few ? new(previous!.own) : [];
        inherited = few ? previous!.inherited : previous?.own;
        inheritedBefore = this.spares ? null : previous?.inherited;
    }

    public Schedule Get(Distribution distribution, int answers)
    {
        var key = (distribution, answers);
        if (own.TryGetValue(key, out var schedule)) return schedule;
        if (inherited?.TryGetValue(key, out schedule) is not true && inheritedBefore?.TryGetValue(key, out schedule) is not true)
            schedule = Schedule.Of(distribution, answers);
        return own[key] = schedule!;
    }

    /// <summary>The plan is made: let go of what it does not use.</summary>
    public void Seal()
    {
        if (!spares) (inherited, inheritedBefore) = (null, null);
    }
}
