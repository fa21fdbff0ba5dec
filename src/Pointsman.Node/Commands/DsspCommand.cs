using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using static Pointsman.Node.Commands.NodeQuery;

namespace Pointsman.Node.Commands;

/// <summary><c>dssp dump [SITE]</c>: what a node says and hears. Without a site a line for each peer; with one, everything of it.</summary>
internal static class DsspCommand
{
    public static Command Make() => new("dssp", "What a node says to the other sites, and hears of them") { Dump() };

    private static Command Dump()
    {
        var site = new Argument<string?>("site") { Description = "One site, with all that it said last (this node's own, too); without it a line for each", HelpName = "SITE", Arity = ArgumentArity.ZeroOrOne };
        return new Command("dump", "Each peer's stream, counters and last word, and the node's own") { site }
            .Asks(
                result => result.GetValue(site) is { Length: > 0 } name ? $"dssp?site={Uri.EscapeDataString(name)}" : "dssp",
                (result, answer, writer, palette) =>
                {
                    if (result.GetValue(site) is { Length: > 0 } name) WriteOne(answer, name, writer, palette);
                    else WriteAll(answer, writer, palette);
                })
            .Examples("pointsman dssp dump", "pointsman dssp dump paris", "pointsman dssp dump -o yaml --node http://127.0.1.1:8080");
    }

    private static void WriteAll(JsonNode answer, TextWriter writer, Palette palette)
    {
        var table = new Table("SITE", "STREAM", "VERSION", "DIALLED BY", "WORD", "AGE", "FRESH", "ACCEPTED", "OLD", "REFUSED", "IN", "OUT", "CERTIFICATE ENDS");
        Row(table, Text(answer["site"]), null, answer["word"], answer["certificate"]);
        foreach (var (name, peer) in answer["peers"]!.AsObject()) Row(table, name, peer, peer!["word"], peer["stream"]?["certificate"]);
        table.Write(writer, palette);
    }

    private static void Row(Table table, string name, JsonNode? peer, JsonNode? word, JsonNode? certificate)
    {
        var stream = peer?["stream"];
        var connected = peer is not null && (bool)peer["connected"]!;
        table.Row(
            name,
            peer is null ? new Cell("self", Paint.Dim) : new Cell(connected ? "up" : "none", connected ? Paint.Good : Paint.Warning),
            peer is null ? "–" : Text(peer["version"]),
            Text(stream?["dialledBy"]),
            Stamp(word),
            word is null ? "–" : $"{word["ageSeconds"]} s",
            word is null ? "–" : (bool)word["fresh"]! ? "yes" : "no",
            Text(peer?["statesAccepted"]),
            Text(peer?["statesOld"]),
            peer is null ? "–" : peer["refused"]!.AsObject().Sum(one => (long)one.Value!).ToString(CultureInfo.InvariantCulture),
            Text(stream?["bytesIn"]),
            Text(stream?["bytesOut"]),
            Text(certificate?["notAfter"]));
    }

    private static string Stamp(JsonNode? word) => word is null ? "–" : $"{word["incarnation"]}.{word["sequence"]}";

    private static void WriteOne(JsonNode answer, string name, TextWriter writer, Palette palette)
    {
        var isSelf = name == (string?)answer["site"];
        var peer = isSelf ? null : answer["peers"]![name];
        if (peer is not null) WritePeer(peer, writer);
        else WriteList(writer, "certificate", answer["certificate"]);
        WriteWord(isSelf ? answer["word"] : peer?["word"], writer, palette);
    }

    private static void WritePeer(JsonNode peer, TextWriter writer)
    {
        foreach (var (key, value) in peer.AsObject().Where(one => one.Key != "word")) WriteList(writer, key, value);
    }

    // A value on one line; of an object each of its values.
    private static void WriteList(TextWriter writer, string key, JsonNode? value)
    {
        if (value is not JsonObject several) writer.WriteLine($"{key}: {(value is JsonArray list ? string.Join(", ", list.Select(one => Printable.Line(Text(one)))) : Printable.Line(Text(value)))}");
        else foreach (var (inner, one) in several) WriteList(writer, $"{key}.{inner}", one);
    }

    private static void WriteWord(JsonNode? word, TextWriter writer, Palette palette)
    {
        if (word is null)
        {
            writer.WriteLine("word: none yet");
            return;
        }

        foreach (var (key, value) in word.AsObject().Where(one => one.Key is not ("vips" or "observations" or "overrides"))) WriteList(writer, $"word.{key}", value);
        Section(writer, palette, word["vips"]!.AsArray(), ["service", "address", "condition", "connections", "maxConnections", "targetConnections", "serversUp", "servers", "admits"]);
        Section(writer, palette, word["observations"]!.AsArray(), ["service", "site", "address", "state", "milliseconds", "deviationMilliseconds", "bytesPerSecond", "samples", "ageSeconds", "reply"]);
        Section(writer, palette, word["overrides"]!.AsArray(), ["site", "service", "kind", "who", "why", "since", "until", "signed"]);
    }

    private static void Section(TextWriter writer, Palette palette, JsonArray rows, string[] columns)
    {
        if (rows.Count == 0) return;
        writer.WriteLine();
        var table = new Table([.. columns.Select(Heading)]);
        foreach (var row in rows) table.Row([.. columns.Select(column => (Cell)Text(row![column]))]);
        table.Write(writer, palette);
    }

    // maxConnections is read as MAX CONNECTIONS.
    private static string Heading(string key) => string.Concat(key.Select(letter => char.IsAsciiLetterUpper(letter) ? $" {letter}" : char.ToUpperInvariant(letter).ToString()));
}
