using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Worlds;

/// <summary>What is not as it should be in a <see cref="ConfiguredWorld"/>: who is down, which links are cut, who is loaded. Nothing named = all is well.</summary>
public sealed record Circumstances
{
    public static readonly Circumstances AllUp = new();

    /// <summary>Dark: they answer no probe, say nothing, and nobody decides there.</summary>
    public ImmutableArray<SiteId> DownSites { get; init; } = [];

    /// <summary>No real server of theirs answers: their sites say so, and every probe sees it.</summary>
    public ImmutableArray<VipKey> DownVips { get; init; } = [];

    /// <summary>Between two sites nothing passes, neither probes nor DSSP; each of the two lives and sees the rest.</summary>
    public ImmutableArray<Link> CutLinks { get; init; } = [];

    /// <summary>Sites whose every VIP can take no connection more.</summary>
    public ImmutableArray<SiteId> FullSites { get; init; } = [];

    /// <summary>Connections open now; a VIP not named has none.</summary>
    public FrozenDictionary<VipKey, int> Connections { get; init; } = FrozenDictionary<VipKey, int>.Empty;

    /// <summary>What sites say against themselves (a drain, for instance); one not named says nothing.</summary>
    public FrozenDictionary<SiteId, SelfReport> SelfReports { get; init; } = FrozenDictionary<SiteId, SelfReport>.Empty;

    public bool IsDown(SiteId site) => DownSites.Contains(site);

    /// <summary>The VIP itself, or its whole site.</summary>
    public bool IsDown(VipKey vip) => IsDown(vip.Site) || DownVips.Contains(vip);

    public bool IsCut(SiteId one, SiteId other) => CutLinks.Length > 0 && CutLinks.Contains(new Link(one, other));

    /// <summary>Whether a probe of a VIP by another site would come through.</summary>
    public bool Answers(SiteId tester, VipKey vip) => !IsDown(vip) && !IsCut(tester, vip.Site);

    /// <summary>In words, for a person: <c>tokyo down, the link paris – quito cut</c>; <c>all up</c> when nothing is wrong.</summary>
    public string Describe(Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        string Name(SiteId id) => cluster.FindSite(id)?.Name ?? id.ToString();
        var words = DownSites.Select(site => $"{Name(site)} down")
            .Concat(DownVips.Select(vip => $"{Name(vip.Site)}'s {vip.Address} ({cluster.FindService(vip.Service)?.Name}) down"))
            .Concat(CutLinks.Select(link => $"the link {Name(link.One)} – {Name(link.Other)} cut"))
            .Concat(FullSites.Select(site => $"{Name(site)} full"))
            .Concat(SelfReports.OrderBy(pair => pair.Key).Select(pair => $"{Name(pair.Key)} {pair.Value.ToString().ToLowerInvariant()}"))
            .ToList();
        if (Connections.Count > 0) words.Add($"{Connections.Count} VIPs loaded");
        return words.Count == 0 ? "all up" : string.Join(", ", words);
    }
}

/// <summary>The way between two sites, both directions: (a, b) and (b, a) are one link.</summary>
public readonly record struct Link
{
    public Link(SiteId one, SiteId other) => (One, Other) = one.CompareTo(other) <= 0 ? (one, other) : (other, one);

    public SiteId One { get; }
    public SiteId Other { get; }

    public bool Touches(SiteId site) => One == site || Other == site;
}
