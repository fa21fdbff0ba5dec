using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Dns.Wire;
using Pointsman.Dnstap;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>dnstap FILE</c>: what a file of recorded queries holds, of this server or of any other.</summary>
internal static class DnstapCommand
{
    private const int UsualLimit = 1000, MostLimit = 1_000_000;

    /// <summary>Of free text, which a frame may hold a mebibyte of.</summary>
    private const int MostTextBytes = 256;

    /// <summary>What is kept of a message until all are read: never its octets, of which a hostile file may hold a mebibyte in each.</summary>
    private sealed record Shown(TapMessage Message, int Bytes, string? Identity, string? Version, MessageSummary? Summary)
    {
        public static Shown Of(TapMessage message) => new(
            message with { Query = default, Response = default, Identity = default, Version = default, Extra = default, Zone = default },
            message.Message.Length,
            Text(message.Identity),
            Text(message.Version),
            MessageSummary.TryRead(message.Message.Span, out var summary) ? summary : null);
    }

    private static readonly Argument<string> s_file = new("FILE") { Description = "A file of recorded queries (Frame Streams of dnstap)" };

    private static readonly Option<int?> s_limit = new("--limit")
    {
        Description = FormattableString.Invariant($"The most messages to print, 1–{MostLimit} (default: {UsualLimit})"),
        HelpName = "N",
        CustomParser = given =>
        {
            var text = given.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostLimit) return number;
            given.AddError(FormattableString.Invariant($"--limit must be 1–{MostLimit}, was '{text}'"));
            return null;
        },
    };

    public static Command Make()
    {
        var command = new Command("dnstap", "Print recorded queries and answers") { s_file, s_limit };
        command.Options.Add(OutputOptions.Format);
        command.SetAction(Run);
        return command.Examples("pointsman dnstap queries.dnstap", "pointsman dnstap queries.dnstap --limit 10 -o json");
    }

    private static int Run(ParseResult result)
    {
        var printer = Printer.For(result);
        var path = result.GetValue(s_file)!;
        var limit = result.GetValue(s_limit) ?? UsualLimit;
        var shown = new List<Shown>();
        bool more;
        DnstapReader reader;
        try
        {
            // As another program may still be writing it.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 65536);
            reader = new DnstapReader(stream);
            TapMessage? message = null;
            while (shown.Count < limit && reader.TryRead(out message)) shown.Add(Shown.Of(message));
            more = shown.Count == limit && reader.TryRead(out message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return printer.Fail(ExitCode.Failed, $"cannot read {path}: {e.Message}");
        }
        printer.Print(
            new JsonObject
            {
                ["file"] = path,
                ["messages"] = new JsonArray([.. shown.Select(Json)]),
                ["more"] = more,
                ["skipped"] = reader.Skipped,
                ["note"] = reader.Note,
            },
            () => TableOf(shown));
        if (more) printer.Note(FormattableString.Invariant($"… and more: --limit {limit} was reached"));
        if (reader.IsMalformed) return printer.Fail(ExitCode.Failed, $"{path}: {reader.Note}");
        if (reader.Note is { } note) printer.Warn($"{path}: {note}");
        return ExitCode.Ok;
    }

    private static JsonNode? Json(Shown shown) => Json(shown, shown.Message, shown.Summary);

    private static JsonNode? Json(Shown shown, TapMessage message, MessageSummary? summary) => JsonText.Of(new
    {
        time = message.Time is { } time ? Time(time, "yyyy-MM-ddTHH:mm:ss.fffffffZ") : null,
        kind = message.Type,
        protocol = message.Protocol,
        client = message.Client?.ToString(),
        server = message.Server?.ToString(),
        identity = shown.Identity,
        version = shown.Version,
        bytes = shown.Bytes,
        id = summary?.Id,
        name = summary?.Name,
        type = summary?.Name is null ? null : RrTypeText.Format(summary.Type),
        subnet = summary?.Subnet is { } subnet ? FormattableString.Invariant($"{subnet.Address}/{subnet.SourcePrefixLength}") : null,
        scope = summary is { IsResponse: true, Subnet: { } scoped } ? scoped.ScopePrefixLength : (int?)null,
        rcode = summary is { IsResponse: true } ? summary.RcodeText : null,
        truncated = summary is { IsResponse: true } ? summary.IsTruncated : (bool?)null,
        answers = summary is { IsResponse: true } ? summary.Answers.Select(record => new { name = record.Owner, type = RrTypeText.Format(record.Type), record.Ttl, data = record.Rdata }) : null,
        whole = summary?.IsWhole ?? false,
    });

    private static Table TableOf(IEnumerable<Shown> shown)
    {
        // A row stays a row: of many addresses the first few say enough, and -o json says all.
        const int MostAnswers = 4;
        var table = new Table("TIME", "KIND", "CLIENT", "SUBNET", "NAME", "TYPE", "RCODE", "ANSWERS");
        foreach (var (message, _, _, _, summary) in shown)
        {
            var response = summary is { IsResponse: true } ? summary : null;
            var answers = response?.Answers.Select(record => record.Type == summary!.Type ? record.Rdata : $"{RrTypeText.Format(record.Type)} {record.Rdata}").ToList() ?? [];
            table.Row(
                message.Time is { } time ? Time(time, "yyyy-MM-ddTHH:mm:ss.fffZ") : "–",
                $"{KindWord(message.Type)}{(message.Protocol is TapProtocol.Udp or null ? "" : $" {message.Protocol.ToString()!.ToLowerInvariant()}")}",
                message.Client?.ToString() ?? "–",
                summary?.Subnet is { } subnet ? FormattableString.Invariant($"{subnet.Address}/{subnet.SourcePrefixLength}{(response is null ? "" : $"/{subnet.ScopePrefixLength}")}") : "",
                summary?.Name ?? "–",
                summary?.Name is null ? "–" : RrTypeText.Format(summary.Type),
                response is null ? "" : response.RcodeText + (response.IsTruncated ? " TC" : ""),
                string.Join(", ", answers.Take(MostAnswers)) + (answers.Count > MostAnswers ? FormattableString.Invariant($", … {answers.Count} in all") : ""));
        }
        return table;
    }

    private static string KindWord(TapMessageType type) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(type.ToString());

    private static string Time(DateTimeOffset time, string format) => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    private static string? Text(ReadOnlyMemory<byte> octets) => octets.IsEmpty ? null : Encoding.UTF8.GetString(octets.Span[..Math.Min(octets.Length, MostTextBytes)]);
}
