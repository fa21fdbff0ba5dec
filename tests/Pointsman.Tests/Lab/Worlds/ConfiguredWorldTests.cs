using System.Net;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Tables;
using Pointsman.Tests.Policy;
using Pointsman.Topology;

namespace Pointsman.Tests.Lab.Worlds;

public sealed class ConfiguredWorldTests
{
    private static readonly World s_five = World.FiveContinents();
    private static readonly ConfiguredWorld s_world = new(s_five.Cluster, Places.Shipped);

    private static string[] Answers(Circumstances circumstances, string self, string client) => s_five.Answer(s_world.Plan(s_five.Id(self), circumstances), client);

    [Theory]
    [InlineData("paris", new[] { "atlanta", "san-jose", "quito", "tokyo" })]
    [InlineData("tokyo", new[] { "san-jose", "paris", "atlanta", "quito" })]
    [InlineData("quito", new[] { "atlanta", "san-jose", "paris", "tokyo" })]
    public void Every_site_prefers_the_others_by_distance(string site, string[] order)
    {
        var state = s_world.Snapshot(s_five.Id("atlanta"), Circumstances.AllUp).StateOf(s_five.Id(site))!;
        Assert.Equal(order, state.OrderOf(World.ServiceId)!.Sites.Select(s_five.Name));
    }

    [Theory]
    [InlineData("211.123.11.20", "tokyo")]
    [InlineData("2.0.0.1", "paris")]
    public void When_all_is_up_a_client_gets_the_site_of_its_region(string client, string site)
        => Assert.All(s_five.Names, self => Assert.Equal([site], Answers(Circumstances.AllUp, self, client)));

    [Fact]
    [Trait("mission", "P5.7")]
    public void Every_site_computes_the_same_table_of_the_same_columns()
    {
        var circumstances = new Circumstances { DownSites = [s_five.Id("tokyo")] };
        Assert.Single(s_five.Names.Where(name => name != "tokyo").Select(name => s_world.Plan(s_five.Id(name), circumstances).Services[0].Table.Digest).Distinct());
    }

    [Fact]
    public void A_site_that_is_down_is_voted_down_and_handed_to_by_nobody()
    {
        var circumstances = new Circumstances { DownSites = [s_five.Id("tokyo")] };
        foreach (var self in s_five.Names.Where(name => name != "tokyo"))
        {
            var plan = s_world.Plan(s_five.Id(self), circumstances);
            Assert.Equal(Standing.Down, plan.Services[0].Table[s_five.Id("tokyo")]!.Value.Standing);
            Assert.DoesNotContain("tokyo", s_five.Answer(plan, "211.123.11.20"));
        }
    }

    [Fact]
    public void A_VIP_without_a_real_server_is_down_by_its_own_word()
    {
        var plan = s_world.Plan(s_five.Id("paris"), new Circumstances { DownVips = [s_five.Vip("tokyo")] });
        Assert.Equal(Standing.DownByOwnWord, plan.Services[0].Table[s_five.Id("tokyo")]!.Value.Standing);
        Assert.NotEqual(["tokyo"], s_five.Answer(plan, "211.123.11.20"));
    }

    [Fact]
    public void A_cut_link_takes_a_site_out_of_the_answers_at_its_other_end_alone()
    {
        var circumstances = new Circumstances { CutLinks = [new Link(s_five.Id("tokyo"), s_five.Id("paris"))] };
        Assert.NotEqual(["tokyo"], Answers(circumstances, "paris", "211.123.11.20"));
        Assert.All(s_five.Names.Where(name => name != "paris"), self => Assert.Equal(["tokyo"], Answers(circumstances, self, "211.123.11.20")));
    }

    [Fact]
    public void A_full_site_takes_nobody_and_a_drained_one_neither()
    {
        Assert.NotEqual(["tokyo"], Answers(new Circumstances { FullSites = [s_five.Id("tokyo")] }, "paris", "211.123.11.20"));
        var drained = new Circumstances { SelfReports = new Dictionary<SiteId, SelfReport> { [s_five.Id("tokyo")] = SelfReport.Draining }.ToFrozen() };
        Assert.NotEqual(["tokyo"], Answers(drained, "paris", "211.123.11.20"));
    }

    [Fact]
    public void A_VIP_at_its_maximum_is_full()
    {
        var five = World.FiveContinents();
        five.Loads["tokyo"] = (0, 100, VipCondition.Up);
        var world = new ConfiguredWorld(five.Cluster, Places.Shipped);
        var loaded = new Circumstances { Connections = new Dictionary<VipKey, int> { [five.Vip("tokyo")] = 100 }.ToFrozen() };
        Assert.NotEqual(["tokyo"], five.Answer(world.Plan(five.Id("paris"), loaded), "211.123.11.20"));
    }

    [Fact]
    public void A_lone_survivor_answers_with_itself()
    {
        var circumstances = new Circumstances { DownSites = [.. s_five.Names.Where(name => name != "quito").Select(s_five.Id)] };
        Assert.Equal(["quito"], Answers(circumstances, "quito", "211.123.11.20"));
        Assert.Equal(s_five.Id("quito"), s_world.AnyUp(circumstances));
    }

    [Fact]
    public void A_site_that_is_down_knows_nothing()
        => Assert.Throws<ArgumentException>(() => s_world.Snapshot(s_five.Id("tokyo"), new Circumstances { DownSites = [s_five.Id("tokyo")] }));

    [Fact]
    public void Sites_that_see_the_same_decide_the_same()
    {
        var client = Client.From(IPAddress.Parse("41.0.0.1"));
        var circumstances = new Circumstances { DownSites = [s_five.Id("paris")], FullSites = [s_five.Id("quito")] };
        var outcomes = s_five.Names.Where(name => name != "paris")
            .Select(name => s_world.Plan(s_five.Id(name), circumstances))
            .Select(plan => string.Join(' ', Enumerable.Range(0, 40).Select(turn => World.NamesIn(plan, Decider.Decide(plan, 0, client, Turn.Number((ulong)turn)))[0])));
        Assert.Single(outcomes.Distinct());
    }

    [Fact]
    public void Circumstances_are_told_in_words()
    {
        var circumstances = new Circumstances
        {
            DownSites = [s_five.Id("tokyo")],
            DownVips = [s_five.Vip("quito")],
            CutLinks = [new Link(s_five.Id("paris"), s_five.Id("atlanta"))],
        };
        Assert.Equal("tokyo down, quito's 192.0.2.98:80 (www.example.com) down, the link paris – atlanta cut", circumstances.Describe(s_five.Cluster));
        Assert.Equal("all up", Circumstances.AllUp.Describe(s_five.Cluster));
    }
}

file static class Frozen
{
    public static System.Collections.Frozen.FrozenDictionary<TKey, TValue> ToFrozen<TKey, TValue>(this Dictionary<TKey, TValue> from)
        where TKey : notnull => System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(from);
}
