using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Pointsman.Model;
using Pointsman.Switching.HuntGroups;

namespace Pointsman.Tests.Switching.HuntGroups;

[Trait("mission", "P6.2")]
public sealed class HuntGroupTests
{
    private static readonly ClientKey s_client = ClientKey.From(IPAddress.Parse("192.0.2.1"));

    [Fact]
    public void Round_robin_takes_each_in_turn_and_passes_over_full_and_down()
    {
        var group = Group(Balance.RoundRobin, Server(1), Server(2, max: 1), Server(3));
        // The turns begin anywhere, here with the second; once it is full, its turns are the third's.
        Assert.Equal([2, 3, 1, 3, 3, 1], Walk(group, 6));
        group.SetUp(Address(3), false);
        Assert.All(Walk(group, 5), number => Assert.Equal(1, number));
        group.SetUp(Address(1), false);
        Assert.Null(group.Take(s_client, default, 0));
    }

    [Fact]
    public void A_walk_of_the_weighted_schedule_gives_each_its_exact_share_and_spreads_it()
    {
        var group = Group(Balance.Weighted, Server(1, weight: 5), Server(2, weight: 1), Server(3, weight: 1));
        var walk = Walk(group, 70);
        Assert.Equal((50, 10, 10), (walk.Count(number => number == 1), walk.Count(number => number == 2), walk.Count(number => number == 3)));
        // Smooth: the five of seven turns are not all in a row, nor is any end of a walk joined to them.
        Assert.DoesNotContain("11111", string.Concat(walk), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_weights_make_a_bounded_schedule_in_proportion()
        => Gen.Int[1, 1000].Array[1, 40].Sample(weights =>
        {
            var servers = weights.Select((weight, index) => Up(new HuntServer(Server(index, weight: weight)))).ToImmutableArray();
            var turns = WeightedSchedule.Compile(servers);
            Assert.InRange(turns.Length, 1, 4096 + weights.Length);
            var sum = weights.Sum();
            foreach (var server in servers)
            {
                var share = turns.Count(turn => ReferenceEquals(turn, server)) / (double)turns.Length;
                Assert.InRange(share - ((double)server.Weight / sum), -0.02, 0.02);
                Assert.Contains(server, turns);
            }
        });

    [Fact]
    public void Least_connections_keeps_the_counts_in_proportion_to_weight()
        => Gen.Int[1, 10].Array[1, 8].Sample(weights =>
        {
            var group = Group(Balance.LeastConnections, [.. weights.Select((weight, index) => Server(index, weight: weight))]);
            var each = 20;
            Walk(group, weights.Sum() * each);
            for (var i = 0; i < weights.Length; i++)
                Assert.InRange(group.Lineup.All[i].Connections.Active, (weights[i] * each) - 1, (weights[i] * each) + 1);
        });

    [Fact]
    public void A_server_tried_in_vain_is_not_given_again()
    {
        foreach (var balance in Enum.GetValues<Balance>())
        {
            var group = Group(balance, Server(1), Server(2), Server(3));
            var tried = default(TriedServers);
            var seen = new HashSet<HuntServer>();
            while (group.Take(s_client, tried, 0) is { } server)
            {
                Assert.True(seen.Add(server));
                tried.Add(server);
            }

            Assert.Equal(3, seen.Count);
        }
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public void Many_threads_never_overfill_a_server_and_all_slots_come_back()
    {
        foreach (var balance in Enum.GetValues<Balance>())
        {
            var group = Group(balance, Server(1, max: 3), Server(2, max: 2), Server(3, max: 1));
            var overfull = 0;
            Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
            {
                var server = group.Take(s_client, default, 0);
                if (server is null) return;
                if (server.Connections.Active > server.Connections.Max) Interlocked.Increment(ref overfull);
                server.Connections.Release();
            });
            Assert.Equal(0, overfull);
            Assert.All(group.Lineup.All, server => Assert.Equal(0, server.Connections.Active));
        }
    }

    [Fact]
    public void A_reconfiguration_keeps_what_stays_and_a_new_server_begins_down()
    {
        var group = Group(Balance.RoundRobin, Server(1), Server(2));
        var one = group.Lineup.All[0];
        one.Connections.TakeAnyway();
        group.Reconfigure(Vip(Balance.Weighted, Server(3), Server(1, max: 5, weight: 2)), 0);
        Assert.Same(one, group.Lineup.All[1]);
        Assert.Equal((1, 5, 2, true), (one.Connections.Active, one.Connections.Max, one.Weight, one.IsUp));
        Assert.Equal([one, one], group.Lineup.Up.Add(one));
        Assert.False(group.Lineup.All[0].IsUp);
    }

    [Fact]
    [Trait("mission", "P6.4")]
    public void A_client_is_given_its_server_again_until_it_was_silent_for_long_enough()
    {
        var group = Group(Balance.RoundRobin, TimeSpan.FromSeconds(10), Server(1), Server(2), Server(3));
        var mine = group.Take(s_client, default, 0)!;
        foreach (var now in (long[])[1000, 9000, 18_000]) Assert.Same(mine, group.Take(s_client, default, now));
        Assert.NotSame(mine, group.Take(s_client, default, 28_001));
    }

    [Fact]
    [Trait("mission", "P6.4")]
    public void A_kept_server_that_is_full_is_chosen_anew()
    {
        var group = Group(Balance.RoundRobin, TimeSpan.FromSeconds(10), Server(1, max: 1), Server(2, max: 1));
        var first = group.Take(s_client, default, 0)!;
        var second = group.Take(s_client, default, 1)!;
        Assert.NotSame(first, second);
        second.Connections.Release();
        first.Connections.Release();
        Assert.Same(second, group.Take(s_client, default, 2));
    }

    [Fact]
    [Trait("mission", "P6.4")]
    public void The_table_of_clients_is_bounded_and_the_one_silent_longest_gives_way()
    {
        var table = new PersistenceTable(TimeSpan.FromHours(1), seed: 1, sets: 16);
        var server = new HuntServer(Server(1));
        for (uint client = 0; client < 10_000; client++) table.Keep(ClientKey.FromV4(client), server, client);
        var kept = Enumerable.Range(0, 10_000).Where(client => table.Find(ClientKey.FromV4((uint)client), 10_000) is not null).ToList();
        Assert.Equal(64, kept.Count);
        Assert.True(kept.Average() > 9000, "the newest are kept");
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    public void A_client_key_is_its_address(string text)
    {
        var address = IPAddress.Parse(text);
        Assert.Equal(address, ClientKey.From(address).ToAddress());
    }

    private static List<int> Walk(HuntGroup group, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => group.Take(s_client, default, 0)!.Address.Port)];

    private static HuntServer Up(HuntServer server)
    {
        server.IsUp = true;
        return server;
    }

    private static Endpoint Address(int number) => new(IPAddress.Loopback, number);

    private static RealServer Server(int number, int? max = null, int weight = 1) => new(Address(number), max, weight);

    private static HuntGroup Group(Balance balance, params RealServer[] servers) => Started(Vip(balance, servers));

    private static HuntGroup Group(Balance balance, TimeSpan keepFor, params RealServer[] servers) =>
        Started(Vip(balance, servers) with { Persistence = new Persistence(keepFor) });

    private static HuntGroup Started(Vip vip)
    {
        var group = new HuntGroup();
        group.Reconfigure(vip, 0);
        foreach (var server in vip.Servers) group.SetUp(server.Address, true);
        return group;
    }

    private static Vip Vip(Balance balance, params RealServer[] servers) => new()
    {
        Service = new ServiceId(1),
        Site = new SiteId(1),
        Address = new Endpoint(IPAddress.Loopback, 80),
        Balance = balance,
        Servers = [.. servers],
    };
}
