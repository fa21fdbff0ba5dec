using System.CommandLine;
using System.Globalization;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>matrix SERVICE</c>: the live response-time matrix, Table I [P3.1].</summary>
internal static class MatrixCommand
{
    public static Command Make()
    {
        var service = NodeQuery.ServiceArgument();
        return new Command("matrix", "The live response-time matrix of a service: rows the site tested, columns the site doing the test") { service }
            .Asks(result => $"services/{Uri.EscapeDataString(result.GetRequiredValue(service))}/matrix", (answer, writer, palette) =>
            {
                var cells = answer["cells"]!.AsObject();
                var testers = cells.SelectMany(row => row.Value!.AsObject().Select(cell => cell.Key)).Distinct().Order(StringComparer.Ordinal).ToArray();
                var table = new Table(["TESTED", .. testers]);
                foreach (var (tested, row) in cells)
                {
                    table.Row([tested, .. testers.Select(tester => CellOf(row![tester]))]);
                }

                table.Write(writer, palette);
                writer.WriteLine(palette.Apply("milliseconds of a whole probe, time-weighted average", Paint.Dim));
            })
            .Examples("pointsman matrix www.example.com", "pointsman matrix www.example.com -o json");
    }

    private static Cell CellOf(System.Text.Json.Nodes.JsonNode? cell)
    {
        if (cell is null) return "–";
        var state = NodeQuery.Text(cell["state"]);
        var text = (double?)cell["milliseconds"] is { } millis ? millis.ToString("0.0", CultureInfo.InvariantCulture) : state;
        return new Cell(text, state == "up" ? Paint.None : NodeQuery.PaintOf(state));
    }
}
