using Pointsman.Dns.Wire;
using Pointsman.Dnstap;
using Pointsman.Policy.Decisions;

namespace Pointsman.Node.QueryLogs;

/// <summary>
/// The queries of a dnstap file. A recorder writes a query, its response, or both; both are one query asked once. So responses count only in a file
/// whose beginning holds no query at all.
/// </summary>
internal sealed class TapQueries(Stream stream) : IQuerySource
{
    /// <summary>How far ahead is looked for a query: a rotated file may begin with the responses to what the file before it holds.</summary>
    private const int LookAhead = 1024;

    private readonly DnstapReader reader = new(stream);
    private readonly NamePool names = new();
    private readonly Queue<(bool IsQuery, RecordedQuery Query)> ahead = [];
    private bool? countsQueries;
    private bool ended;

    public bool TryRead(LogTally tally, out RecordedQuery query)
    {
        if (countsQueries is null)
        {
            while (ahead.Count < LookAhead && TryNext(tally, out var message)) ahead.Enqueue(message);
            countsQueries = ahead.Any(message => message.IsQuery) || ahead.Count == 0;
        }
        // Ends: each turn takes a message from the queue or from the file.
        while (ahead.TryDequeue(out var message) || TryNext(tally, out message))
        {
            query = message.Query;
            if (message.IsQuery == countsQueries) return true;
            tally.Passed++;
        }
        query = default;
        return false;
    }

    /// <summary>The next message that a user's query, or the response to one, can be read from.</summary>
    private bool TryNext(LogTally tally, out (bool IsQuery, RecordedQuery Query) message)
    {
        // Ends: each turn takes a message from the file.
        while (!ended && reader.TryRead(out var tap))
        {
            // A resolver's questions to other servers and a tool's own are nobody's to place.
            if (tap.Type is not (TapMessageType.AuthQuery or TapMessageType.AuthResponse or TapMessageType.ClientQuery or TapMessageType.ClientResponse))
                tally.Passed++;
            else if (TryRead(tap, tally, out message)) return true;
        }
        if (!ended) End(tally);
        ended = true;
        message = default;
        return false;
    }

    private bool TryRead(TapMessage tap, LogTally tally, out (bool IsQuery, RecordedQuery Query) message)
    {
        message = default;
        var octets = tap.IsQuery || tap.Response.IsEmpty ? tap.Query : tap.Response;
        if (!MessageSummary.TryRead(octets.Span, out var summary) || (summary.Opcode == 0 && summary.Name is null))
        {
            tally.Damage($"message {reader.Messages}", "no question can be read from it");
            return false;
        }
        if (summary.Opcode != 0)
        {
            tally.Passed++;
            return false;
        }
        // RFC 7871 §7.1.2: SOURCE PREFIX-LENGTH 0 asks that no address be used but the asker's own.
        var client = summary.Subnet is { SourcePrefixLength: > 0 } subnet ? Client.From(subnet.Address).Truncate(Math.Min(subnet.SourcePrefixLength, WidthOf(subnet)))
            : tap.Client is { } asker ? Client.From(asker.Address) : (Client?)null;
        if (client is not { } known)
        {
            tally.Damage($"message {reader.Messages}", "it does not say who asked");
            return false;
        }
        message = (tap.IsQuery, new RecordedQuery(names.Get(summary.Name), known, summary.Type, tap.QueryTime ?? tap.ResponseTime));
        return true;
    }

    private static int WidthOf(SubnetSummary subnet) => subnet.Address.GetAddressBytes().Length * 8;

    private void End(LogTally tally)
    {
        if (reader.Skipped > 0) tally.Damage("frames", reader.Note ?? "no dnstap messages", reader.Skipped);
        else if (reader.IsMalformed) tally.Damage($"after message {reader.Messages}", reader.Note ?? "no dnstap");
        else tally.Note = reader.Note;
    }
}
