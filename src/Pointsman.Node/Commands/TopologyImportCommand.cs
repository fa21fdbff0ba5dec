using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary><c>topology import FILE… --out FILE</c>: databases of any kind merged, checked, and written as one small file that loads fast. [P2.3]</summary>
internal static class TopologyImportCommand
{
    public static Command Make()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "MaxMind DBs, registries' statistics (delegated-extended), CSVs, packed by gzip or not; of two that know an address the first wins",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out") { HelpName = "FILE", Description = "The file to write; one that is there stays until the new one is whole", Required = true };
        var command = new Command("import", "Make one file of databases, for the configuration's topology.databases") { files, output, OutputOptions.Format };
        command.Examples(
            "pointsman topology import GeoLite2-City.mmdb GeoLite2-ASN.mmdb --out world.places",
            "pointsman topology import delegated-*-extended-latest --out world.places");
        command.SetAction(result => Run(Printer.For(result), result.GetRequiredValue(files), result.GetRequiredValue(output)));
        return command;
    }

    private static int Run(Printer printer, string[] files, string output)
    {
        var allRead = true;
        var import = Places.Import(Sources());
        TopologyCommand.Tell(printer, import.Errors, import.Warnings);
        if (import.Content is not { } content || !allRead) return ExitCode.Failed;
        // What was written must be what a node will read: better found out here than there.
        printer.Note("checking what was made");
        var check = Places.Load([new PlaceSource(output, PlaceLayer.Database, content)]);
        TopologyCommand.Tell(printer, check.Errors, []);
        if (check.Places is null) return ExitCode.Failed;
        try
        {
            Write(output, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return printer.Fail(ExitCode.Failed, $"{output}: {failure.Message}");
        }
        Print(printer, output, content, import);
        return ExitCode.Ok;

        // One after another: the next is read when the one before has been taken apart.
        IEnumerable<PlaceSource> Sources()
        {
            foreach (var file in files)
            {
                var source = TopologyCommand.Open(file, PlaceLayer.Database, printer);
                allRead &= source is not null;
                if (source is null) continue;
                printer.Note(string.Create(CultureInfo.InvariantCulture, $"reading {file}, {source.Content.Length} bytes"));
                yield return source;
            }
        }
    }

    /// <summary>Beside the old one, then in its place in one step: a node that reloads meanwhile reads one or the other, whole.</summary>
    private static void Write(string output, byte[] content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        var beside = Path.Combine(folder, $".{Path.GetFileName(output)}.{Environment.ProcessId}");
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, output, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static void Print(Printer printer, string output, byte[] content, PlacesImport import)
    {
        var data = new JsonObject
        {
            ["file"] = output,
            ["bytes"] = content.Length,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)),
            ["networks"] = new JsonObject { ["ipv4"] = import.IPv4Ranges, ["ipv6"] = import.IPv6Ranges },
            ["places"] = import.Places,
            ["sources"] = TopologyShowCommand.Data(import.Tables),
        };
        printer.Print(data, (writer, palette) =>
        {
            TopologyShowCommand.TableOf(import.Tables).Write(writer, palette);
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Printable.Line(output)}: {content.Length} bytes, {import.IPv4Ranges} IPv4 and {import.IPv6Ranges} IPv6 ranges, {Counted.Of(import.Places, "place")}"));
        });
    }
}
