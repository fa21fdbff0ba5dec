using System.Collections.Immutable;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Lab.Load;

/// <summary>
/// All users: each second some come behind each resolver, are sent where its answer says, and are served there, handed on, refused or lost. A user
/// tries the sites of its answer in order while they are dead, and goes where a full one sends it, as a browser does.
/// </summary>
internal sealed class Crowd
{
    /// <summary>A chain of redirects longer than this a browser would not follow either; the hop token ends it sooner.</summary>
    private const int MostHops = 8;

    /// <summary>Most resolvers ask the name server that is nearest to them; the others any.</summary>
    private const double AsksNearest = 0.7;

    private readonly LoadWorld world;
    private readonly LoadScenario scenario;
    private readonly IAnswers answers;
    private readonly ImmutableArray<Cache> caches;
    private readonly ImmutableArray<ImmutableArray<int>> serversByRegion;
    private readonly Random users;
    private readonly Random queries;
    private readonly Ramp[] demand;
    private readonly long[][] roundTrips;
    private readonly List<SiteId> visited = [];

    public Crowd(LoadWorld world, LoadScenario scenario, IAnswers answers)
    {
        (this.world, this.scenario, this.answers) = (world, scenario, answers);
        var random = new Random(scenario.Seed);
        caches = [.. Enumerable.Range(0, scenario.Regions.Length).SelectMany(region => Cache.Of(region, scenario, random))];
        users = new Random(scenario.Seed + 1);
        queries = new Random(scenario.Seed + 2);
        roundTrips = [.. scenario.Regions.Select(region => world.SitePlaces.Select(site => PathTime.RoundTripMicros(region.Place, site)).ToArray())];
        demand = [.. scenario.Regions.Select(region => new Ramp(region.UsersPerSecond))];
        // Spread over the sites, so that no part of the world is without one.
        var servers = Enumerable.Range(0, Math.Min(scenario.NameServers, world.Sites.Length)).Select(number => number * world.Sites.Length / Math.Min(scenario.NameServers, world.Sites.Length)).ToArray();
        serversByRegion = [.. scenario.Regions.Select(region => servers.OrderBy(site => PathTime.RoundTripMicros(region.Place, world.SitePlaces[site])).ToImmutableArray())];
    }

    public void Demand(DemandTo change) => demand[change.Region].To(change.UsersPerSecond, world.Now, change.Over);

    public void Come(int second)
    {
        var timeOfDay = scenario.Start - scenario.WarmUp + TimeSpan.FromSeconds(second);
        var rates = new double[demand.Length];
        for (var region = 0; region < rates.Length; region++) rates[region] = scenario.Regions[region].UsersAt(timeOfDay, demand[region].At(world.Now));
        foreach (var cache in caches)
        {
            var count = Chance.Poisson(users, rates[cache.Region] * cache.Part);
            if (count == 0) continue;
            if (cache.Expires <= world.Now) Ask(cache, second);
            for (var user = 0; user < count; user++) Arrive(cache, second);
        }
    }

    private void Ask(Cache cache, int second)
    {
        var servers = serversByRegion[Addresses.RegionOf(cache.Client)];
        var first = queries.NextDouble() < AsksNearest ? 0 : queries.Next(servers.Length);
        for (var attempt = 0; attempt < servers.Length; attempt++)
        {
            var node = world.Speakers[servers[(first + attempt) % servers.Length]];
            if (!node.Runs) continue;
            cache.Sites = answers.Choose(world, node, second, cache.Client);
            cache.Expires = world.Now + cache.Keeps(node.Plan(second).Services[world.Service].TtlSeconds);
            world.Figures.Answered(second, cache.Sites);
            return;
        }
        // Nobody answers: what was held is too old to be used, and the next user asks again.
        cache.Sites = [];
    }

    private void Arrive(Cache cache, int second)
    {
        // Drawn whatever becomes of the user, so that all users are the same whoever answers.
        var client = Addresses.Of(cache.Region, users);
        var seconds = (int)Math.Ceiling(Chance.Exponential(users, scenario.MeanSession.TotalSeconds));
        if (cache.Sites.Length == 0)
        {
            world.Figures.NoAnswer(second);
            return;
        }
        world.Figures.Sent(second, cache.Sites[0], Addresses.RegionOf(cache.Client));
        var site = -1;
        foreach (var named in cache.Sites)
        {
            if (!world.Serves(named)) continue;
            site = named;
            break;
        }
        if (site < 0) world.Figures.Lost(second, cache.Sites[0]);
        else Enter(cache.Region, site, client, second, seconds);
    }

    private void Enter(int region, int site, in Client client, int second, int seconds)
    {
        visited.Clear();
        for (var hop = 0; hop < MostHops; hop++)
        {
            if (world.Doors[site].TryEnter(second, seconds))
            {
                world.Figures.Accepted(second, site, handedOn: hop > 0, roundTrips[region][site]);
                return;
            }
            visited.Add(world.Sites[site].Id);
            if (!world.Cluster.Services[world.Service].HttpRedirect) break;
            var decision = world.Speakers[site].Redirect(second, client, visited.ToArray());
            if (decision.Count == 0) break;
            world.Figures.HandedOn(second, site);
            site = world.IndexOf(world.Speakers[site].Plan(second).Services[world.Service].Sites[decision[0]].Site.Id);
            if (world.Serves(site)) continue;
            world.Figures.Lost(second, site);
            return;
        }
        world.Figures.Refused(second, site);
    }

    /// <summary>A number that moves evenly from one value to another.</summary>
    private sealed class Ramp(double value)
    {
        private double from = value;
        private double to = value;
        private Instant since;
        private TimeSpan over;

        public double At(Instant now) => now - since >= over ? to : from + ((to - from) * ((now - since) / over));

        public void To(double next, Instant now, TimeSpan span) => (from, to, since, over) = (At(now), next, now, span);
    }
}
