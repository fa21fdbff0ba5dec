using System.Collections.Frozen;
using System.Net;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Stages;

/// <summary>Published parts and the shares that come of them: five sites in three regions, all weights alike unless said.</summary>
public sealed class CapacityTests
{
    private const string European = "193.0.6.139";
    private const int All = VipReport.AdmitAll;

    private static readonly Gen<int[]> admits = Gen.OneOf(Gen.Int[0, All], Gen.Const(All), Gen.Const(0), Gen.Const(1)).Array[5];

    [Fact]
    [Trait("mission", "P2.5")]
    [Trait("mission", "P3.11")]
    public void What_a_site_refuses_is_offered_within_its_tier_before_it_leaves_the_region()
    {
        // Two in Europe, of which one takes 40 %: all stay.
        var world = TwoInEurope();
        Assert.Equal([800, 200, 0], Shares(world, 1000, (0.4, "paris")));
        // The other takes half: of 30 % that paris refuses, and of its own; the rest leaves, and none goes round.
        Assert.Equal([400, 300, 300], Shares(world, 1000, (0.4, "paris"), (0.5, "berlin")));
    }

    [Fact]
    public void A_full_site_leaves_its_users_to_the_others_of_its_tier()
    {
        var world = TwoInEurope();
        Assert.Equal([1000, 0, 0], Shares(world, 1000, (0, "paris")));
    }

    [Fact]
    public void There_is_always_an_answer_and_equal_words_give_equal_shares_everywhere() =>
        Gen.Select(admits, Gen.Int[0, 64].Array[5]).Sample((parts, weights) =>
        {
            var world = Admitting(World.FiveContinents(), parts);
            world.Policy = world.Policy with { SiteWeights = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(world.Names.Select((name, index) => KeyValuePair.Create(world.Id(name), Math.Max(1, weights[index])))) };
            var all = world.Names.Select(self => string.Join(' ', Exact(world, self).OrderBy(pair => pair.Key, StringComparer.Ordinal))).Distinct().ToArray();
            Assert.Single(all);
            Assert.Equal(1.0, Exact(world, "tokyo").Values.Sum(), 6);
        }, iter: 300);

    [Fact]
    public void More_room_at_a_site_never_gives_it_less() =>
        Gen.Select(admits, Gen.Int[0, 4], Gen.Int[0, All]).Sample((parts, site, more) =>
        {
            var name = World.FiveContinents().Names[site];
            var before = Exact(Admitting(World.FiveContinents(), parts), "tokyo")[name];
            var grown = (int[])parts.Clone();
            grown[site] = Math.Min(All, parts[site] + more);
            // At zero everywhere room does not matter: then the nearest has all, and has no more when it alone has room.
            Assert.InRange(Exact(Admitting(World.FiveContinents(), grown), "tokyo")[name] - before, parts.All(part => part == 0) ? -1 : -1e-6, 1);
        }, iter: 300);

    [Fact]
    public void A_site_that_admits_fewer_moves_its_own_users_and_nobody_else() =>
        Gen.Select(Gen.Int[1, All], Gen.Int[1, All], Gen.Int[0, 4]).Sample((one, other, site) =>
        {
            var (most, least) = (Math.Max(one, other), Math.Min(one, other));
            var name = World.FiveContinents().Names[site];
            int[] Parts(int part) => [.. Enumerable.Range(0, 5).Select(index => index == site ? part : All)];
            var before = Exact(Admitting(World.FiveContinents(), Parts(most)), "tokyo");
            var after = Exact(Admitting(World.FiveContinents(), Parts(least)), "tokyo");
            Assert.All(before.Keys.Where(key => key != name), key => Assert.InRange(after[key] - before[key], -1e-6, 1));
        }, iter: 200);

    [Fact]
    public void A_share_for_exploration_goes_to_every_allowed_site_alike_and_the_rest_as_before()
    {
        var world = World.FiveContinents();
        world.Policy = world.Policy with { ExplorationMillionths = 100_000 };
        world.Kill("quito");
        var shares = Exact(world, "tokyo");
        Assert.Equal(0.925, shares["paris"], 4);
        Assert.All((string[])["atlanta", "san-jose", "tokyo"], name => Assert.Equal(0.025, shares[name], 4));
        Assert.Equal(0, shares["quito"]);
    }

    [Fact]
    public void My_own_site_that_is_full_now_takes_itself_out_of_my_answers_before_anybody_knows()
    {
        var world = World.FiveContinents();
        world.Loads["paris"] = (100, 100, VipCondition.Full);
        world.Said["paris"] = state => state with { Vips = [.. state.Vips.Select(report => report with { Condition = VipCondition.Up, ConnectionsActive = 10, AdmitMillionths = All })] };
        Assert.Equal(0, Exact(world, "paris")["paris"]);
        Assert.Equal(1, Exact(world, "tokyo")["paris"]);
    }

    [Fact]
    public void A_held_site_gets_nobody_and_serves_when_nobody_else_can()
    {
        var world = World.FiveContinents();
        world.Said["paris"] = state => state with { Vips = [.. state.Vips.Select(report => report with { Condition = VipCondition.Held })] };
        Assert.Equal(0, Exact(world, "tokyo")["paris"]);
        foreach (var name in world.Names.Where(name => name is not ("paris" or "tokyo"))) world.Kill(name);
        world.Loads["tokyo"] = (0, null, VipCondition.Down);
        Assert.Equal(1, Exact(world, "tokyo")["paris"]);
        Assert.Equal(Verdict.Answer, world.Plan("tokyo").Services[0].Verdict);
    }

    private static World TwoInEurope()
    {
        var world = new World("berlin", "paris", "tokyo")
        {
            Policy = new ServicePolicy { Metrics = [Metric.Geography], FewSites = FewSites.Weights },
            Locations =
            {
                ["berlin"] = new Location("DE", "ripe", 52.5, 13.4),
                ["paris"] = new Location("FR", "ripe", 48.9, 2.4),
                ["tokyo"] = new Location("JP", "apnic", 35.7, 139.7),
            },
        };
        return world;
    }

    private static int[] Shares(World world, int turns, params (double Part, string Site)[] parts)
    {
        Admitting(world, [.. world.Names.Select(name => (int)(All * parts.Where(part => part.Site == name).Select(part => part.Part).DefaultIfEmpty(1).First()))]);
        var counts = world.Count(world.Plan("tokyo"), European, turns);
        return [.. world.Names.Select(name => counts[name])];
    }

    private static World Admitting(World world, int[] parts)
    {
        for (var index = 0; index < parts.Length; index++)
        {
            var part = parts[index];
            world.Said[world.Names[index]] = state => state with { Vips = [.. state.Vips.Select(report => report with { AdmitMillionths = part })] };
        }
        return world;
    }

    private static Dictionary<string, double> Exact(World world, string self)
    {
        var service = world.Plan(self).Services[0];
        var distribution = service.ScheduleOf(service.Find(Client.From(System.Net.IPAddress.Parse(European))).Class)!.Distribution;
        return world.Names.ToDictionary(name => name, name => distribution.Parts.Where(part => service.Sites[part.Row].Site.Name == name).Sum(part => (double)part.Weight / distribution.Sum));
    }

    /// <summary>At peak, three full sites: the one that the operator took out by its weight must not come back for it.</summary>
    [Fact]
    [Trait("mission", "P3.5")]
    public void A_site_of_weight_zero_stays_out_when_nobody_has_room()
    {
        var world = new World("a", "b", "c");
        world.Policy = new ServicePolicy { FewSites = FewSites.Capacity, SiteWeights = new Dictionary<SiteId, int> { [world.Id("a")] = 0 }.ToFrozenDictionary() };
        foreach (var name in world.Names) world.Loads[name] = (100, 100, VipCondition.Full);
        foreach (var self in world.Names)
        {
            var plan = world.Plan(self);
            Assert.Equal(0, world.Count(plan, "198.51.100.1", 100)["a"]);
            var explained = Decider.Explain(plan, 0, Client.From(IPAddress.Parse("198.51.100.1")), Turn.Number(0));
            Assert.Contains(explained.Excluded, one => one.Site.Name == "a" && one.Reason == "its site weight is 0");
        }
    }
}
