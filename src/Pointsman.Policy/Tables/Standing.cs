namespace Pointsman.Policy.Tables;

/// <summary>How a site stands in the hand-off table, from what was published alone: the same at every node.</summary>
public enum Standing
{
    /// <summary>Ranked by a fresh column (or, with few sites, its capacity is known).</summary>
    Up,

    /// <summary>No fresh column mentions it: it takes the smallest non-zero total, or 1 [S5].</summary>
    Unmeasured,

    /// <summary>It can take no connection more, by its own word; with few sites that is a total of zero [S6].</summary>
    Full,

    /// <summary>Voted down by most of the other sites: total zero for all [S9].</summary>
    Down,

    /// <summary>Voted down, but more would be out than <c>policy.downBudget</c> allows: it stays in, at the mean of those that are up or what it has, whichever is more.</summary>
    Kept,

    /// <summary>All its VIPs are down by its own word: no real server answers [S9].</summary>
    DownByOwnWord,

    /// <summary>By its own word, or every VIP by its report [S9].</summary>
    Overloaded,

    /// <inheritdoc cref="Overloaded"/>
    Draining,

    /// <inheritdoc cref="Overloaded"/>
    Disabled,

    /// <summary>Back from down, and waiting for the operator or for its time before it takes users again: <c>policy.failback</c>.</summary>
    Held,

    /// <summary>It said good-bye: its node was stopped in order [S9].</summary>
    Leaving,

    /// <summary>Whoever probes it sees it overloaded, and nobody ranks it: total zero, and still better than nobody.</summary>
    SeenOverloaded,

    /// <summary>An operator wants it out, as if it were down: never named, whatever else is gone.</summary>
    ForcedDown,

    /// <summary>It would be out by the vote or by its own word, and an operator's signed order keeps it in: at the mean of those that are up or what it has, whichever is more.</summary>
    ForcedUp,
}
