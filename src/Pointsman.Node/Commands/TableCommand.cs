using System.CommandLine;
using System.Globalization;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>table SERVICE</c>: the live hand-off table, Table III [P3.3, P3.4].</summary>
internal static class TableCommand
{
    public static Command Make()
    {
        var service = NodeQuery.ServiceArgument();
        return new Command("table", "The live hand-off table of a service: every site's weight and share") { service }
            .Asks(result => $"services/{Uri.EscapeDataString(result.GetRequiredValue(service))}/table", (answer, writer, palette) =>
            {
                var table = new Table("SITE", "WEIGHT", "SHARE", "STATE", "WHY");
                foreach (var (site, row) in answer["sites"]!.AsObject())
                {
                    var state = NodeQuery.Text(row!["state"]);
                    table.Row(site, NodeQuery.Text(row["weight"]), string.Create(CultureInfo.InvariantCulture, $"{(double)row["share"]! * 100:0.0} %"), new Cell(state, NodeQuery.PaintOf(state)), (string?)row["reason"] ?? "");
                }

                table.Write(writer, palette);
                writer.WriteLine(palette.Apply($"{answer["service"]} by {answer["rule"]}, digest {answer["digest"]}", Paint.Dim));
            })
            .Examples("pointsman table www.example.com", "pointsman table www.example.com -o json --node http://127.0.1.1:8080");
    }
}
