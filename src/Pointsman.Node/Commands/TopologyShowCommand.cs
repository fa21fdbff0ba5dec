using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary><c>topology show FILE</c>: what a database is, of what day and edition, and of what a file of <c>topology import</c> was made. [P2.3]</summary>
internal static class TopologyShowCommand
{
    public static Command Make()
    {
        var files = new Argument<string[]>("FILE") { Description = "Databases of any kind", Arity = ArgumentArity.OneOrMore };
        var command = new Command("show", "What databases are, of which day and edition, and how much is in them") { files, OutputOptions.Format };
        command.Examples("pointsman topology show world.places", "pointsman topology show GeoLite2-City.mmdb -o json");
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            if (TopologyCommand.Load(printer, null, result.GetRequiredValue(files)) is not { } places) return ExitCode.Failed;
            var tables = places.Tables.Where(table => table.Layer == PlaceLayer.Database).ToList();
            printer.Print(new JsonObject { ["sources"] = Data(tables) }, () => TableOf(tables));
            return ExitCode.Ok;
        });
        return command;
    }

    public static JsonArray Data(IEnumerable<ImportedTable> tables) => new([.. tables.Select(table =>
    {
        var source = TopologyLookupCommand.Provenance(table.Origin)!;
        source["records"] = table.Records;
        return source;
    })]);

    /// <summary>What another file was made of stands indented below it.</summary>
    public static Table TableOf(IEnumerable<ImportedTable> tables)
    {
        var sources = new Table("SOURCE", "FORMAT", "DATE", "RECORDS", "SHA256");
        foreach (var (origin, _, records) in tables)
        {
            sources.Row((origin.Within is null ? "" : "  ") + origin.Name, origin.Format, origin.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-",
                records.ToString(CultureInfo.InvariantCulture), origin.Digest[..TableOrigin.ShortDigits]);
        }
        return sources;
    }
}
