namespace Pointsman.Policy.Plans;

/// <summary>
/// Equal distributions share one schedule, within a plan and from one plan to the next: most classes of most services differ in nothing, and
/// most snapshots change nothing here. What the new plan does not use is forgotten with the old one.
/// </summary>
internal sealed class ScheduleCache(ScheduleCache? previous)
{
    private readonly Dictionary<(Distribution Distribution, int Answers), Schedule> schedules = [];
    private ScheduleCache? before = previous;

    public Schedule Get(Distribution distribution, int answers)
    {
        var key = (distribution, answers);
        if (schedules.TryGetValue(key, out var schedule)) return schedule;
        if (before is null || !before.schedules.TryGetValue(key, out schedule)) schedule = Schedule.Of(distribution, answers);
        return schedules[key] = schedule;
    }

    /// <summary>The plan is made: let go of the former one's.</summary>
    public void Seal() => before = null;
}
