using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using Pointsman.Policy.Offline;

namespace Pointsman.Node.Commands;

/// <summary><c>handoff</c>: the offline calculator, Table I in, Tables II and III out [P3.1–P3.4].</summary>
internal static class HandoffCommand
{
    // A thousand sites with ten characters a cell.
    private const int MostBytes = 16 << 20;

    private static readonly ImmutableArray<int> DefaultWeights = [6, 4, 2, 1];

    public static Command Make()
    {
        var matrix = new Option<string>("--matrix")
        {
            Description = "Table I as CSV: the header tested,A,B,… (columns = tester), one row per site tested, milliseconds, 'down' for no answer",
            HelpName = "FILE.csv",
            Required = true,
        };
        var weights = new Option<ImmutableArray<int>>("--weights")
        {
            Description = "Weights of the 1st, 2nd, … place: 1 to 16 numbers of 0 to 64; the last one repeats",
            HelpName = "6,4,2,1",
            DefaultValueFactory = _ => DefaultWeights,
            CustomParser = result =>
            {
                var parsed = ParseWeights(result.Tokens[0].Value, out var error);
                if (error is not null) result.AddError(error);
                return parsed;
            },
        };
        var command = new Command("handoff", "Calculate preference orders and hand-off weights from a response-time matrix") { matrix, weights, OutputOptions.Format };
        command.SetAction(result => Run(Printer.For(result), result.GetValue(matrix)!, result.GetValue(weights)));
        return command.Examples("pointsman handoff --matrix table1.csv --weights 4,2,1,0", "pointsman handoff --matrix table1.csv -o json");
    }

    private static int Run(Printer printer, string path, ImmutableArray<int> weights)
    {
        if (ReadFile(path, out var problem) is not { } text) return printer.Fail(ExitCode.Failed, $"{path}: {problem}");
        var (matrix, errors) = MatrixFile.Read(text);
        if (matrix is null)
        {
            foreach (var error in errors) printer.Error.WriteLine(Printable.Line($"{path}:{error.Line}:{error.Column}: error: {error.Message}"));
            return ExitCode.Failed;
        }
        var tables = HandOffCalculator.Calculate(matrix, weights);
        printer.Print(ToJson(tables), (writer, palette) => Write(tables, writer, palette));
        return ExitCode.Ok;
    }

    private static string? ReadFile(string path, out string problem)
    {
        problem = "";
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MostBytes + 1];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count <= MostBytes) return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count);
            problem = $"longer than {MostBytes >> 20} MiB";
        }
        catch (DecoderFallbackException)
        {
            problem = "not UTF-8 text";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = error is FileNotFoundException or DirectoryNotFoundException ? "no such file" : error.Message;
        }
        return null;
    }

    private static JsonObject ToJson(HandOffResult tables)
    {
        JsonObject BySite(Func<int, JsonNode> value) =>
            new(tables.Sites.Select((site, index) => KeyValuePair.Create(site, (JsonNode?)value(index))));
        return new JsonObject
        {
            ["preferences"] = BySite(tester => new JsonArray([.. tables.Preferences[tester].Select(site => (JsonNode)tables.Sites[site])])),
            ["weights"] = BySite(site => tables.Weights[site]),
            ["shares"] = BySite(site => Math.Round(tables.Shares[site], 4)),
        };
    }

    private static void Write(HandOffResult tables, TextWriter writer, Palette palette)
    {
        var preferences = new Table("TESTER", "PREFERS");
        for (var tester = 0; tester < tables.Sites.Length; tester++)
            preferences.Row(tables.Sites[tester], string.Join(" > ", tables.Preferences[tester].Select(site => tables.Sites[site])));
        preferences.Write(writer, palette);
        writer.WriteLine();

        var weights = new Table("SITE", "WEIGHT", "SHARE");
        for (var site = 0; site < tables.Sites.Length; site++)
        {
            weights.Row(
                tables.Sites[site],
                tables.Weights[site].ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{100 * tables.Shares[site]:0.0} %"));
        }
        weights.Write(writer, palette);
    }

    private static ImmutableArray<int> ParseWeights(string text, out string? error)
    {
        error = null;
        var weights = ImmutableArray.CreateBuilder<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var weight) || weight > HandOffCalculator.LargestWeight)
            {
                error = $"--weights: each is a whole number of 0 to {HandOffCalculator.LargestWeight}, was '{part}'";
                return DefaultWeights;
            }
            weights.Add(weight);
        }
        if (weights.Count <= HandOffCalculator.MostWeights) return weights.ToImmutable();
        error = $"--weights: at most {HandOffCalculator.MostWeights} of them, was {weights.Count}";
        return DefaultWeights;
    }
}
