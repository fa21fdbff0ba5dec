using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>
/// What <c>explain</c> shows to people, in the order in which they ask: what was answered, to whom, who else was there and why not, then how it came about,
/// stage by stage. Lines of running text are broken at 100 columns.
/// </summary>
internal sealed class ExplainText(JsonNode answer, TextWriter writer, Palette palette)
{
    private const int Columns = 100;

    public void Write(bool details)
    {
        WriteHead();
        WriteSites();
        WriteExcluded();
        if (details) WriteDetails();
        WriteTrace();
        WriteFoot();
    }

    private void WriteHead()
    {
        var place = answer["place"]!;
        writer.WriteLine($"{palette.Apply(Text(answer["name"]), Paint.Bold)} {answer["type"]} for {answer["client"]}: {Outcome()}");
        var where = (bool)place["known"]!
            ? string.Join(", ", new[] { place["country"], place["region"] }.Where(word => word is not null).Select(Text)) + $" by {Text(place["source"])}"
            : "of unknown place" + (place["name"] is { } name ? $" ({name})" : "");
        var carried = (bool)place["carried"]! ? ", the IPv4 address inside" : "";
        Wrapped("  ", $"client {((bool)place["known"]! ? "in " : "")}{where}: {place["prefix"]}{carried}; class {answer["class"]}; scope /{answer["scope"]}, so everyone in {answer["clientPrefix"]} gets the same; TTL {answer["ttlSeconds"]} s", "  ", 2);
    }

    private string Outcome() => Text(answer["verdict"]) switch
    {
        "answer" => $"{answer["answered"]} of {answer["candidates"]!.AsArray().Count} sites",
        "stale" => "nothing is known to be up, and this is answered all the same",
        var other => palette.Apply(other, Paint.Warning),
    };

    private void WriteSites()
    {
        if (answer["sites"]!.AsArray() is not { Count: > 0 } sites) return;
        writer.WriteLine();
        var table = new Table("#", "SITE", "SHARE", "WEIGHT", "TIER", "VIPS", "WHERE");
        var answered = (int)answer["answered"]!;
        var place = 0;
        foreach (var site in sites)
        {
            var inAnswer = place++ < answered;
            var candidate = Candidate(site!["site"]);
            table.Row(
                inAnswer ? place.ToString(CultureInfo.InvariantCulture) : "",
                new Cell(Text(site["site"]), inAnswer ? Paint.Good : Paint.None),
                Percent(site["share"]),
                Text(site["weight"]),
                Text(candidate?["tier"]),
                string.Join(", ", site["vips"]!.AsArray().Select(vip => vip!.ToString())),
                candidate is null ? "" : Text(candidate["where"]));
        }

        table.Write(writer, palette);
    }

    private void WriteExcluded()
    {
        if (answer["excluded"]!.AsArray() is not { Count: > 0 } excluded) return;
        writer.WriteLine();
        var table = new Table("NOT", "STAGE", "WHY");
        var names = excluded.Select(site => Text(site!["site"]).Length).Append("NOT".Length).Max();
        var stages = excluded.Select(site => Text(site!["stage"]).Length).Append("STAGE".Length).Max();
        foreach (var site in excluded)
        {
            // A reason that is too long for its line goes on below it.
            var lines = Lines(Text(site!["reason"]), Columns - names - stages - 4).ToList();
            table.Row(new Cell(Text(site["site"]), Paint.Warning), Text(site["stage"]), lines[0]);
            foreach (var more in lines.Skip(1)) table.Row("", "", more);
        }

        table.Write(writer, palette);
    }

    private void WriteDetails()
    {
        foreach (var candidate in answer["candidates"]!.AsArray())
        {
            var line = candidate!["table"]!;
            writer.WriteLine();
            var state = Text(line["state"]);
            var votes = $"{line["votesDown"]} of {line["observers"]} observers see it down" + Text(line["vote"]) switch { "any" => " (any is enough)", "all" => " (all are needed)", _ => "" };
            var made = Text(line["rule"]) == "capacity"
                ? $"table weight {line["weight"]} by free connections × site weight {line["siteWeight"]}"
                : $"table weight {line["weight"]} = {Points(candidate)} × site weight {line["siteWeight"]}";
            Wrapped("  ", $"{Text(candidate["site"])}{((bool)candidate["self"]! ? " (the node asked)" : "")}: {state}{(line["reason"] is { } why ? $", {why}" : "")}; {votes}; {made}; takes {Percent(candidate["admit"])} of its users", "", 0);
            WriteSightings(candidate);
            WriteVips(candidate);
        }
    }

    private static string Points(JsonNode candidate)
    {
        var points = candidate["seenBy"]!.AsObject().Select(seen => seen.Value!).Where(seen => seen["place"] is not null).Select(seen => Text(seen["points"])).ToList();
        return points.Count == 0 ? "(no fresh column ranks it)" : $"({string.Join(" + ", points)})";
    }

    private void WriteSightings(JsonNode candidate)
    {
        var table = new Table("  SEEN BY", "STATE", "TIME", "AGE", "PLACE", "POINTS", "HEARD", "LAST REPLY");
        if (candidate["seenByMe"] is { } mine) table.Row(Cells("my own probes", mine));
        foreach (var (tester, seen) in candidate["seenBy"]!.AsObject()) table.Row(Cells(tester, seen!));
        table.Write(writer, palette);

        static Cell[] Cells(string tester, JsonNode seen)
        {
            var fresh = (bool)seen["fresh"]!;
            var state = (bool?)seen["probes"] == false ? "no prober" : fresh ? Text(seen["state"]) + ((bool)seen["votes"]! || seen["heardSecondsAgo"] is null ? "" : " (muted)") : "silent";
            return
            [
                "  " + tester,
                new Cell(state, fresh ? NodeQuery.PaintOf(Text(seen["state"])) : Paint.Dim),
                seen["milliseconds"] is { } time ? $"{time} ms" : "–",
                Seconds(seen["ageSeconds"]),
                Text(seen["place"]),
                seen["place"] is null ? "–" : Text(seen["points"]),
                Seconds(seen["heardSecondsAgo"]),
                Cut((string?)seen["reason"] ?? ""),
            ];
        }
    }

    private void WriteVips(JsonNode candidate)
    {
        var table = new Table("  VIP", "ITS SITE SAYS", "CONNECTIONS", "TARGET", "MAX", "TAKES", "SERVERS", "AGE");
        foreach (var vip in candidate["vips"]!.AsArray())
        {
            var said = vip!["condition"] is null ? "nothing" : Text(vip["condition"]) + ((bool)vip["fresh"]! ? "" : " (old)");
            table.Row(
                "  " + Text(vip["address"]) + ((bool)vip["live"]! ? "" : " (out)"),
                new Cell(said, NodeQuery.PaintOf(Text(vip["condition"]))),
                Text(vip["connections"]),
                Text(vip["targetConnections"]),
                Text(vip["maxConnections"]),
                vip["admit"] is null ? "–" : Percent(vip["admit"]),
                vip["servers"] is null ? "–" : $"{vip["serversUp"]}/{vip["servers"]}",
                Seconds(vip["ageSeconds"]));
        }

        table.Write(writer, palette);
    }

    private void WriteTrace()
    {
        writer.WriteLine();
        var width = answer["trace"]!.AsArray().Select(line => Text(line!["stage"]).Length).DefaultIfEmpty().Max();
        foreach (var line in answer["trace"]!.AsArray())
        {
            var stage = Text(line!["stage"]);
            Wrapped(new string(' ', width + 2), Text(line["text"]), palette.Apply(stage.PadRight(width), Paint.Dim) + "  ", width + 2);
        }
    }

    private void WriteFoot()
    {
        var snapshot = answer["snapshot"]!;
        var past = snapshot["asked"] is null ? "" : $" ({Seconds(snapshot["ageSeconds"])} earlier)";
        var configuration = Text(snapshot["configuration"]);
        var when = snapshot["time"] is null
            ? "no node was asked: a cluster at rest, as seen"
            : $"snapshot {snapshot["id"]} of {DateTimeOffset.Parse(Text(snapshot["time"]), CultureInfo.InvariantCulture).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}{past}";
        writer.WriteLine(palette.Apply($"{when} at {Text(snapshot["site"])}, configuration {configuration[..Math.Min(12, configuration.Length)]}", Paint.Dim));
    }

    private JsonNode? Candidate(JsonNode? site) => answer["candidates"]!.AsArray().FirstOrDefault(candidate => Text(candidate!["site"]) == Text(site));

    // The head may hold colours, which take no room: its width is given.
    private void Wrapped(string indent, string text, string head, int used)
    {
        foreach (var line in Lines(text, Columns - Math.Max(used, indent.Length)))
        {
            writer.WriteLine(head + line);
            head = indent;
        }
    }

    private static IEnumerable<string> Lines(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (var word in Words(text))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > columns)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }

    // A number and its percent sign stay together.
    private static IEnumerable<string> Words(string text)
    {
        var words = Printable.Line(text).Split(' ');
        for (var index = 0; index < words.Length; index++)
        {
            if (index + 1 < words.Length && words[index + 1].StartsWith('%')) yield return $"{words[index]} {words[++index]}";
            else yield return words[index];
        }
    }

    private static string Cut(string text)
    {
        const int Longest = 36;
        return text.Length <= Longest ? text : text[..(Longest - 1)] + "…";
    }

    private static string Percent(JsonNode? share) => share is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{(double)share * 100:0.#} %");

    private static string Seconds(JsonNode? seconds) => seconds is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{(double)seconds:0.#} s");

    private static string Text(JsonNode? node) => NodeQuery.Text(node);
}
