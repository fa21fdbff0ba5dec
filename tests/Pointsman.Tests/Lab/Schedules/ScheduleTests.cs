using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Pointsman.Lab.Scenarios;

namespace Pointsman.Tests.Lab.Schedules;

/// <summary>
/// Random schedules of faults, each numbered: a slice of them here, thousands with POINTSMAN_SCHEDULES=2000 (and POINTSMAN_FIRST_SCHEDULE=N, to begin
/// with another). One that breaks a promise is made short and printed as a scenario, to be kept in a file and told by <c>pointsman simulate</c>.
/// </summary>
public sealed class ScheduleTests
{
    private const int Slice = 60;

    private static readonly Gen<Draw> draws = Gen.Select(Gen.Int[0, Draw.Kinds - 1], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, Draw.Sizes - 1], Gen.Int[1, 15_000])
        .Select((kind, one, other, size, gap) => new Draw(kind, one, other, size, gap));

    private static readonly Gen<Schedule> schedules =
        from seed in Gen.Int[0, 1_000_000]
        from sites in Gen.Int[2, 7]
        from interval in Gen.Int[1, 29]
        from fall in Gen.Int[1, 3]
        from form in Gen.Int[0, 3]
        from faults in draws.Array[1, 30]
        select Schedule.Of(Schedule.Opening(seed, sites, interval, fall, form), faults);

    [Fact]
    [Trait("mission", "P5.7")]
    public void No_schedule_of_faults_breaks_a_promise()
    {
        var (first, count) = (Number("POINTSMAN_FIRST_SCHEDULE", 0), Number("POINTSMAN_SCHEDULES", Slice));
        var broken = new ConcurrentBag<int>();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (number, loop) =>
        {
            if (Scheduled(number).Violations().IsEmpty) return;
            broken.Add(number);
            // A few show what a thousand would.
            if (broken.Count >= 5) loop.Stop();
        });
        Assert.True(broken.IsEmpty, string.Join("\n\n", broken.Order().Take(3).Select(Story)));
    }

    [Fact]
    public void A_schedule_is_the_same_again_and_another_number_is_another()
    {
        Assert.Equal(Scheduled(7).Text, Scheduled(7).Text);
        Assert.NotEqual(Scheduled(7).Text, Scheduled(8).Text);
        Assert.Equal(Schedule.Random(7).Text, Schedule.Random(7).Text);
    }

    [Fact]
    public void Every_fault_is_a_line_that_can_be_read()
    {
        for (var kind = 0; kind < Draw.Kinds; kind++)
        {
            foreach (var size in (int[])[0, 1, 2, 250, 500, 999])
            {
                foreach (var sites in (int[])[1, 2, 7])
                {
                    var text = Schedule.Of(Schedule.Opening(1, sites, 5, 3, 3), [new Draw(kind, 3, 3, size, 10), new Draw(kind, 0, 1, size, 10)]).Text;
                    var (scenario, mistakes) = Scenario.Read(text);
                    Assert.True(scenario is not null, $"{text}: {string.Join(' ', mistakes)}");
                }
            }
        }
    }

    private static Schedule Scheduled(int number) => schedules.Generate(new PCG((uint)number, 20261127), null, out _);

    private static string Story(int number)
    {
        var schedule = Scheduled(number);
        var violations = schedule.Violations();
        var shorter = Shrinking.Shorten(schedule, other => other.Violations().Any(violation => violation.Promise == violations[0].Promise));
        return string.Create(CultureInfo.InvariantCulture, $"schedule {number} (POINTSMAN_FIRST_SCHEDULE={number} POINTSMAN_SCHEDULES=1): {string.Join("\n", shorter.Violations())}\n\n{shorter.Text}");
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
