using System.Collections.Immutable;

namespace Pointsman.Lab.Load;

/// <summary>Who answers in a simulation.</summary>
public enum AnsweredBy
{
    /// <summary>The program's own decision.</summary>
    Decision,

    /// <summary>For comparison: each site that is up in turn.</summary>
    RoundRobin,

    /// <summary>For comparison: the site that is up and nearest.</summary>
    NearestOnly,

    /// <summary>For comparison: the site that last said it has most connections free.</summary>
    WinnerTakesAll,
}

/// <summary>Runs a scenario: the same seed, the same result, to the last user.</summary>
public static class LoadSimulation
{
    public static readonly ImmutableArray<AnsweredBy> All = [AnsweredBy.Decision, AnsweredBy.RoundRobin, AnsweredBy.NearestOnly, AnsweredBy.WinnerTakesAll];

    public static LoadOutcome Run(LoadScenario scenario, AnsweredBy answeredBy = AnsweredBy.Decision)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        IAnswers answers = answeredBy switch
        {
            AnsweredBy.RoundRobin => new RoundRobin(),
            AnsweredBy.NearestOnly => new NearestOnly(),
            AnsweredBy.WinnerTakesAll => new WinnerTakesAll(),
            _ => new TheDecision(),
        };
        var world = new LoadWorld(scenario, answers);
        world.Run();
        return new LoadOutcome(scenario, world.Figures);
    }
}
