using System.Collections.Frozen;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Tests.Policy.Decisions;

public sealed class StickyTests
{
    [Fact]
    public void A_prefix_has_the_same_sites_whatever_the_turn_the_kind_and_the_node()
    {
        var world = Sticky();
        var here = world.Plan("A");
        var there = world.Plan("E");
        var cursors = new TurnCursors(1);
        for (var network = 0; network < 200; network++)
        {
            var answers = new[]
            {
                Sites(here, $"10.1.{network}.1", Turn.Number(5)),
                Sites(here, $"10.1.{network}.254", cursors.Next(AddressKind.A, World.Now)),
                Sites(there, $"10.1.{network}.77", cursors.Next(AddressKind.Aaaa, World.Now)),
            };
            Assert.Single(answers.Distinct());
        }
    }

    [Fact]
    public void The_scope_is_at_least_the_sticky_prefix()
    {
        var plan = Sticky().Plan("A");
        Assert.Equal(24, Decider.Decide(plan, 0, Client.From(IPAddress.Parse("10.1.2.3")), Turn.Number(0)).Scope);
        Assert.Equal(56, Decider.Decide(plan, 0, Client.From(IPAddress.Parse("2001:db8::1")), Turn.Number(0)).Scope);
    }

    [Fact]
    public void Prefixes_spread_by_weight()
    {
        var plan = Sticky().Plan("A");
        var counts = new int[6];
        for (var network = 0u; network < 42_000; network++) counts[Decider.Decide(plan, 0, new Client(false, network << 8, 32), Turn.Number(0))[0]]++;
        foreach (var (name, total) in PatentTables.Totals)
            Assert.InRange(counts[Array.IndexOf(PatentTables.Sites, name)], total * 950, total * 1050);
    }

    [Fact]
    public void A_lost_site_moves_only_its_own_prefixes()
    {
        var world = Sticky();
        var before = world.Plan("A");
        // Only in my own eyes, so that the others' weights stay.
        world.Finish = snapshot => snapshot with
        {
            Mine = snapshot.Mine.Values.Select(seen => seen.Vip == world.Vip("F") ? seen with { State = HealthState.Down } : seen).ToFrozenDictionary(seen => seen.Vip),
        };
        var after = world.Plan("A");
        for (var network = 0u; network < 2000; network++)
        {
            var client = new Client(false, network << 8, 32);
            var was = Decider.Decide(before, 0, client, Turn.Number(0))[0];
            if (was != 5) Assert.Equal(was, Decider.Decide(after, 0, client, Turn.Number(0))[0]);
        }
    }

    [Fact]
    public void A_raised_weight_draws_users_to_that_site_and_moves_nobody_between_the_others()
    {
        var world = Sticky();
        var before = world.Plan("A");
        world.Policy = world.Policy with { SiteWeights = new Dictionary<SiteId, int> { [world.Id("E")] = 2 }.ToFrozenDictionary() };
        world.Reconfigure();
        var after = world.Plan("A");
        var moved = 0;
        const int Networks = 20_000;
        for (var network = 0u; network < Networks; network++)
        {
            var client = new Client(false, network << 8, 32);
            var (was, now) = (Decider.Decide(before, 0, client, Turn.Number(0))[0], Decider.Decide(after, 0, client, Turn.Number(0))[0]);
            if (was == now) continue;
            Assert.Equal(4, now);
            moved++;
        }
        // From 5 of 42 to 10 of 47: exactly that much has to move.
        Assert.InRange(moved, Networks * ((10 / 47.0) - (5 / 42.0)) * 0.93, Networks * ((10 / 47.0) - (5 / 42.0)) * 1.07);
    }

    [Fact]
    public void A_new_site_takes_its_share_of_each_and_moves_nobody_between_the_others()
    {
        var small = new World("a", "b", "c", "d", "e") { Policy = new ServicePolicy { Turn = TurnKind.Sticky, FewSitesBelow = 0, Weights = [1] } };
        var before = small.Plan("a");
        // The same five, and one of no weight before: numbers and names of the five stay.
        small.Policy = small.Policy with { SiteWeights = new Dictionary<SiteId, int> { [small.Id("e")] = 0 }.ToFrozenDictionary() };
        small.Reconfigure();
        var without = small.Plan("a");
        var moved = 0;
        for (var network = 0u; network < 10_000; network++)
        {
            var client = new Client(false, network << 8, 32);
            var (with, less) = (Decider.Decide(before, 0, client, Turn.Number(0))[0], Decider.Decide(without, 0, client, Turn.Number(0))[0]);
            if (with == less) continue;
            Assert.Equal(4, with);
            moved++;
        }
        Assert.InRange(moved, 1850, 2150);
    }

    private static World Sticky()
    {
        var world = World.Patent();
        world.Policy = world.Policy with { Turn = TurnKind.Sticky };
        world.Shape = service => service with { Answers = 2 };
        return world;
    }

    private static string Sites(Plan plan, string client, Turn turn) =>
        string.Join(',', World.NamesIn(plan, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(client)), turn)));
}
