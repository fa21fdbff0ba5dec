using Pointsman.Model;

namespace Pointsman.Node.State;

/// <summary>
/// How many lines one site's words, or one service's table, may cost: some at once, then one in a while, by kind. An honest site never gets there; one that
/// starts anew forty times a second would fill the log with itself, and push out what the operator needs to see.
/// </summary>
internal sealed class EventBudget(int burst, TimeSpan each)
{
    private readonly Dictionary<(int, string), (double Spent, Instant At, long Kept)> known = [];

    /// <summary>Whether it may be told; and how many of its kind were kept back since the last that was.</summary>
    public bool MayTell(int of, string kind, Instant now, out long keptBack)
    {
        var (spent, at, kept) = known.GetValueOrDefault((of, kind), (0, now, 0));
        spent = Math.Max(0, spent - ((now - at) / each));
        var may = spent + 1 <= burst;
        keptBack = may ? kept : 0;
        known[(of, kind)] = may ? (spent + 1, now, 0) : (spent, now, kept + 1);
        return may;
    }
}
