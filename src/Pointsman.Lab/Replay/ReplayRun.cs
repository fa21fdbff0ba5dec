using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Lab.Replay;

/// <summary>
/// Decides recorded queries twice, by the plan before and by the plan after, each with a worker's own cursors, so that every turn is taken as a node
/// would take it; and counts where they go. One query costs two decisions and no memory: what is kept is a number for each service, site, place and
/// pair of classes.
/// </summary>
/// <remarks>
/// What moves is not counted turn by turn: two schedules that differ a little are out of step at once, and would seem to move everybody. Of the clients
/// of one class before and one class after, the part moves by which the shares of the sites differ: no plan could move fewer. With sticky turns a client
/// has a site of its own, and each one is compared.
/// </remarks>
public sealed class ReplayRun
{
    /// <summary>Where the walks begin: any place is as good as any other, and one log gives one result.</summary>
    private const ulong Seed = 1;

    private readonly Plan before;
    private readonly Plan after;
    private readonly PlaceGroups places;
    private readonly TurnCursors beforeCursors = new(Seed);
    private readonly TurnCursors afterCursors = new(Seed);
    private readonly ImmutableArray<SiteId> sites;
    private readonly Dictionary<SiteId, int> indexOf;
    private readonly Dictionary<ServiceId, int> services = [];
    private readonly List<SiteCounts> byService = [];
    private readonly SiteCounts[] byPlace;
    private readonly Dictionary<(int Service, int Place, ushort Before, ushort After), Crowd> crowds = [];
    private long stale;

    /// <param name="before">The plan in force.</param>
    /// <param name="after">The one that is to come; its places say from where a client is.</param>
    public ReplayRun(Plan before, Plan after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        (this.before, this.after) = (before, after);
        places = new PlaceGroups(after.Places);
        sites = [.. before.Snapshot.Cluster.Sites.Concat(after.Snapshot.Cluster.Sites).OrderBy(site => site.Name, StringComparer.Ordinal).Select(site => site.Id).Distinct()];
        indexOf = sites.Select((site, index) => (site, index)).ToDictionary(pair => pair.site, pair => pair.index);
        byPlace = [.. places.All.Select(_ => new SiteCounts(sites.Length))];
    }

    /// <summary>One query for an address.</summary>
    /// <param name="now">When it was asked; answers of different kinds within two seconds go together [S15].</param>
    public void Add(ServiceId service, in Client client, AddressKind kind, Instant now)
    {
        var place = places.Find(client);
        var old = Decide(before, beforeCursors, service, client, kind, now);
        var @new = Decide(after, afterCursors, service, client, kind, now);
        if (@new.IsStale) stale++;
        var number = NumberOf(service);
        byService[number].Count(old.Site, @new.Site);
        byPlace[place].Count(old.Site, @new.Site);
        ref var crowd = ref CollectionsMarshal.GetValueRefOrAddDefault(crowds, (number, place, old.Class, @new.Class), out _);
        crowd.Queries++;
        if (old.Site != @new.Site) crowd.Differ++;
    }

    public ReplayReport Report()
    {
        var movedOfService = new double[byService.Count];
        var movedOfPlace = new double[byPlace.Length];
        foreach (var ((service, place, old, @new), crowd) in crowds)
        {
            var id = services.First(pair => pair.Value == service).Key;
            var moved = IsSticky(before, id) || IsSticky(after, id) ? crowd.Differ : crowd.Queries * Distance(id, old, @new);
            movedOfService[service] += moved;
            movedOfPlace[place] += moved;
        }
        return new ReplayReport
        {
            Sites = sites,
            Stale = stale,
            Services = [.. services.OrderBy(pair => pair.Value).Select(pair => new ReplayPart(NameOf(pair.Key), null, byService[pair.Value].Before, byService[pair.Value].After, movedOfService[pair.Value]))],
            Places = [.. places.All.Select((place, index) => new ReplayPart(place.Country ?? "", place.Region, byPlace[index].Before, byPlace[index].After, movedOfPlace[index])).Where(part => part.Queries > 0)],
        };
    }

    private (int Site, ushort Class, bool IsStale) Decide(Plan plan, TurnCursors cursors, ServiceId service, in Client client, AddressKind kind, Instant now)
    {
        var index = plan.IndexOf(service);
        if (index < 0) return (sites.Length, 0, false);
        var decision = Decider.Decide(plan, index, client, cursors.Next(kind, now));
        return decision.Count == 0
            ? (sites.Length, decision.Class, false)
            : (indexOf[plan.Services[index].Sites[decision[0]].Site.Id], decision.Class, decision.Verdict == Verdict.Stale);
    }

    private int NumberOf(ServiceId service)
    {
        if (services.TryGetValue(service, out var number)) return number;
        byService.Add(new SiteCounts(sites.Length));
        return services[service] = byService.Count - 1;
    }

    /// <summary>Half the sum of what the shares of all sites differ by; no site is a site too. 0 to 1.</summary>
    private double Distance(ServiceId service, ushort old, ushort @new)
    {
        Span<double> difference = new double[sites.Length + 1];
        AddShares(before, service, old, difference, 1);
        AddShares(after, service, @new, difference, -1);
        double sum = 0;
        foreach (var one in difference) sum += Math.Abs(one);
        return sum / 2;
    }

    private void AddShares(Plan plan, ServiceId service, ushort clientClass, Span<double> shares, int sign)
    {
        var index = plan.IndexOf(service);
        var parts = index < 0 ? [] : plan.Services[index].SharesOf(clientClass);
        if (parts.IsEmpty)
        {
            shares[^1] += sign;
            return;
        }
        var sum = parts.Sum(part => (double)part.Weight);
        foreach (var (row, weight) in parts) shares[indexOf[plan.Services[index].Sites[row].Site.Id]] += sign * weight / sum;
    }

    private static bool IsSticky(Plan plan, ServiceId service) => plan.IndexOf(service) is >= 0 and var index && plan.Services[index].Service.Policy.Turn == TurnKind.Sticky;

    private string NameOf(ServiceId service) => (after.Snapshot.Cluster.FindService(service) ?? before.Snapshot.Cluster.FindService(service))!.Name;

    /// <param name="sites">The number after the last site's stands for no site.</param>
    private sealed class SiteCounts(int sites)
    {
        private readonly long[] before = new long[sites + 1];
        private readonly long[] after = new long[sites + 1];

        public ImmutableArray<long> Before => [.. before];
        public ImmutableArray<long> After => [.. after];

        public void Count(int old, int @new)
        {
            before[old]++;
            after[@new]++;
        }
    }

    /// <summary>Clients that are alike before and after.</summary>
    private struct Crowd
    {
        public long Queries;

        /// <summary>Of these, decided differently.</summary>
        public long Differ;
    }
}
