using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pointsman.Lab.PolicyTests;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Node.Commands;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Policy.Decisions;

namespace Pointsman.Node.PolicyTests;

/// <summary>All policy tests of a configuration, read and run: what <c>check</c> says of them.</summary>
internal sealed class PolicyTestRun
{
    private readonly LoadedConfiguration configuration;
    private readonly List<(WrittenTest Test, PolicyTestResult Result)> results = [];
    private readonly Findings findings = new();
    private readonly PolicyTestRunner runner;

    private PolicyTestRun(LoadedConfiguration configuration)
    {
        this.configuration = configuration;
        runner = new PolicyTestRunner(new ConfiguredWorld(configuration.Cluster, configuration.Places));
    }

    /// <summary>Files that held tests.</summary>
    public int Files { get; private set; }

    public int Passed => results.Count(entry => entry.Result.Passed);
    public int Failed => results.Count - Passed;

    /// <summary>Tests that cannot be read; then none is run.</summary>
    public LoadResult Reading => findings.ToResult(null);

    public bool CanBeRead => !findings.HasErrors;

    /// <param name="shownPath">The configuration's path as the operator wrote it.</param>
    /// <param name="named">Files that the operator named; those beside the configuration are run too.</param>
    public static PolicyTestRun Of(LoadedConfiguration configuration, string shownPath, IReadOnlyList<string> named, IFileSource files)
    {
        var run = new PolicyTestRun(configuration);
        var names = new NamedFiles(shownPath, files, run.findings);
        var all = named.Select(path => (Path: path, Shown: path, Named: true))
            .Concat(PolicyTestFiles.Beside(shownPath, files).Where(path => !named.Any(one => Path.GetFullPath(one) == path)).Select(path => (Path: path, Shown: names.Show(path), Named: false)));
        var tests = new List<WrittenTest>();
        foreach (var (path, shown, isNamed) in all)
        {
            var read = PolicyTestFiles.Read(path, shown, isNamed, configuration.Cluster, files, run.findings);
            if (!read.IsEmpty) run.Files++;
            tests.AddRange(read);
        }
        if (run.findings.HasErrors) return run;
        foreach (var test in tests) run.results.AddRange(run.runner.Run(test.Test).Select(result => (test, result)));
        return run;
    }

    /// <summary>Every failed test with what came, the lines of the trace that say why, and the command that shows all of them.</summary>
    public void WriteFailures(TextWriter writer, Palette palette)
    {
        foreach (var (test, result) in results.Where(entry => !entry.Result.Passed))
        {
            foreach (var problem in result.Problems)
                writer.WriteLine($"{palette.Apply(test.Mark.ToString(), Paint.Bold)}:{palette.Apply(" failed:", Paint.Bad)} {Printable.Line($"{Title(result)}: {problem}")}");
            foreach (var line in Trace(result)) writer.WriteLine($"    {palette.Apply(line.Stage, Paint.Dim)}: {Printable.Line(line.Text)}");
            writer.WriteLine($"    {palette.Apply("see:", Paint.Dim)} {Command(result)}");
        }
    }

    public JsonObject Data() => new()
    {
        ["files"] = Files,
        ["passed"] = Passed,
        ["failed"] = Failed,
        ["results"] = new JsonArray([.. results.Select(entry => Data(entry.Test, entry.Result))]),
    };

    private JsonNode? Data(WrittenTest test, PolicyTestResult result) => JsonText.Of(new
    {
        test.Mark.File,
        test.Mark.Line,
        test.Mark.Column,
        name = result.Test.Name.Length == 0 ? null : result.Test.Name,
        service = result.Service.Name,
        client = result.Test.Client.ToString(),
        result.Passed,
        problems = result.Problems,
        order = result.Order?.Groups.Select(group => group.Select(NameOf)),
        scope = result.Order is { } order ? order.First.Scope : (int?)null,
        trace = result.Passed ? null : Trace(result).Select(line => new { line.Stage, line.Text }),
        command = Command(result),
    });

    private string Title(PolicyTestResult result)
    {
        var circumstances = result.Circumstances.Describe(configuration.Cluster);
        var words = result.Test.Name.Length > 0 ? result.Test.Name : $"client {result.Test.Client}, {circumstances}";
        return configuration.Cluster.Services.Length == 1 ? words : $"{words} ({result.Service.Name})";
    }

    /// <summary>What the stages after the client's class said: who was out and why, and who stood where.</summary>
    private static ImmutableArray<TraceLine> Trace(PolicyTestResult result)
    {
        if (result.Order is not { } order) return [];
        var client = Client.From(result.Test.Client);
        var explained = result.Test.ArrivedAt is { } site
            ? Decider.Explain(order.Plan, 0, client, new Arrival(site, []))
            : Decider.Explain(order.Plan, 0, client, Turn.Number(0));
        return [.. explained.Trace.Where(line => !line.Text.Contains(" may be handed to: ", StringComparison.Ordinal))];
    }

    private string Command(PolicyTestResult result) => VerifyLine.Of(configuration.Path, configuration.Cluster, result.Service, result.Test.Client, result.Circumstances, result.Test.ArrivedAt);

    private string NameOf(SiteId site) => configuration.Cluster.FindSite(site)?.Name ?? site.ToString();
}
