namespace Pointsman.Node.QueryLogs;

/// <summary>A form in which queries are recorded: dnstap, or a plain list.</summary>
internal interface IQuerySource
{
    /// <summary>The next query; false at the end, whatever the end is. What cannot be read on the way is counted in the <paramref name="tally"/>.</summary>
    bool TryRead(LogTally tally, out RecordedQuery query);
}

/// <summary>What a log came to. Damage is never fatal: a log of a million lines with one bad one is a log of 999,999.</summary>
internal sealed class LogTally
{
    public long Queries { get; set; }

    /// <summary>Lines or frames that make no sense.</summary>
    public long Damaged { get; private set; }

    /// <summary>Messages that are whole and no users' queries: the responses beside the queries, zone transfers, a resolver's own questions.</summary>
    public long Passed { get; set; }

    /// <summary>Where the first damage is and what, for a person; null = there is none.</summary>
    public string? FirstDamage { get; private set; }

    /// <summary>What else was not as it should be, and cost no query that is known of: a file that is still being written has no end.</summary>
    public string? Note { get; set; }

    public void Damage(string where, string what, long count = 1)
    {
        Damaged += count;
        FirstDamage ??= $"{where}: {what}";
    }
}
