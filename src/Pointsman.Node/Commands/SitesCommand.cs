using System.CommandLine;
using System.Globalization;
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
                            (double?)vip["milliseconds"] is { } millis ? string.Create(CultureInfo.InvariantCulture, $"{millis:0.0} ms") : "–",
                            NodeQuery.Text(vip["condition"]),
                            vip["connections"] is null ? "–" : $"{vip["connections"]}/{max}",
                            (double?)vip["admits"] is { } admits ? string.Create(CultureInfo.InvariantCulture, $"{admits * 100:0.#} %") : "–",
                            vip["servers"] is null ? "–" : $"{vip["serversUp"]}/{vip["servers"]}",
                            (string?)vip["reason"] ?? "");
                    }
                }

                table.Write(writer, palette);
            })
            .Examples("pointsman sites", "pointsman sites -o yaml --node http://127.0.1.1:8080");
}
