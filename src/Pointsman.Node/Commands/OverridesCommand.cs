using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>overrides</c>: operators' orders in force, the same at every node.</summary>
internal static class OverridesCommand
{
    public static Command Make()
    {
        var all = new Option<bool>("--all") { Description = "Also those that ended or were lifted, as long as they are remembered" };
        return new Command("overrides", "Operators' orders in force: who drained or forced what, why, and until when") { all }
            .Asks(result => result.GetValue(all) ? "overrides?all=true" : "overrides", (answer, writer, palette) => List(answer["overrides"]!.AsArray(), writer, palette))
            .Examples("pointsman overrides", "pointsman overrides --all -o json");
    }

    public static void List(JsonArray orders, TextWriter writer, Palette palette)
    {
        if (orders.Count == 0)
        {
            writer.WriteLine("no operator has ordered anything");
            return;
        }

        var table = new Table("SITE", "SERVICE", "ORDER", "BY", "SIGNED", "AGE", "UNTIL", "WHY");
        foreach (var order in orders)
        {
            var kind = (string)order!["kind"]!;
            var isInForce = (bool)order["inForce"]!;
            table.Row(
                NodeQuery.Text(order["site"]),
                (string?)order["service"] ?? "all",
                new Cell(isInForce ? OrderSending.Word(kind) : kind == "clear" ? "lifted" : OrderSending.Word(kind) + ", ended", !isInForce ? Paint.Dim : kind == "drain" ? Paint.Warning : Paint.Bad),
                NodeQuery.Text(order["who"]),
                (bool)order["signed"]! ? "yes" : "no",
                new Cell(Age((double)order["ageSeconds"]!), (bool)order["forgotten"]! ? Paint.Bad : Paint.None),
                (DateTimeOffset?)order["until"] is { } until ? string.Create(CultureInfo.InvariantCulture, $"{until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z") : "–",
                (string?)order["why"] ?? "");
        }

        table.Write(writer, palette);
    }

    public static string Age(double seconds) => Duration.Format(seconds < 3600 ? TimeSpan.FromSeconds(Math.Floor(seconds)) : TimeSpan.FromMinutes(Math.Floor(seconds / 60)));
}
