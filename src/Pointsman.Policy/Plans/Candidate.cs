using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Plans;

/// <summary>Everything that the stages ask about one site of one service, read off one snapshot: the table's line, which is the same everywhere, and my own view.</summary>
internal sealed record Candidate
{
    public required int Row { get; init; }
    public required HandOffRow Line { get; init; }

    /// <summary>This node's own site: judged by its own real servers and limits, never by a probe [S2].</summary>
    public required bool IsSelf { get; init; }

    /// <summary>As configured.</summary>
    public required ImmutableArray<Vip> Vips { get; init; }

    /// <summary>Those whose address I see neither down nor overloaded and whose site does not take them out itself; seen down or not where the down-budget keeps the site.</summary>
    public required ImmutableArray<Vip> LiveVips { get; init; }

    /// <summary>Those that I see overloaded, where none is live: they take nobody as long as anybody else can.</summary>
    public required ImmutableArray<Vip> OverloadedVips { get; init; }

    /// <summary>My own eyes say yes: not merely "not down".</summary>
    public required bool IsSeenUp { get; init; }

    /// <summary>Why there is no live VIP; empty when there is one.</summary>
    public required string DownReason { get; init; }

    /// <summary>I see it down, and it is live only because the down-budget keeps it.</summary>
    public required bool IsKeptByMe { get; init; }

    /// <summary>What an operator ordered for it; null = nothing.</summary>
    public required Override? Order { get; init; }

    /// <summary>An operator drained it, and it is up all the same: better than one that is down, when nothing else is left.</summary>
    public required bool IsSpare { get; init; }

    public required Load Load { get; init; }

    /// <summary>Of the users whose turn this site would be, the part that it takes, in millionths: its own published word, the same at every node, but 0 for my own site while it is full.</summary>
    public required long Admit { get; init; }

    /// <summary>Bytes a second, the mean over the testers that know; null = nobody does.</summary>
    public required long? Throughput { get; init; }

    public Site Site => Line.Site;
    public bool IsLive => !LiveVips.IsEmpty;

    /// <summary>What an answer with this site would carry: the live ones, else those that answer at all, else all.</summary>
    public ImmutableArray<Vip> UsableVips => IsLive ? LiveVips : OverloadedVips.IsEmpty ? Vips : OverloadedVips;

    /// <summary>Distinct, in the order of the configuration: what an answer with this site carries [S1].</summary>
    public static ImmutableArray<IPAddress> AddressesOf(ImmutableArray<Vip> vips) => [.. vips.Select(vip => vip.Address.Address).Distinct()];
}

/// <summary>How full a site is, from what it says (fresh) of its live VIPs, my own site too: what was published, so that all nodes weigh alike [P5.3, S7, S22].</summary>
/// <param name="IsKnown">False: it said nothing fresh. Then <paramref name="HasRoom"/> is true, for want of a reason against it.</param>
/// <param name="Max">Null when a VIP has no limit.</param>
internal readonly record struct Load(bool IsKnown, bool HasRoom, long Active, long? Max)
{
    public static readonly Load Unknown = new(false, true, 0, null);
}
