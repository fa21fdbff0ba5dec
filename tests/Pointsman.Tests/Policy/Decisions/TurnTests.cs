using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Tests.Policy.Decisions;

public sealed class TurnTests
{
    [Theory]
    [Trait("mission", "P3.7")]
    [Trait("mission", "P3.11")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Of_4200_answers_each_site_has_its_share_while_snapshots_are_published_all_the_time(int workers)
    {
        var world = World.Patent();
        var plan = world.Plan("A");
        var cursors = Enumerable.Range(0, workers).Select(worker => new TurnCursors((ulong)worker * 7919)).ToArray();
        var counts = world.Names.ToDictionary(name => name, _ => 0);
        var random = new Random(4200);
        for (var query = 0; query < 4200; query++)
        {
            if (query % 10 == 0) plan = world.Plan("A", plan);
            // Steered to a worker by its address.
            var client = new Client(false, (uint)random.Next(), 32);
            var decision = Decider.Decide(plan, 0, client, cursors[(int)(client.Bits % (ulong)workers)].Next(AddressKind.A, World.Now));
            counts[World.NamesIn(plan, decision)[0]]++;
        }
        foreach (var (name, total) in PatentTables.Totals) Assert.InRange(counts[name], (total * 100) - workers, (total * 100) + workers);
    }

    [Fact]
    public void The_other_address_kinds_join_the_turn_of_the_first_for_two_seconds()
    {
        var (plan, cursors) = Start();
        string Ask(AddressKind kind, int milliseconds, string client = "198.51.100.7") => World.NamesIn(
            plan, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(client)), cursors.Next(kind, World.Now + TimeSpan.FromMilliseconds(milliseconds))))[0];

        for (var round = 0; round < 42; round++)
        {
            var start = round * 10_000;
            var site = Ask(AddressKind.A, start);
            // Somebody else in between takes turns of their own.
            Ask(AddressKind.A, start + 1, "203.0.113.1");
            Assert.Equal(site, Ask(AddressKind.Aaaa, start + 5));
            Assert.Equal(site, Ask(AddressKind.Https, start + 1000));
            Assert.Equal(site, Ask(AddressKind.Aaaa, start + 2000));
        }
    }

    [Fact]
    public void It_is_the_same_when_aaaa_comes_first_and_over_after_two_seconds()
    {
        var (plan, cursors) = Start();
        Decision Ask(AddressKind kind, int milliseconds) =>
            Decider.Decide(plan, 0, Client.From(IPAddress.Parse("198.51.100.7")), cursors.Next(kind, World.Now + TimeSpan.FromMilliseconds(milliseconds)));

        var joined = 0;
        var alone = 0;
        for (var round = 0; round < 420; round++)
        {
            var first = Ask(AddressKind.Aaaa, round * 10_000)[0];
            if (Ask(AddressKind.A, (round * 10_000) + 2000)[0] == first) joined++;
            if (Ask(AddressKind.A, (round * 10_000) + 2001)[0] == first) alone++;
        }
        Assert.Equal(420, joined);
        Assert.InRange(alone, 0, 200);
    }

    [Fact]
    public void A_reload_that_adds_a_service_keeps_the_walks_of_the_others()
    {
        var world = World.Patent();
        var plan = world.Plan("A");
        var cursors = new TurnCursors(1);
        int Ask() => Decider.Decide(plan, plan.IndexOf(World.ServiceId), new Client(false, 1, 32), cursors.Next(AddressKind.A, World.Now))[0];
        var before = Enumerable.Range(0, 21).Select(_ => Ask()).ToList();
        var snapshot = world.Snapshot("A");
        var added = snapshot.Cluster.Services[0] with { Id = new ServiceId(2), Name = "another.example.com", Vips = [] };
        plan = Plan.Compile(snapshot with { Cluster = snapshot.Cluster with { Services = [added, .. snapshot.Cluster.Services] } }, plan.Places, plan);
        before.AddRange(Enumerable.Range(0, 21).Select(_ => Ask()));
        Assert.Equal(PatentTables.Totals.Values, before.GroupBy(row => row).OrderBy(group => group.Key).Select(group => group.Count()));
    }

    [Fact]
    public void Workers_start_anywhere()
    {
        var plan = World.Patent().Plan("A");
        var first = Enumerable.Range(0, 40).Select(seed =>
            Decider.Decide(plan, 0, new Client(false, 1, 32), new TurnCursors((ulong)seed).Next(AddressKind.A, World.Now))[0]);
        Assert.True(first.Distinct().Count() >= 4);
    }

    private static (Plan Plan, TurnCursors Cursors) Start() => (World.Patent().Plan("A"), new TurnCursors(3));
}
