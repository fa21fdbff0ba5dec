using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>explain NAME --client IP</c>: the decision for one client and why, stage by stage.</summary>
internal static class ExplainCommand
{
    public static Command Make()
    {
        var name = new Argument<string>("name") { Description = "The service's name", HelpName = "NAME" };
        var client = new Option<string>("--client") { Description = "The user's address", HelpName = "IP", Required = true };
        var type = new Option<string>("--type") { Description = "A, AAAA or HTTPS", HelpName = "TYPE", DefaultValueFactory = _ => "A" };
        var at = new Option<string?>("--at") { Description = "Decide as at this past instant, as 2026-01-31T12:00:00Z", HelpName = "TIME" };
        var arrived = new Option<string?>("--arrived-at") { Description = "The user stands at this site, which hands on by an HTTP redirect", HelpName = "SITE" };
        return new Command("explain", "Why a client gets the site that it gets") { name, client, type, at, arrived }
            .Asks(
                result =>
                {
                    var query = $"explain?name={Uri.EscapeDataString(result.GetRequiredValue(name))}&client={Uri.EscapeDataString(result.GetRequiredValue(client))}&type={Uri.EscapeDataString(result.GetRequiredValue(type))}";
                    if (result.GetValue(at) is { } instant) query += $"&at={Uri.EscapeDataString(instant)}";
                    if (result.GetValue(arrived) is { } site) query += $"&arrivedAt={Uri.EscapeDataString(site)}";
                    return query;
                },
                Print)
            .Examples("pointsman explain www.example.com --client 211.123.11.20", "pointsman explain www.example.com --client 211.123.11.20 --arrived-at paris");
    }

    private static void Print(JsonNode answer, TextWriter writer, Palette palette)
    {
        writer.WriteLine($"{palette.Apply(NodeQuery.Text(answer["service"]), Paint.Bold)} for {answer["client"]} (known by {answer["clientPrefix"]}, region {NodeQuery.Text(answer["region"])}, class {answer["class"]}): scope /{answer["scope"]}, TTL {answer["ttlSeconds"]} s, verdict {answer["verdict"]}");
        writer.WriteLine();
        var sites = new Table("#", "SITE", "VIPS", "WEIGHT", "SHARE");
        var place = 0;
        foreach (var site in answer["sites"]!.AsArray())
        {
            sites.Row(
                (++place).ToString(CultureInfo.InvariantCulture),
                new Cell(NodeQuery.Text(site!["site"]), Paint.Good),
                string.Join(", ", site["vips"]!.AsArray().Select(vip => vip!.ToString())),
                NodeQuery.Text(site["weight"]),
                string.Create(CultureInfo.InvariantCulture, $"{(double)site["share"]! * 100:0.0} %"));
        }

        sites.Write(writer, palette);
        if (answer["excluded"]!.AsArray() is { Count: > 0 } excluded)
        {
            writer.WriteLine();
            var table = new Table("NOT", "STAGE", "WHY");
            foreach (var site in excluded) table.Row(new Cell(NodeQuery.Text(site!["site"]), Paint.Warning), NodeQuery.Text(site["stage"]), NodeQuery.Text(site["reason"]));
            table.Write(writer, palette);
        }

        writer.WriteLine();
        foreach (var line in answer["trace"]!.AsArray()) writer.WriteLine($"{palette.Apply(NodeQuery.Text(line!["stage"]), Paint.Dim)}: {NodeQuery.Text(line["text"])}");
        writer.WriteLine(palette.Apply($"snapshot {answer["snapshot"]!["id"]} of {answer["snapshot"]!["time"]}", Paint.Dim));
    }
}
