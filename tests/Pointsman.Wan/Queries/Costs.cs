using System.Diagnostics;

namespace Pointsman.Wan.Queries;

/// <summary>What a fault cost the users, out of the ledger and the truth.</summary>
public sealed record Costs
{
    /// <summary>Questions to nodes that the client could ask without hindrance, and how many of them got no answer in time.</summary>
    public int Asked { get; init; }
    public int Lost { get; init; }

    /// <summary>Answers other than NOERROR with an address.</summary>
    public int Refused { get; init; }

    /// <summary>The longest time between two answers of one such node to one client.</summary>
    public TimeSpan LongestGap { get; init; }

    /// <summary>Answers that named a site which that client could not use at that time: the price of every death.</summary>
    public int Dead { get; init; }

    /// <summary>Those of them that came later after the death than the bound allows.</summary>
    public int Wrong { get; init; }

    /// <summary>From a site's becoming unusable to the last answer with it; null when none was ever named unusable.</summary>
    public TimeSpan? LastDead { get; init; }

    /// <param name="records">Of the time in question.</param>
    /// <param name="bound">How long after its death a site may still be named.</param>
    /// <param name="patience">How long a client waits for an answer; questions younger than that at the end of the records are left out.</param>
    /// <param name="service">Only this one; null = all.</param>
    public static Costs Of(IReadOnlyList<QueryRecord> records, Truth truth, TimeSpan bound, TimeSpan patience, int? service = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(truth);
        var end = records.Count == 0 ? 0 : records[^1].SentTicks;
        var patienceTicks = (long)(patience.TotalSeconds * Stopwatch.Frequency);
        var lastAnswer = new Dictionary<(int, int), long>();
        var (asked, lost, refused, dead, wrong) = (0, 0, 0, 0, 0);
        var gap = TimeSpan.Zero;
        TimeSpan? lastDead = null;
        foreach (var record in records)
        {
            if (service is { } only && record.Service != only) continue;
            if (record.IsAnswered)
            {
                if (record.Rcode != 0 || record.Named == 0) refused++;
                if (AgeOfDeath(record, truth) is { } age)
                {
                    dead++;
                    if (age > bound) wrong++;
                    if (lastDead is null || age > lastDead) lastDead = age;
                }
            }

            if (record.SentTicks + patienceTicks > end || !truth.WasUnhindered(record.Client, record.Node, record.SentTicks, record.SentTicks + patienceTicks))
            {
                lastAnswer.Remove((record.Client, record.Node));
                continue;
            }

            asked++;
            if (!record.IsAnswered || record.AnsweredTicks - record.SentTicks > patienceTicks)
            {
                lost++;
                continue;
            }

            if (lastAnswer.TryGetValue((record.Client, record.Node), out var before) && Stopwatch.GetElapsedTime(before, record.AnsweredTicks) is var between && between > gap) gap = between;
            lastAnswer[(record.Client, record.Node)] = record.AnsweredTicks;
        }

        return new Costs { Asked = asked, Lost = lost, Refused = refused, LongestGap = gap, Dead = dead, Wrong = wrong, LastDead = lastDead };
    }

    // The longest that any site named by it had been unusable for this client when the answer came.
    private static TimeSpan? AgeOfDeath(in QueryRecord record, Truth truth)
    {
        TimeSpan? oldest = null;
        for (var named = record.Named; named != 0; named &= named - 1)
        {
            if (truth.UnusableSince(record.Client, record.Service, System.Numerics.BitOperations.TrailingZeroCount(named), record.AnsweredTicks) is not { } since) continue;
            var age = Stopwatch.GetElapsedTime(since, record.AnsweredTicks);
            if (oldest is null || age > oldest) oldest = age;
        }

        return oldest;
    }
}
