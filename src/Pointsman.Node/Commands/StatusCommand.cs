using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>status</c>: one node at a glance.</summary>
internal static class StatusCommand
{
    public static Command Make() =>
        new Command("status", "The node at a glance: readiness, services, peers")
            .Asks(_ => "status", (answer, writer, palette) =>
            {
                var ready = (bool)answer["ready"]!;
                writer.WriteLine($"site {palette.Apply(NodeQuery.Text(answer["site"]), Paint.Bold)}, node {answer["node"]}, version {answer["version"]}, up {TimeSpan.FromSeconds(Math.Round((double)answer["uptimeSeconds"]!)):c}");
                writer.WriteLine(ready ? palette.Apply("ready", Paint.Good) : palette.Apply("not ready: the first round of probes is not done", Paint.Warning));
                if ((bool)answer["isolated"]!) writer.WriteLine(palette.Apply("isolated: more than half of the other sites fail for this node at once; its votes are muted", Paint.Bad));
                if (answer["held"]!.AsArray() is { Count: > 0 } held)
                    writer.WriteLine(palette.Apply($"held back after an outage: {string.Join(", ", held.Select(one => (string)one!))}; 'pointsman failback {answer["site"]}' lets users return", Paint.Warning));
                foreach (var order in answer["overrides"]!.AsArray()) writer.WriteLine(Ordered(order!, palette));
                var digest = (string)answer["configuration"]!["digest"]!;
                writer.WriteLine($"configuration {answer["configuration"]!["file"]}, digest {digest[..Math.Min(12, digest.Length)]}, generation {answer["configuration"]!["generation"]}; {answer["queries"]} queries{Latency(answer["latency"])}, {answer["sessions"]} sessions open");
                writer.WriteLine(Probes(answer["probes"]!));
                if ((double)answer["probes"]!["stretch"]! is > 1 and var stretch)
                    writer.WriteLine(palette.Apply(string.Create(CultureInfo.InvariantCulture, $"health.probesPerSecond is too small: every interval is {stretch:0.##} times as long as configured"), Paint.Warning));
                writer.WriteLine();
                var services = new Table("SERVICE", "SITES IN THE TABLE", "TABLE DIGEST");
                foreach (var (name, service) in answer["services"]!.AsObject()) services.Row(name, $"{service!["sitesUp"]} of {service["sites"]}", NodeQuery.Text(service["digest"]));
                services.Write(writer, palette);
                writer.WriteLine();
                var peers = new Table("PEER", "STREAM", "LAST WORD", "CONFIGURATION", "TABLES");
                foreach (var (name, peer) in answer["peers"]!.AsObject())
                {
                    var connected = (bool)peer!["connected"]!;
                    peers.Row(
                        name,
                        connected ? new Cell("connected", Paint.Good) : new Cell("not connected", Paint.Warning),
                        (double?)peer["heardSecondsAgo"] is { } age ? string.Create(CultureInfo.InvariantCulture, $"{age:0.0} s ago{((bool)peer["fresh"]! ? "" : ", stale")}") : "none yet",
                        (bool?)peer["sameConfiguration"] switch { true => "the same", false => new Cell("another one" + ((string?)peer["olderConfiguration"] switch { "theirs" => ", the older", "ours" => ", the newer", _ => "" }), Paint.Bad), null => "–" },
                        (bool?)peer["sameTables"] switch { true => "the same", false => new Cell("others", Paint.Bad), null => "–" });
                }

                peers.Write(writer, palette);
            })
            .Examples("pointsman status", "pointsman status --node http://127.0.1.1:8080");

    private static string Probes(JsonNode probes)
    {
        var states = string.Join(", ", probes["states"]!.AsObject().Select(state => $"{state.Value} {state.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)probes["targets"]!} targets probed by {(double)probes["wantedPerSecond"]! / (double)probes["stretch"]!:0.##} probes a second; the other sites' VIPs: {(states.Length == 0 ? "none" : states)}");
    }

    // Loud: a forced site is easily forgotten.
    private static string Ordered(JsonNode order, Palette palette)
    {
        var kind = (string)order["kind"]!;
        var text = $"{OrderSending.NameOf(order)} is {OrderSending.Word(kind)} by {order["who"]} for {OverridesCommand.Age((double)order["ageSeconds"]!)}{((DateTimeOffset?)order["until"] is { } until ? string.Create(CultureInfo.InvariantCulture, $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "")}{((string?)order["why"] is { Length: > 0 } why ? $": {Printable.Line(why)}" : "")}";
        return palette.Apply((bool)order["forgotten"]! ? $"{text}: still wanted? 'pointsman force clear {OrderSending.NameOf(order)}' ends it" : text, kind == "drain" ? Paint.Warning : Paint.Bad);
    }

    private static string Latency(JsonNode? latency) => latency is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" (over UDP half within {(double)latency["p50Micros"]!:0.#} µs, 99 % within {(double)latency["p99Micros"]!:0.#} µs)");
}
