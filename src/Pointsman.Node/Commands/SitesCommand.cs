using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>sites</c>: every site's VIPs, as this node sees them and by their own word.</summary>
internal static class SitesCommand
{
    public static Command Make() =>
        new Command("sites", "Every site and its VIPs: as seen from the node asked, and by the site's own word")
            .Asks(_ => "sites", (answer, writer, palette) =>
            {
                var table = new Table("SITE", "SERVICE", "VIP", "SEEN", "TIME", "OWN WORD", "CONNECTIONS", "ADMITS", "SERVERS", "LAST REPLY");
                foreach (var (name, site) in answer["sites"]!.AsObject())
                {
                    var self = name == (string?)answer["self"];
                    foreach (var vip in site!["vips"]!.AsArray())
                    {
                        var seen = self ? "self" : NodeQuery.Text(vip!["seen"]);
                        var max = (int?)vip!["maxConnections"] is { } limit ? limit.ToString(CultureInfo.InvariantCulture) : "∞";
                        table.Row(
                            name,
                            NodeQuery.Text(vip["service"]),
                            NodeQuery.Text(vip["address"]),
                            new Cell(seen, self ? Paint.Dim : NodeQuery.PaintOf(seen)),
                            Millis(vip),
                            (string?)vip["ordered"] is { } ordered ? new Cell($"{NodeQuery.Text(vip["condition"])} ({OrderSending.Word(ordered)})", ordered == "drain" ? Paint.Warning : Paint.Bad) : NodeQuery.Text(vip["condition"]),
                            vip["connections"] is null ? "–" : $"{vip["connections"]}/{max}",
                            (double?)vip["admits"] is { } admits ? string.Create(CultureInfo.InvariantCulture, $"{admits * 100:0.#} %") : "–",
                            vip["servers"] is null ? "–" : $"{vip["serversUp"]}/{vip["servers"]}",
                            Reply(vip));
                        foreach (var server in vip["realServers"]?.AsArray() ?? [])
                        {
                            var state = NodeQuery.Text(server!["seen"]);
                            table.Row("", "", $"  {server["address"]}", new Cell(state, NodeQuery.PaintOf(state)), Millis(server), "", "", "", "", Reply(server));
                        }
                    }
                }

                table.Write(writer, palette);
            })
            .Examples("pointsman sites", "pointsman sites -o yaml --node http://127.0.1.1:8080");

    private static string Millis(JsonNode of) => (double?)of["milliseconds"] is { } millis ? string.Create(CultureInfo.InvariantCulture, $"{millis:0.0} ms") : "–";

    /// <summary>The last reply, and what else a reader should know before he believes it.</summary>
    private static string Reply(JsonNode of)
    {
        var reply = (string?)of["reason"] ?? "";
        if (of["probe"] is not { } probe) return reply;
        if ((bool)probe["remembered"]!) reply += " (remembered from before the restart)";
        if ((int)probe["flaps"]! is > 0 and var flaps) reply += string.Create(CultureInfo.InvariantCulture, $" (flapped: {flaps})");
        if ((DateTimeOffset?)probe["heldUntil"] is { } until) reply += string.Create(CultureInfo.InvariantCulture, $" (held down until {until:HH:mm:ss} UTC)");
        return reply;
    }
}
