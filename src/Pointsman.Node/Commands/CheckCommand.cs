using System.CommandLine;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Node.PolicyTests;

namespace Pointsman.Node.Commands;

/// <summary><c>check FILE</c>: everything that can be wrong with a configuration, without binding a port, and the policy tests beside it. Exit 0, 3, or 1 when a policy test fails.</summary>
internal static class CheckCommand
{
    public static Command Make()
    {
        var file = new Argument<string?>("FILE") { Description = "The configuration, a YAML file; conf.d/*.yaml beside it belongs to it", Arity = ArgumentArity.ZeroOrOne };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of the configuration, for editors, and exit" };
        var tests = new Option<string[]>("--tests")
        {
            Description = "A file of policy tests; may be given several times. Those beside the configuration are run in any case",
            HelpName = "FILE",
        };
        var noTests = new Option<bool>("--no-tests") { Description = "Run no policy tests" };
        var command = new Command("check", "Check a configuration and every file that it names, but for the certificates: all errors at once. Then run the policy tests beside it")
        {
            file, schema, tests, noTests, OutputOptions.Format,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null && !result.GetValue(schema)) result.AddError("FILE is missing: the configuration to check");
            if (result.GetValue(noTests) && result.GetValue(tests) is { Length: > 0 }) result.AddError("--tests and --no-tests exclude each other");
        });
        command.Examples(
            "pointsman check pointsman.yaml",
            "pointsman check pointsman.yaml -o json | jq -r '.errors[].message'",
            "pointsman check pointsman.yaml --tests more-tests.yaml",
            "pointsman check --schema > pointsman.schema.json");
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            if (result.GetValue(schema))
            {
                printer.Out.WriteLine(JsonText.Write(ConfigurationReference.Schema()));
                return ExitCode.Ok;
            }
            var path = result.GetValue(file)!;
            var load = ConfigurationLoader.Load(path);
            var run = load.Configuration is { } good && !result.GetValue(noTests)
                ? PolicyTestRun.Of(good, path, result.GetValue(tests) ?? [], DiskFiles.Instance)
                : null;
            return Report(load, run, printer);
        });
        return command;
    }

    private static int Report(LoadResult load, PolicyTestRun? run, Printer printer)
    {
        if (printer.Format == OutputFormat.Table)
        {
            load.Write(printer.Error, printer.ErrorPalette);
            run?.Reading.Write(printer.Error, printer.ErrorPalette);
            run?.WriteFailures(printer.Error, printer.ErrorPalette);
        }
        printer.Print(Data(load, run), (writer, palette) =>
        {
            if (load.Configuration is { } good && run is not { CanBeRead: false }) writer.WriteLine($"{palette.Apply("ok:", Paint.Good)} {Summary(good)}");
            if (run is { Files: > 0, CanBeRead: true })
                writer.WriteLine($"policy tests: {run.Passed} passed, {palette.Apply($"{run.Failed} failed", run.Failed > 0 ? Paint.Bad : Paint.None)}, in {Counted.Of(run.Files, "file")}");
        });
        if (load.Configuration is not null && run is not { CanBeRead: false }) return run is { Failed: > 0 } ? ExitCode.Failed : ExitCode.Ok;
        if (printer.Format == OutputFormat.Table)
        {
            var (of, what) = run is null ? (load, "nothing of this configuration would be used") : (run.Reading, "no policy test was run");
            printer.Note($"{Counted.Of(of.Errors.Count() + of.Unlisted, "error")}: {what}");
        }
        return ExitCode.ConfigurationInvalid;
    }

    private static string Summary(LoadedConfiguration good)
    {
        var cluster = good.Cluster;
        return string.Join(", ",
            Counted.Of(cluster.Sites.Length, "site"),
            Counted.Of(cluster.Sites.Sum(site => site.Nodes.Length), "node"),
            Counted.Of(cluster.Services.Length, "service"),
            Counted.Of(cluster.Services.Sum(service => service.Vips.Length), "VIP"),
            Counted.Of(cluster.Services.Sum(service => service.Vips.Sum(vip => vip.Servers.Length)), "real server"),
            $"{Counted.Of(good.Zones.Length, "zone")} ({Counted.Of(good.Zones.Sum(zone => zone.RecordCount), "record")})")
            + $"\ndigest {cluster.Digest}";
    }

    private static JsonObject Data(LoadResult load, PolicyTestRun? run)
    {
        var data = new JsonObject { ["ok"] = load.Configuration is not null && run is not { CanBeRead: false } and not { Failed: > 0 } };
        if (load.Configuration is { } good)
        {
            data["digest"] = good.Cluster.Digest;
            data["sites"] = good.Cluster.Sites.Length;
            data["services"] = good.Cluster.Services.Length;
            data["zones"] = good.Zones.Length;
        }
        data["errors"] = List(load.Errors.Concat(run?.Reading.Errors ?? []));
        data["warnings"] = List(load.Warnings);
        if (run is { CanBeRead: true }) data["tests"] = run.Data();
        return data;
    }

    private static JsonArray List(IEnumerable<Finding> findings) => new([.. findings.Select(finding => JsonText.Of(new
    {
        finding.Mark.File,
        finding.Mark.Line,
        finding.Mark.Column,
        finding.Path,
        finding.Message,
    }))]);
}
