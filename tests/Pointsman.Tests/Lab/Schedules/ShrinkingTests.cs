using Pointsman.Lab.Scenarios;

namespace Pointsman.Tests.Lab.Schedules;

public sealed class ShrinkingTests
{
    [Fact]
    public void What_is_not_needed_is_left_out_and_what_is_stays()
    {
        var schedule = Schedule.Random(3, faults: 40);
        var needed = schedule.Lines.Where(line => !line.StartsWith("run ", StringComparison.Ordinal)).Distinct().Skip(5).Take(2).ToArray();
        var tries = 0;
        var shorter = Shrinking.Shorten(schedule, other =>
        {
            tries++;
            return needed.All(line => other.Lines.Contains(line));
        });
        Assert.Equal(needed.Order(), shorter.Lines.Order());
        Assert.InRange(tries, 1, Shrinking.MostTries);
        Assert.NotNull(Scenario.Read(shorter.Text).Scenario);
    }

    [Fact]
    public void Time_is_shortened_as_far_as_it_may_be_and_spans_become_one()
    {
        var schedule = Schedule.Random(3, faults: 10);
        static int Span(Schedule one) => one.Lines.Where(line => line.StartsWith("run ", StringComparison.Ordinal)).Sum(line => int.Parse(line[4..^2], System.Globalization.CultureInfo.InvariantCulture));
        var whole = Span(schedule);
        var shorter = Shrinking.Shorten(schedule, other => Span(other) >= whole / 3);
        Assert.InRange(Span(shorter), whole / 3, whole);
        Assert.All(shorter.Lines, line => Assert.StartsWith("run ", line, StringComparison.Ordinal));
        Assert.Single(shorter.Lines);
    }
}
