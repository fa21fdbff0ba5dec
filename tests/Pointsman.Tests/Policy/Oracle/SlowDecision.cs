using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>The decision for one client, written from the rules: which sites, in what shares, and what is said where there are none.</summary>
internal sealed class SlowDecision
{
    private readonly Snapshot snapshot;
    private readonly Service service;
    private readonly SlowTable table;
    private readonly Place client;
    private readonly List<Site> mayHave;

    public SlowDecision(Snapshot snapshot, Service service, Place client)
    {
        (this.snapshot, this.service, this.client) = (snapshot, service, client);
        table = new SlowTable(snapshot, service);
        mayHave = [.. table.Sites.Where(site => Rules.Where(rule => rule.OrElse == OrElse.Nothing).All(rule => rule.Sites.Contains(site.Id)))];
        (Verdict, Shares) = Decide();
    }

    public Verdict Verdict { get; }

    /// <summary>By name; they sum to 1, or there is none.</summary>
    public Dictionary<string, double> Shares { get; }

    private ServicePolicy Policy => service.Policy;
    private IEnumerable<ClientRestriction> Rules => Policy.Restrictions.Where(rule => rule.Clients.Any(Is));

    /// <summary>Named by every rule about the client. Where rules exclude one another entirely nobody is.</summary>
    private bool IsNamed(Site site) => Rules.All(rule => rule.Sites.Contains(site.Id));

    private bool Is(ClientSelector selector) => selector.Kind switch
    {
        ClientSelectorKind.Country => client.Country == selector.Code,
        ClientSelectorKind.Continent => client.Continent == selector.Code,
        ClientSelectorKind.Region => client.Region == selector.Code,
        ClientSelectorKind.Union => client.Country is "DE" or "FR" or "SE",
        _ => client is { Country: null, Region: null, Latitude: null },
    };

    private (Verdict, Dictionary<string, double>) Decide()
    {
        // [S11] Not ready: the stored last state, else nothing.
        var good = snapshot.LastGood.TryGetValue(service.Id, out var last) ? mayHave.Where(site => last.Contains(site.Id)).ToList() : [];
        var eligible = mayHave.Where(site => IsLive(site) && IsWanted(site)).ToList();
        // [S5, S10] The survivors: seen up with my own eyes, and at zero only because the others' columns say so, or because they hold themselves back.
        if (eligible.Count == 0) eligible = [.. mayHave.Where(site => IsLive(site) && IsSeenUp(site) && (!table.SaysNo(site) || table.HoldsBack(site)) && table.SiteWeight(site) > 0)];
        // [S4] Overloaded answers, where nothing else does.
        if (eligible.Count == 0) eligible = [.. mayHave.Where(site => !IsLive(site) && Overloaded(site).Count > 0 && (!table.SaysNo(site) || table.HoldsBack(site)) && table.SiteWeight(site) > 0)];
        if (!snapshot.Ready)
        {
            // [S11] Nothing remembered: what the others see.
            if (good.Count == 0) good = eligible.FindAll(site => table.Votes(site).Of > 0);
            return good.Count > 0 ? (Verdict.Stale, Alike(good.Exists(IsLive) ? good.FindAll(IsLive) : good)) : (Verdict.NotReady, []);
        }
        if (eligible.Count > 0) return (Verdict.Answer, Share(Within(eligible)));
        var fallback = Fallback(good);
        return fallback.Count > 0 ? (Verdict.Stale, Alike(fallback)) : (Verdict.NoData, []);
    }

    private bool IsWanted(Site site) => table.Total(site) is var (weight, isFull) && (weight > 0 || isFull);

    /// <summary>A rule with <c>orElse: anywhere</c> holds as long as a site that it names can take the client, or no other can.</summary>
    private List<Site> Within(List<Site> eligible)
    {
        var named = eligible.Where(IsNamed).ToList();
        if (!mayHave.Exists(IsNamed)) return eligible;
        if (named.Exists(site => Admit(site) > 0)) return named;
        return named.Count > 0 && eligible.TrueForAll(site => Admit(site) == 0) ? named : eligible;
    }

    private List<Site> Fallback(List<Site> good)
    {
        List<Site> form = Policy.WhenAllDown switch
        {
            WhenAllDown.NoData => [],
            WhenAllDown.LastResort => [.. mayHave.Where(site => site.Id == Policy.LastResort)],
            WhenAllDown.LastGood when good.Count > 0 => good,
            _ => mayHave,
        };
        bool IsWilling(Site site) => (!table.SaysNo(site) || table.HoldsBack(site)) && table.SiteWeight(site) > 0;
        var prefers = mayHave.Exists(IsNamed);
        List<Func<Site, bool>> wishes = [site => IsWilling(site) && (!prefers || IsNamed(site)), IsWilling, site => !prefers || IsNamed(site), _ => true];
        return wishes.Select(wish => form.Where(wish).ToList()).FirstOrDefault(some => some.Count > 0) ?? [];
    }

    // What I see.

    private VipReport? ReportOf(Vip vip) => vip.Site == snapshot.Self ? snapshot.Local.GetValueOrDefault(vip.Key) : table.Fresh(vip.Site)?.Vips.LastOrDefault(report => report.Vip == vip.Key);

    /// <summary>[S1, S9] Not taken out by the site's own word.</summary>
    private List<Vip> Willing(Site site) =>
        [.. table.VipsOf(site).Where(vip => table.VipsOf(site).All(one => ReportOf(one)?.Condition == VipCondition.Held) || !table.VipsOf(site).Exists(one => one.Address.Address.Equals(vip.Address.Address) && ReportOf(one) is { } report && SlowTable.IsNo(report.Condition)))];

    /// <summary>[S2, S9] And not seen down by me; my own site I do not probe.</summary>
    private List<Vip> SeenLive(Site site) => table.Once("live", site, FindLive);

    private List<Vip> FindLive(Site site) =>
        [.. Willing(site).Where(vip => site.Id == snapshot.Self || !SlowTable.SeesAddressOut(snapshot.Mine.Values, table.VipsOf(site), vip.Address.Address))];

    /// <summary>I see it down, and the budget has no room for it.</summary>
    private bool IsKeptByMe(Site site) => table.Once("kept by me", site, FindKept);

    private bool FindKept(Site site)
    {
        if (Policy.DownBudget is null) return false;
        var mine = table.Sites.Where(one => Willing(one).Count > 0 && SeenLive(one).Count == 0 && IsWanted(one)).ToList();
        return mine.Contains(site) && !table.Withdraw(mine, table.OutByVote).Contains(site);
    }

    private List<Vip> Live(Site site) => IsKeptByMe(site) ? Willing(site) : SeenLive(site);
    private bool IsLive(Site site) => Live(site).Count > 0;

    /// <summary>What answers, and asks for no more users.</summary>
    private List<Vip> Overloaded(Site site) =>
        site.Id == snapshot.Self || IsLive(site) ? [] : [.. Willing(site).Where(vip => SlowTable.SeesAddressOverloaded(snapshot.Mine.Values, table.VipsOf(site), vip.Address.Address))];

    private List<Vip> Usable(Site site) => IsLive(site) ? Live(site) : Overloaded(site);

    /// <summary>[S10] By my own probes; whom I do not probe, by those of the sites that do.</summary>
    private bool IsSeenUp(Site site) => site.Id == snapshot.Self || (table.VipsOf(site).Exists(vip => snapshot.Mine.ContainsKey(vip.Key))
        ? IsUpIn(key => snapshot.Mine.GetValueOrDefault(key), site)
        : !table.HasVotesEnough(site)
            && table.Columns.Exists(column => column.Site != site.Id && !column.VotesMuted && IsUpIn(key => column.Observations.LastOrDefault(seen => seen.Vip == key), site)));

    private bool IsUpIn(Func<VipKey, Observation?> seen, Site site) => Live(site).Select(vip => vip.Address.Address).Distinct().Any(address =>
        Live(site).Where(vip => vip.Address.Address.Equals(address)).All(vip => seen(vip.Key)?.State is HealthState.Up or HealthState.Suspect));

    // How much each takes.

    /// <summary>The part of its users that a site takes: the mean of its addresses, each as its tightest VIP; none while it is full.</summary>
    private double Admit(Site site) => table.Once("admit", site, FindAdmit);

    private double FindAdmit(Site site)
    {
        var state = table.Fresh(site.Id);
        var isLoadFresh = state is not null && snapshot.Now - state.SentAt <= TimeSpan.FromSeconds(90);
        bool IsFull(VipReport report) => report.Condition == VipCondition.Full || report.ConnectionsActive >= report.ConnectionsMax;
        double OfVip(Vip vip)
        {
            var said = state?.Vips.LastOrDefault(report => report.Vip == vip.Key);
            if (said is not null && isLoadFresh && IsFull(said)) return 0;
            if (site.Id == snapshot.Self && snapshot.Local.TryGetValue(vip.Key, out var now) && IsFull(now)) return 0;
            return said is null ? 1 : Math.Clamp(said.AdmitMillionths, 0, 1_000_000) / 1e6;
        }
        var live = Usable(site);
        return live.Count == 0 ? 0 : Math.Floor(live.GroupBy(vip => vip.Address.Address).Average(address => address.Min(OfVip)) * 1e6 + 1e-7) / 1e6;
    }

    private Dictionary<string, double> Share(List<Site> sites)
    {
        var weights = new SlowWeights(snapshot, service, table, Usable);
        var tiers = new SlowTiers(service, table, client).Sort(sites);
        var shares = new Dictionary<string, double>();
        if (sites.TrueForAll(site => Admit(site) == 0))
        {
            foreach (var site in tiers[0]) shares[site.Name] = weights.Of(site);
        }
        else
        {
            var rest = 1.0;
            foreach (var tier in tiers)
            {
                var open = tier.Where(site => Admit(site) > 0).ToList();
                if (open.Count == 0 || rest <= 1e-12) continue;
                var sum = open.Sum(weights.Of);
                double Comes(Site site) => rest * weights.Of(site) / sum;
                // What one refuses is offered once more to the others of the tier, by their weights.
                double Again(Site site) => open.Where(other => other != site).Sum(other => Comes(other) * (1 - Admit(other)) * weights.Of(site) / (sum - weights.Of(other)));
                var taken = open.ToDictionary(site => site.Name, site => (Comes(site) + Again(site)) * Admit(site));
                foreach (var (name, share) in taken) shares[name] = share;
                rest -= taken.Values.Sum();
            }
            // What nobody admits goes to those who took something, the more the larger the part is that they admit.
            double Willingness(string name) => shares[name] * Admit(sites.First(site => site.Name == name));
            var willing = shares.Keys.Sum(Willingness);
            shares = shares.ToDictionary(share => share.Key, share => share.Value + (rest * Willingness(share.Key) / willing));
        }
        var all = shares.Values.Sum();
        return shares.ToDictionary(share => share.Key, share => share.Value / all);
    }

    private static Dictionary<string, double> Alike(List<Site> sites) => sites.ToDictionary(site => site.Name, _ => 1.0 / sites.Count);
}
