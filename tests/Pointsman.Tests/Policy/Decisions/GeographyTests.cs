using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;

namespace Pointsman.Tests.Policy.Decisions;

/// <summary>The golden geography, with the registries' blocks alone.</summary>
public sealed class GeographyTests
{
    private const string European = "193.0.6.139";
    private const string Chilean = "200.1.123.46";
    private const string Japanese = "211.123.11.20";

    [Theory]
    [Trait("mission", "P2.1")]
    [Trait("mission", "P2.5")]
    [Trait("mission", "P8.1")]
    [InlineData(European, "paris", "a user in Europe")]
    [InlineData(Chilean, "quito", "a user in Chile")]
    [InlineData(Japanese, "tokyo", "the patent's own example")]
    [InlineData("2001:67c:2e8::1", "paris", "a user in Europe, by IPv6")]
    public void Every_turn_of_a_user_goes_to_the_site_of_the_region(string client, string site, string _)
    {
        var world = World.FiveContinents();
        var counts = world.Count(world.Plan("atlanta"), client, 100);
        Assert.Equal(100, counts[site]);
    }

    [Theory]
    [Trait("mission", "P2.5")]
    [InlineData(European, "paris", "atlanta")]
    [InlineData(Chilean, "quito", "atlanta")]
    [InlineData(Japanese, "tokyo", "san-jose")]
    public void With_the_nearest_down_users_go_to_the_next_nearest(string client, string down, string next)
    {
        var world = World.FiveContinents();
        world.Kill(down);
        var counts = world.Count(world.Plan("san-jose"), client, 100);
        Assert.Equal(100, counts[next]);
    }

    [Fact]
    [Trait("mission", "P2.5")]
    public void With_the_nearest_full_users_go_to_the_next_nearest()
    {
        var world = World.FiveContinents();
        world.Loads["paris"] = (100, 100, VipCondition.Full);
        Assert.Equal(100, world.Count(world.Plan("san-jose"), European, 100)["atlanta"]);
    }

    [Fact]
    [Trait("mission", "P2.5")]
    public void A_tier_that_fills_up_passes_users_on_in_proportion()
    {
        var world = World.FiveContinents();
        world.Loads["paris"] = (90, 100, VipCondition.Up);
        var counts = world.Count(world.Plan("san-jose"), European, 1000);
        Assert.Equal(500, counts["paris"]);
        Assert.Equal(500, counts["atlanta"]);
        world.Loads["paris"] = (95, 100, VipCondition.Up);
        Assert.Equal(250, world.Count(world.Plan("san-jose"), European, 1000)["paris"]);
        world.Loads["paris"] = (80, 100, VipCondition.Up);
        Assert.Equal(1000, world.Count(world.Plan("san-jose"), European, 1000)["paris"]);
    }

    [Fact]
    public void When_nobody_has_room_the_nearest_answers()
    {
        var world = World.FiveContinents();
        foreach (var name in world.Names) world.Loads[name] = (100, 100, VipCondition.Full);
        Assert.Equal(100, world.Count(world.Plan("san-jose"), European, 100)["paris"]);
    }

    [Theory]
    [InlineData("10.1.2.3", "private")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("::1", "loopback, IPv6")]
    public void A_client_of_unknown_place_has_all_sites_in_one_tier(string client, string _)
    {
        var world = World.FiveContinents();
        Assert.All(world.Count(world.Plan("paris"), client, 100).Values, count => Assert.InRange(count, 1, 99));
    }

    [Fact]
    public void The_default_region_stands_for_an_unknown_place()
    {
        var world = World.FiveContinents();
        world.Policy = world.Policy with { DefaultRegion = "apnic" };
        Assert.Equal(100, world.Count(world.Plan("paris"), "10.1.2.3", 100)["tokyo"]);
    }

    [Fact]
    [Trait("mission", "P2.6")]
    public void A_site_without_a_place_has_that_of_its_vips_address()
    {
        var world = World.FiveContinents();
        world.Locations.Remove("paris");
        world.Shape = service => service with
        {
            Vips = [.. service.Vips.Select(vip => vip.Site == world.Id("paris") ? vip with { Address = new Endpoint(IPAddress.Parse(European), 80) } : vip)],
        };
        Assert.Equal("paris", Assert.Single(world.Answer(world.Plan("tokyo"), European)));
    }

    [Fact]
    [Trait("mission", "P2.6")]
    public void With_all_sites_in_one_place_geography_does_nothing_and_the_scope_is_zero()
    {
        var world = World.FiveContinents();
        foreach (var name in world.Names) world.Locations[name] = new Location("US", "arin", 33.7, -84.4);
        var plan = world.Plan("paris");
        Assert.All(world.Count(plan, European, 100).Values, count => Assert.InRange(count, 1, 99));
        Assert.Equal(0, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(European)), Turn.Number(0)).Scope);
    }

    [Fact]
    public void Scope_is_a_property_of_the_class_and_not_of_what_is_up()
    {
        var world = World.FiveContinents();
        var client = Client.From(IPAddress.Parse(European));
        var before = Decider.Decide(world.Plan("tokyo"), 0, client, Turn.Number(0));
        Assert.InRange(before.Scope, 1, 24);
        world.Kill("paris");
        world.Loads["atlanta"] = (1, 1, VipCondition.Full);
        var after = Decider.Decide(world.Plan("tokyo"), 0, client, Turn.Number(3));
        Assert.Equal((before.Scope, before.Class), (after.Scope, after.Class));
    }

    [Fact]
    public void Distance_alone_takes_one_site_after_another()
    {
        var world = World.FiveContinents();
        world.Policy = world.Policy with { Metrics = [Metric.Distance] };
        // The centre of ARIN's region is nearer to one of its two sites: with distance they are not one tier.
        Assert.Single(world.Count(world.Plan("paris"), "66.1.2.3", 100), count => count.Value > 0);
    }

    [Fact]
    [Trait("mission", "P3.10")]
    public void Tiers_come_in_the_order_that_is_configured_and_weights_share_a_tier()
    {
        var world = World.FiveContinents();
        world.Policy = world.Policy with { Metrics = [Metric.Cost, Metric.Geography, Metric.ResponseTime] };
        world.Costs["paris"] = 2;
        world.Costs["tokyo"] = 2;
        Assert.Equal(100, world.Count(world.Plan("quito"), European, 100)["atlanta"]);

        world.Policy = world.Policy with { Metrics = [Metric.Static], StaticOrder = [world.Id("quito"), world.Id("tokyo")] };
        world.Reconfigure();
        Assert.Equal(100, world.Count(world.Plan("quito"), European, 100)["quito"]);
        Assert.Contains("paris (not named in the static order)", Tiers(world), StringComparison.Ordinal);

        // The last of an order that names all is named.
        world.Policy = world.Policy with { StaticOrder = [world.Id("quito"), world.Id("tokyo"), world.Id("atlanta"), world.Id("san-jose"), world.Id("paris")] };
        world.Reconfigure();
        Assert.Contains("paris (static place 5)", Tiers(world), StringComparison.Ordinal);
        world.Policy = world.Policy with { StaticOrder = [world.Id("quito"), world.Id("tokyo")] };
        world.Reconfigure();
        world.Kill("quito");
        world.Kill("tokyo");
        var last = world.Count(world.Plan("paris"), European, 99);
        Assert.Equal([33, 33, 33], new[] { last["paris"], last["atlanta"], last["san-jose"] });
    }

    private static string Tiers(World world) => string.Join(
        '\n', Decider.Explain(world.Plan("quito"), 0, Client.From(IPAddress.Parse(European)), Turn.Number(0)).Trace.Where(line => line.Stage == "tiers").Select(line => line.Text));
}
