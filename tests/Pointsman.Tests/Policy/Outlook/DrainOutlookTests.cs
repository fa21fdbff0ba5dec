using Pointsman.Model;
using Pointsman.Policy.Outlook;
using Pointsman.Tests.Model;

namespace Pointsman.Tests.Policy.Outlook;

/// <summary>Whether a site can be drained: as the decision function itself would have it.</summary>
public sealed class DrainOutlookTests
{
    private static ServiceForecast Of(World world, string site, string asked = "A", OverrideKind kind = OverrideKind.Drain) =>
        Assert.Single(DrainOutlook.Of(world.Plan(asked), Overrides.Make(kind, world.Id(site).Value)).Services);

    private static ConcernKind[] Kinds(ServiceForecast forecast) => [.. forecast.Concerns.Select(concern => concern.Kind)];

    [Fact]
    public void With_others_up_and_free_nothing_speaks_against_it_and_their_shares_are_those_of_the_plan_without_it()
    {
        var world = World.Patent();
        var forecast = Of(world, "F");
        Assert.Empty(forecast.Concerns);
        Assert.Equal(10 / 42.0, forecast.Share, 6);
        Assert.Equal(8 / 32.0, forecast.Others.Single(other => other.Site.Name == "D").ShareAfter, 6);
        Assert.Equal(1, forecast.Others.Sum(other => other.ShareAfter), 6);
    }

    [Theory]
    [InlineData(OverrideKind.Drain)]
    [InlineData(OverrideKind.ForceDown)]
    public void The_last_healthy_site_is_refused_with_the_others_states(OverrideKind kind)
    {
        var world = new World("A", "B", "C");
        world.Kill("B");
        world.Kill("C");
        var concern = Assert.Single(Of(world, "A", kind: kind).Concerns);
        Assert.Equal((ConcernKind.LastSite, true), (concern.Kind, concern.Refuses));
        Assert.Contains("A is the last healthy site", concern.Text, StringComparison.Ordinal);
        Assert.Contains("B is ", concern.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_site_that_nobody_is_handed_to_can_always_go()
    {
        var world = new World("A", "B", "C");
        world.Kill("B");
        world.Kill("C");
        Assert.Empty(Of(world, "B").Concerns);
    }

    [Fact]
    public void Clients_whom_a_restriction_keeps_at_one_site_are_a_reason_to_refuse()
    {
        var world = new World("A", "B", "C");
        world.Policy = world.Policy with { Restrictions = [new ClientRestriction([new ClientSelector(ClientSelectorKind.Region, "ripe")], [world.Id("B")])] };
        var concern = Assert.Single(Of(world, "B").Concerns);
        Assert.Equal((ConcernKind.ClientsLeft, true), (concern.Kind, concern.Refuses));
        Assert.Contains("(region:ripe)", concern.Text, StringComparison.Ordinal);
        Assert.Empty(Of(world, "C").Concerns);
    }

    [Fact]
    public void Others_that_would_be_over_their_maximum_or_target_are_named_and_do_not_refuse()
    {
        var world = new World("A", "B", "C")
        {
            Loads =
            {
                ["A"] = (80, 100, VipCondition.Up),
                ["B"] = (70, 100, VipCondition.Up),
                ["C"] = (40, 100, VipCondition.Up),
            },
        };
        world.Shape = service => service with { Vips = [.. service.Vips.Select(vip => vip with { MaxConnections = 100 })] };
        var forecast = Of(world, "A");
        Assert.Equal([ConcernKind.OverFull], Kinds(forecast).Except([ConcernKind.OverTarget]));
        Assert.All(forecast.Concerns, concern => Assert.False(concern.Refuses));
        // B has 10 of the 18 points that are left, and so 44 of 80 connections more.
        Assert.Equal(114, forecast.Others.Single(other => other.Site.Name == "B").Expected);
        world.Loads["A"] = (95, 100, VipCondition.Up);
        Assert.Contains(ConcernKind.NoRoom, Kinds(Of(world, "A")));
    }

    [Fact]
    public void Before_the_first_round_nobody_can_tell()
    {
        var world = new World("A", "B", "C") { Finish = snapshot => snapshot with { Ready = false } };
        Assert.Equal([ConcernKind.NotReady], Kinds(Of(world, "A")));
        Assert.True(DrainOutlook.Of(world.Plan("A"), Overrides.Make(OverrideKind.Drain, world.Id("A").Value)).IsRefused);
    }

    [Fact]
    public void One_services_order_asks_of_that_service_alone()
    {
        var world = World.Patent();
        Assert.Empty(DrainOutlook.Of(world.Plan("A"), Overrides.Make(OverrideKind.Drain, world.Id("F").Value, 7)).Services);
        Assert.Single(DrainOutlook.Of(world.Plan("A"), Overrides.Make(OverrideKind.Drain, world.Id("F").Value, 1)).Services);
    }
}
