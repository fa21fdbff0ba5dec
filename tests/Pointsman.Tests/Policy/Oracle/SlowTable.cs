using Pointsman.Model;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>
/// The hand-off table, written from the rules of the product and not from the code that is tested: everything is looked up anew at every question, in the
/// words of the rule that asks it.
/// </summary>
internal sealed class SlowTable(Snapshot snapshot, Service service)
{
    /// <summary>What was asked once is not asked again: slow is meant to be simple, not endless.</summary>
    private readonly Dictionary<(string Question, SiteId Site), object> answered = [];
    private List<SiteState>? columns;

    private ServicePolicy Policy => service.Policy;

    /// <summary>[S1] The rows: the service's sites, by name.</summary>
    public List<Site> Sites { get; } = [.. snapshot.Cluster.Sites.Where(site => service.Vips.Any(vip => vip.Site == site.Id)).OrderBy(site => site.Name, StringComparer.Ordinal)];

    public List<Vip> VipsOf(Site site) => [.. service.Vips.Where(vip => vip.Site == site.Id)];

    /// <summary>[S7] A stale column drops.</summary>
    public SiteState? Fresh(SiteId site) => snapshot.States.TryGetValue(site, out var state) && snapshot.Now - state.SentAt <= state.Validity ? state : null;

    public List<SiteState> Columns => columns ??= [.. snapshot.Cluster.Sites.Select(site => Fresh(site.Id)).OfType<SiteState>()];

    public int SiteWeight(Site site) => Policy.SiteWeights.GetValueOrDefault(site.Id, 1);

    /// <summary>[S1] VIPs that share an address are one address, up only when all of them are: one that is down, overloaded or disabled takes it out.</summary>
    public static bool SeesAddress(IEnumerable<Observation> seen, IEnumerable<Vip> vips, object address, params HealthState[] states) =>
        vips.Any(vip => vip.Address.Address.Equals(address) && seen.LastOrDefault(one => one.Vip == vip.Key) is { } found && states.Contains(found.State));

    public static bool SeesAddressOut(IEnumerable<Observation> seen, IEnumerable<Vip> vips, object address) =>
        SeesAddress(seen, vips, address, HealthState.Down, HealthState.Overloaded, HealthState.Disabled);

    public static bool SeesAddressOverloaded(IEnumerable<Observation> seen, IEnumerable<Vip> vips, object address) =>
        SeesAddress(seen, vips, address, HealthState.Overloaded) && !SeesAddress(seen, vips, address, HealthState.Down, HealthState.Disabled);

    private static bool SeesAddressDown(IEnumerable<Observation> seen, IEnumerable<Vip> vips, object address) =>
        SeesAddress(seen, vips, address, HealthState.Down) && !SeesAddress(seen, vips, address, HealthState.Disabled);

    /// <summary>[S1, S9] The site is down when all its addresses are, but for those that an operator has disabled.</summary>
    private bool SeesDown(IEnumerable<Observation> seen, Site site)
    {
        var addresses = VipsOf(site).Select(vip => vip.Address.Address).Where(address => !SeesAddress(seen, VipsOf(site), address, HealthState.Disabled)).ToList();
        return addresses.Count > 0 && addresses.TrueForAll(address => SeesAddressDown(seen, VipsOf(site), address));
    }

    /// <summary>No address is better than overloaded, and one is that.</summary>
    private bool SeesOverloaded(IEnumerable<Observation> seen, Site site) =>
        VipsOf(site).TrueForAll(vip => SeesAddressOut(seen, VipsOf(site), vip.Address.Address)) && VipsOf(site).Exists(vip => SeesAddressOverloaded(seen, VipsOf(site), vip.Address.Address));

    /// <summary>[S9] Overloaded, draining, disabled by its own word, or all its VIPs.</summary>
    public bool SaysNo(Site site) => Once("no", site, FindNo);

    private bool FindNo(Site site) => Fresh(site.Id) is { } state
        && (state.SelfReport != SelfReport.None || VipsOf(site).All(vip => state.Vips.LastOrDefault(report => report.Vip == vip.Key) is { } report && IsNo(report.Condition)));

    /// <summary>It was down and waits to be let back: no weight, and yet it serves when nobody else can.</summary>
    public bool HoldsBack(Site site) => Fresh(site.Id) is { SelfReport: SelfReport.None } state
        && VipsOf(site).All(vip => state.Vips.LastOrDefault(report => report.Vip == vip.Key)?.Condition == VipCondition.Held);

    public static bool IsNo(VipCondition condition) => condition is not (VipCondition.Up or VipCondition.Full);

    /// <summary>[S9, S10] The observers are the other sites with a fresh column that is not muted.</summary>
    public (int Down, int Of) Votes(Site site) => Once("votes", site, CountVotes);

    private (int Down, int Of) CountVotes(Site site)
    {
        var observers = Columns.Where(column => column.Site != site.Id && !column.VotesMuted && Probes(column, site)).ToList();
        return (observers.Count(column => SeesDown(column.Observations, site)), observers.Count);
    }

    private bool Probes(SiteState column, Site site) => column.Observations.Any(seen => VipsOf(site).Exists(vip => vip.Key == seen.Vip));

    /// <summary>[S4, S5] Nobody ranks it, and an observer says why.</summary>
    public bool IsSeenOverloaded(Site site) =>
        Points(site) is null && Columns.Exists(column => column.Site != site.Id && !column.VotesMuted && SeesOverloaded(column.Observations, site));

    public bool IsVotedDown(Site site) => !SaysNo(site) && HasVotesEnough(site);

    public bool HasVotesEnough(Site site)
    {
        var (down, of) = Votes(site);
        return Policy.Vote switch { VoteRule.Any => down >= 1, VoteRule.All => down >= 1 && of - down == 0, _ => down * 2 > of };
    }

    /// <summary>[S6] The number of sites configured decides.</summary>
    public bool IsFew => Policy.FewSites == FewSites.Capacity && Sites.Count < Policy.FewSitesBelow;

    /// <summary>[S3, S4, S6] Null: no fresh column mentions it.</summary>
    public long? Points(Site site) => Once("points", site, SumPoints);

    private long? SumPoints(Site site) => IsFew ? Free(site) : Mentions(site) ? Columns.Sum(column => PointsBy(column, site)) : null;

    private bool Mentions(Site site) => Columns.Any(column => OrderOf(column).Contains(site.Id));

    private List<SiteId> OrderOf(SiteState column) =>
        [.. (column.Orders.FirstOrDefault(order => order.Service == service.Id)?.Sites ?? []).Where(id => id != column.Site && Sites.Exists(site => site.Id == id)).Distinct()];

    private long PointsBy(SiteState column, Site site)
    {
        var place = OrderOf(column).IndexOf(site.Id);
        return place < 0 ? 0 : place < Policy.Weights.Length ? Policy.Weights[place] : Policy.Weights[^1];
    }

    /// <summary>[S6] Σ (maxConnections − connections), scaled so that the freest has 1,000; a VIP without a maximum counts as the largest configured one.</summary>
    private long? Free(Site site)
    {
        var all = Sites.Select(FreeConnections).ToList();
        var most = all.Max() ?? 0;
        return FreeConnections(site) is not { } free ? null : most == 0 || free == 0 ? free : Math.Max(1, free * 1000 / most);
    }

    private long? FreeConnections(Site site)
    {
        var largest = service.Vips.Max(vip => vip.MaxConnections);
        var said = VipsOf(site).Select(vip => (Vip: vip, Report: Fresh(site.Id)?.Vips.LastOrDefault(report => report.Vip == vip.Key))).Where(pair => pair.Report is not null).ToList();
        if (said.Count == 0) return null;
        return said.Sum(pair => pair.Report!.Condition != VipCondition.Up ? 0 : largest is null ? 1 : Math.Max(0, (pair.Vip.MaxConnections ?? largest.Value) - Math.Max(0, pair.Report.ConnectionsActive)));
    }

    /// <summary>How many connections a site stands for in the down-budget.</summary>
    public decimal Capacity(Site site) => SiteWeight(site) == 0 ? 0 : VipsOf(site).Sum(vip => (decimal)(vip.MaxConnections ?? service.Vips.Max(one => one.MaxConnections) ?? 1));

    /// <summary>Takes out of <paramref name="down"/> as many as the budget allows beside those that are out already, the surest first.</summary>
    public List<Site> Withdraw(IEnumerable<Site> down, List<Site> outAlready)
    {
        var withdrawn = new List<Site>();
        foreach (var site in down.OrderByDescending(site => Votes(site) is var (votes, of) && of > 0 ? (decimal)votes / of : 0).ThenBy(site => Fresh(site.Id) is not null).ThenBy(site => site.Name, StringComparer.Ordinal))
        {
            var all = outAlready.Concat(withdrawn).Append(site).ToList();
            if (Policy.DownBudget?.Sites is { } most && all.Count > most) continue;
            if (Policy.DownBudget?.CapacityMillionths is { } part && all.Sum(Capacity) * 1_000_000 > Sites.Sum(Capacity) * part) continue;
            withdrawn.Add(site);
        }
        return withdrawn;
    }

    /// <summary>Out at every node: voted down, as far as the budget goes.</summary>
    public List<Site> OutByVote => Once("out", Sites[0], _ => FindOut());

    private List<Site> FindOut() => Withdraw(Sites.Where(site => IsVotedDown(site) && SiteWeight(site) > 0), []);

    /// <summary>The total weight, and whether the few-sites rule says that it has no connection free.</summary>
    public (long Weight, bool IsFull) Total(Site site) => Once("total", site, FindTotal);

    public T Once<T>(string question, Site site, Func<Site, T> answer)
    {
        if (answered.TryGetValue((question, site.Id), out var known)) return (T)known;
        var found = answer(site);
        answered[(question, site.Id)] = found!;
        return found;
    }

    private (long Weight, bool IsFull) FindTotal(Site site)
    {
        var voted = IsVotedDown(site);
        if (SaysNo(site) || (voted && (SiteWeight(site) == 0 || OutByVote.Contains(site)))) return (0, false);
        if (!voted && IsSeenOverloaded(site)) return (0, false);
        var points = Points(site);
        var smallest = Sites.Select(Points).Where(one => one > 0).Min() ?? 1;
        if (!voted) return (SiteWeight(site) * (points ?? smallest), points == 0 && IsFew && SiteWeight(site) > 0);
        // Kept: at least the mean of those that are up.
        var up = Sites.Where(one => !SaysNo(one) && !IsVotedDown(one) && Points(one) > 0).Select(one => Points(one)!.Value).ToList();
        return (SiteWeight(site) * Math.Max(points ?? 0, up.Count == 0 ? 1 : Math.Max(1, up.Sum() / up.Count)), false);
    }
}
