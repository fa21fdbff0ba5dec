using System.CommandLine;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>check FILE</c>: everything that can be wrong with a configuration, without binding a port. Exit 0 or 3.</summary>
internal static class CheckCommand
{
    public static Command Make()
    {
        var file = new Argument<string?>("FILE") { Description = "The configuration, a YAML file; conf.d/*.yaml beside it belongs to it", Arity = ArgumentArity.ZeroOrOne };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of the configuration, for editors, and exit" };
        var command = new Command("check", "Check a configuration and every file that it names, but for the certificates: all errors at once")
        {
            file, schema, OutputOptions.Format,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null && !result.GetValue(schema)) result.AddError("FILE is missing: the configuration to check");
        });
        command.Examples(
            "pointsman check pointsman.yaml",
            "pointsman check pointsman.yaml -o json | jq -r '.errors[].message'",
            "pointsman check --schema > pointsman.schema.json");
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            if (result.GetValue(schema))
            {
                printer.Out.WriteLine(JsonText.Write(ConfigurationReference.Schema()));
                return ExitCode.Ok;
            }
            return Report(ConfigurationLoader.Load(result.GetValue(file)!), printer);
        });
        return command;
    }

    private static int Report(LoadResult load, Printer printer)
    {
        if (printer.Format == OutputFormat.Table) load.Write(printer.Error, printer.ErrorPalette);
        printer.Print(Data(load), (writer, palette) =>
        {
            if (load.Configuration is { } good) writer.WriteLine($"{palette.Apply("ok:", Paint.Good)} {Summary(good)}");
        });
        if (load.Configuration is not null) return ExitCode.Ok;
        if (printer.Format == OutputFormat.Table)
            printer.Note($"{Counted.Of(load.Errors.Count() + load.Unlisted, "error")}: nothing of this configuration would be used");
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

    private static JsonObject Data(LoadResult load)
    {
        var data = new JsonObject { ["ok"] = load.Configuration is not null };
        if (load.Configuration is { } good)
        {
            data["digest"] = good.Cluster.Digest;
            data["sites"] = good.Cluster.Sites.Length;
            data["services"] = good.Cluster.Services.Length;
            data["zones"] = good.Zones.Length;
        }
        data["errors"] = List(load.Errors);
        data["warnings"] = List(load.Warnings);
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
