using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>can-drain SITE[/SERVICE]</c>: have the others room, does anybody lose his last site, and who still comes? Exit 0 yes, 6 no.</summary>
internal static class CanDrainCommand
{
    public static Command Make()
    {
        var node = NodeClient.NodeOption();
        var what = OrderOptions.WhatArgument();
        var command = new Command("can-drain", "Whether the others can take a site's users, and who still comes there; exit code 0 yes, 6 no") { what, node, OutputOptions.Format };
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            try
            {
                using var client = new NodeClient(result.GetRequiredValue(node));
                var (site, service) = OrderOptions.Split(result.GetRequiredValue(what));
                var answer = await client.GetAsync($"can-drain?site={Uri.EscapeDataString(site)}&service={Uri.EscapeDataString(service ?? "")}", stop);
                printer.Print(answer, (writer, palette) => Say(answer, writer, palette));
                return (bool)answer["canDrain"]! ? ExitCode.Ok : ExitCode.RefusedBySafetyRule;
            }
            catch (NodeClientException error)
            {
                return printer.Fail(error.ExitCode, error.Message);
            }
        });
        return command.Examples("pointsman can-drain paris", "pointsman can-drain paris/www.example.com -o json");
    }

    private static void Say(JsonNode answer, TextWriter writer, Palette palette)
    {
        var name = OrderSending.NameOf(answer);
        writer.WriteLine((bool)answer["canDrain"]! ? palette.Apply($"{name} can be drained", Paint.Good)
            : (bool)answer["refused"]! ? palette.Apply($"{name} cannot be drained without --force", Paint.Bad)
            : palette.Apply($"{name} can be drained, and the others would be short of room", Paint.Warning));
        foreach (var concern in answer["concerns"]!.AsArray()) writer.WriteLine($"  {concern!["service"]}: {concern["text"]}");
        writer.WriteLine();
        if (answer["services"]!.AsObject().All(one => (double)one.Value!["share"]! == 0))
            writer.WriteLine($"{name} gets no new users as it is ({string.Join(", ", answer["services"]!.AsObject().Select(one => $"{one.Key}: {one.Value!["state"]}"))})");
        else
            Others(answer, writer, palette);
        writer.WriteLine();
        Comes(answer, name, writer);
    }

    private static void Others(JsonNode answer, TextWriter writer, Palette palette)
    {
        var table = new Table("SERVICE", "OTHER SITE", "STATE", "SHARE NOW", "THEN", "CONNECTIONS", "THEN", "TARGET", "MAX");
        foreach (var (service, forecast) in answer["services"]!.AsObject())
        {
            foreach (var (site, other) in forecast!["others"]!.AsObject())
            {
                var state = NodeQuery.Text(other!["state"]);
                table.Row(
                    service,
                    site,
                    new Cell(state, NodeQuery.PaintOf(state)),
                    Percent(other["shareBefore"]),
                    Percent(other["shareAfter"]),
                    NodeQuery.Text(other["connections"]),
                    NodeQuery.Text(other["expected"]),
                    NodeQuery.Text(other["targetConnections"]),
                    other["maxConnections"] is null ? "∞" : NodeQuery.Text(other["maxConnections"]));
            }
        }

        table.Write(writer, palette);
    }

    private static void Comes(JsonNode answer, string name, TextWriter writer)
    {
        var comes = answer["comes"]!;
        writer.WriteLine((bool)comes["observed"]!
            ? string.Create(CultureInfo.InvariantCulture, $"{comes["connections"]} connections are open at {name} now, and {comes["arrived"]} have come since its node started (about {comes["probesPerSecond"]} a second are the other sites' probes)")
            : $"{comes["connections"]} connections are open at {name} by its last word; arrivals are counted at its own node ({string.Join(", ", comes["nodes"]!.AsArray())})");
        if (comes["unobserved"]!.AsArray() is { Count: > 0 } unobserved) writer.WriteLine($"nobody counts at {string.Join(", ", unobserved)}: something else serves there");
    }

    private static string Percent(JsonNode? share) => string.Create(CultureInfo.InvariantCulture, $"{(double)share! * 100:0.0} %");
}
