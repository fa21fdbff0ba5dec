using System.Text.Json;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Health;

/// <summary>docs/explanation/states.md and the program, cell by cell: what stands in the one stands in the other, and is what happens.</summary>
public sealed class HealthTableTests
{
    private static readonly ProbeSettings settings = new() { Fall = 3, Rise = 2, HoldDown = TimeSpan.FromSeconds(10), OverloadAbove = TimeSpan.FromMilliseconds(500) };
    private static readonly Instant now = new(1_000_000_000);

    public static TheoryData<HealthState, HealthInput, HealthState, HealthActions> Documented
    {
        get
        {
            var data = new TheoryData<HealthState, HealthInput, HealthState, HealthActions>();
            foreach (var (cell, said) in Page()) data.Add(cell.State, cell.Input, said.Next, said.Actions);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Documented))]
    [Trait("mission", "P4.3")]
    [Trait("mission", "P4.4")]
    public void What_the_page_says_is_what_the_program_does(HealthState before, HealthInput input, HealthState after, HealthActions actions)
    {
        var step = Happen(before, input);
        Assert.Equal(before, step.Before);
        Assert.Equal(after, step.After);
        Assert.Equal(actions.HasFlag(HealthActions.ProbeAgain), step.ProbeAgain);
        Assert.Equal(actions.HasFlag(HealthActions.HoldDown), step.Next.Observation.HeldUntil > now);
        Assert.Equal(actions.HasFlag(HealthActions.Forget), step.Next.Observation.Samples == 0);
    }

    [Fact]
    public void Every_cell_of_the_program_stands_on_the_page()
    {
        var page = Page();
        foreach (var state in Enum.GetValues<HealthState>())
        {
            foreach (var input in Enum.GetValues<HealthInput>()) Assert.Equal(HealthTable.Of(state, input), page[(state, input)]);
        }

        Assert.Equal(Enum.GetValues<HealthState>().Length * Enum.GetValues<HealthInput>().Length, page.Count);
    }

    [Fact]
    public void Only_down_and_disabled_can_lead_away_from_answering_for_good_and_nothing_but_an_operator_leads_out_of_disabled()
    {
        foreach (var input in Enum.GetValues<HealthInput>().Where(input => input != HealthInput.Enable)) Assert.Equal(HealthState.Disabled, HealthTable.Of(HealthState.Disabled, input).Next);
        foreach (var input in new[] { HealthInput.Refusal, HealthInput.Full, HealthInput.EnoughRefusals, HealthInput.Slow, HealthInput.EnoughSlow, HealthInput.OwnFault, HealthInput.Suspicion })
            Assert.All(Enum.GetValues<HealthState>().Where(state => state != HealthState.Down), state => Assert.NotEqual(HealthState.Down, HealthTable.Of(state, input).Next));
    }

    /// <summary>Brings a target into the state, and makes happen there what the row of the table describes.</summary>
    private static HealthStep Happen(HealthState before, HealthInput input)
    {
        // Suspected in the past, so that what began since then counts; once held down, long over.
        var health = new TrackedHealth
        {
            Observation = new Observation { Vip = Given.RemoteVip(), State = before, ResponseMicros = 10_000, Samples = 50 },
            SampledAt = new Instant(now.Micros - 5_000_000),
            SuspectedAt = new Instant(now.Micros - 1_000_000),
        };
        var isSlow = input is HealthInput.Slow or HealthInput.EnoughSlow;
        if (isSlow) health = health with { Observation = health.Observation with { ResponseMicros = 900_000 } };
        var times = input is HealthInput.EnoughSuccesses or HealthInput.EnoughSlow ? settings.Rise
            : input is HealthInput.EnoughFailures ? settings.Fall
            : input is HealthInput.EnoughRefusals ? before == HealthState.Down ? settings.Rise : settings.Fall : 1;
        // All but the last of them have been before: they led to the state that it has.
        health = health with { SuccessesInRow = times - 1, FailuresInRow = times - 1, RefusalsInRow = times - 1 };
        return input switch
        {
            HealthInput.Success or HealthInput.EnoughSuccesses or HealthInput.Slow or HealthInput.EnoughSlow => Apply(ProbeResult.Success(isSlow ? 900_000 : 10_000, "200 OK")),
            HealthInput.EarlyAnswer => Apply(ProbeResult.Success(2_000_000, "200 OK")),
            HealthInput.Refusal or HealthInput.EnoughRefusals => Apply(ProbeResult.Overloaded(1000, "503 Busy")),
            HealthInput.Full => Apply(ProbeResult.Full(1000, "503: the VIP is full")),
            HealthInput.Failure or HealthInput.EnoughFailures => Apply(Given.Failure()),
            HealthInput.OwnFault => Apply(ProbeResult.Inconclusive(1, "no descriptors")),
            HealthInput.Suspicion => HealthTracker.Suspect(health, settings, now),
            HealthInput.Disable => HealthTracker.Disable(health, "by the operator", settings, now),
            _ => HealthTracker.Enable(health, settings, now),
        };

        HealthStep Apply(ProbeResult result) => HealthTracker.Apply(health, result, input == HealthInput.EarlyAnswer ? settings with { OverloadAbove = null, Rise = 5 } : settings, now);
    }

    private static Dictionary<(HealthState State, HealthInput Input), HealthCell> Page()
    {
        var lines = SourceTree.Read("docs/explanation/states.md").Split('\n');
        var head = Array.FindIndex(lines, line => line.StartsWith("| what happens |", StringComparison.Ordinal));
        var states = Cells(lines[head])[1..].Select(word => Enum.Parse<HealthState>(word, ignoreCase: true)).ToArray();
        var page = new Dictionary<(HealthState, HealthInput), HealthCell>();
        foreach (var line in lines[(head + 2)..].TakeWhile(line => line.StartsWith('|')))
        {
            var cells = Cells(line);
            var name = cells[0].Split('`')[1];
            var input = Enum.GetValues<HealthInput>().Single(one => JsonNamingPolicy.KebabCaseLower.ConvertName(one.ToString()) == name);
            Assert.Equal(states.Length + 1, cells.Length);
            for (var column = 0; column < states.Length; column++) page.Add((states[column], input), Read(cells[column + 1], states[column]));
        }

        return page;
    }

    private static HealthCell Read(string text, HealthState state)
    {
        var words = text.Split(", ");
        var actions = HealthActions.None;
        foreach (var word in words[1..])
        {
            actions |= word switch
            {
                "again" => HealthActions.ProbeAgain,
                "hold" => HealthActions.HoldDown,
                "forget" => HealthActions.Forget,
                _ => throw new InvalidDataException($"'{word}' is no action"),
            };
        }

        return new HealthCell(words[0] == "–" ? state : Enum.Parse<HealthState>(words[0].Replace("→ ", "", StringComparison.Ordinal), ignoreCase: true), actions);
    }

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
}
