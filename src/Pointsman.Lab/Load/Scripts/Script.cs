using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>A scenario that was read: the story, and what is expected of it.</summary>
public sealed record Script(LoadScenario Scenario, ImmutableArray<Expectation> Expectations)
{
    /// <summary>Reads a scenario whole: either all of it or every mistake.</summary>
    /// <param name="cluster">Of a real configuration: then the scenario names no site and no policy of its own. Null = it names its own.</param>
    /// <param name="tables">The configuration's, for sites that do not say where they stand.</param>
    public static (Script? Script, ImmutableArray<Mistake> Mistakes) Read(string text, Cluster? cluster = null, Places? tables = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var mistakes = new Mistakes();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var statements = lines.Select((line, index) => Statement.Read(index + 1, line, mistakes)).Where(statement => !statement.IsEmpty).ToArray();
        var opening = new Opening(cluster, tables, mistakes);
        // What happens and what is expected may name sites and regions that stand further below.
        foreach (var statement in statements.Where(statement => statement.Ahead is not ("at" or "expect"))) opening.Read(statement);
        var scenario = opening.Finish(statements.Length == 0 ? new Word("", 1) : statements[^1].Whole, statements.Length == 0 ? 0 : statements[^1].Number);
        if (scenario is null) return (null, mistakes.InOrder());
        var happenings = new HappeningReader(scenario);
        var expectations = new ExpectationReader(scenario);
        foreach (var statement in statements)
        {
            if (statement.Ahead == "at") happenings.Read(statement);
            if (statement.Ahead == "expect") expectations.Read(statement);
        }
        scenario = scenario with { Happenings = happenings.InOrder() };
        if (!mistakes.Any && LoadWork.TooMuch(scenario) is { } words) mistakes.Add(0, new Word("", 1), words);
        return mistakes.Any ? (null, mistakes.InOrder()) : (new Script(scenario, expectations.All()), []);
    }
}
