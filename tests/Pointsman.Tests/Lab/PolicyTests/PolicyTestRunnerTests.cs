using System.Collections.Immutable;
using System.Net;
using Pointsman.Lab.PolicyTests;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Tests.Policy;
using Pointsman.Topology;

namespace Pointsman.Tests.Lab.PolicyTests;

public sealed class PolicyTestRunnerTests
{
    private const string Japan = "211.123.11.20";
    private readonly World five = World.FiveContinents();

    private ImmutableArray<SiteId> Sites(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(five.Id)];

    private PolicyTestResult Run(PolicyTest test) => Assert.Single(new PolicyTestRunner(new ConfiguredWorld(five.Cluster, Places.Shipped)).Run(test));

    private PolicyTest Test(string? expect = null, string down = "", string full = "", string never = "", string? arrivedAt = null, int? scope = null) => new()
    {
        Client = IPAddress.Parse(Japan),
        Expect = expect is null or "nodata" ? null : Sites(expect),
        ExpectNothing = expect == "nodata",
        Down = Sites(down),
        Full = Sites(full),
        Never = Sites(never),
        ArrivedAt = arrivedAt is null ? null : five.Id(arrivedAt),
        Scope = scope,
    };

    [Theory]
    [InlineData("tokyo san-jose paris atlanta quito", "", "", "by distance from the client's region")]
    [InlineData("tokyo", "", "", "the first alone")]
    [InlineData("san-jose paris", "tokyo", "", "without the nearest")]
    [InlineData("san-jose paris atlanta quito tokyo", "", "tokyo", "a full one comes when nobody else is left")]
    [InlineData("quito", "tokyo san-jose paris atlanta", "", "the last one left")]
    public void The_order_is_the_one_in_which_sites_take_over(string expect, string down, string full, string why)
    {
        var result = Run(Test(expect, down, full));
        Assert.True(result.Passed, $"{why}: {string.Join("; ", result.Problems)}");
    }

    [Fact]
    public void A_wrong_order_is_told_with_what_came()
        => Assert.Equal(["expected tokyo, paris, was tokyo, then san-jose, then paris, then atlanta, then quito: paris is wrong at place 2"], Run(Test("tokyo paris")).Problems);

    [Fact]
    public void Sites_that_share_the_turns_may_stand_in_any_order()
    {
        five.Policy = new ServicePolicy { FewSites = FewSites.Weights };
        five.Reconfigure();
        Assert.True(Run(Test("quito tokyo atlanta san-jose paris")).Passed);
        Assert.True(Run(Test("paris tokyo atlanta san-jose quito")).Passed);
    }

    [Fact]
    public void A_site_that_must_never_come_fails_the_test_when_it_does()
    {
        Assert.Equal(["quito must never come, but the order is tokyo, then san-jose, then paris, then atlanta, then quito"], Run(Test(never: "quito")).Problems);
        five.Policy = five.Policy with { SiteWeights = new Dictionary<SiteId, int> { [five.Id("quito")] = 0 }.ToFrozenDictionary() };
        five.Reconfigure();
        Assert.True(Run(Test(never: "quito")).Passed);
    }

    [Fact]
    public void The_scope_is_held_against_the_answers()
    {
        Assert.Equal(["expected the scope 24, was 7"], Run(Test(scope: 24)).Problems);
        Assert.True(Run(Test(scope: 7)).Passed);
    }

    [Fact]
    public void No_site_is_expected_by_a_word_of_its_own()
    {
        Assert.Contains("expected no site", Assert.Single(Run(Test("nodata")).Problems), StringComparison.Ordinal);
        five.Policy = five.Policy with { WhenAllDown = WhenAllDown.NoData, SiteWeights = five.Names.ToFrozenDictionary(five.Id, _ => 0) };
        five.Reconfigure();
        Assert.True(Run(Test("nodata")).Passed);
    }

    [Fact]
    public void A_redirect_goes_on_from_site_to_site()
    {
        var result = Run(Test("san-jose paris atlanta quito", arrivedAt: "tokyo"));
        Assert.True(result.Passed, string.Join("; ", result.Problems));
        Assert.False(Run(Test("tokyo", arrivedAt: "tokyo")).Passed);
        Assert.Equal(["nobody arrives at tokyo, which is down"], Run(Test("paris", down: "tokyo", arrivedAt: "tokyo")).Problems);
    }

    [Fact]
    public void A_site_that_the_down_budget_keeps_is_what_comes()
    {
        five.Policy = five.Policy with { DownBudget = new DownBudget(1, null) };
        Assert.True(Run(Test("san-jose", down: "tokyo")).Passed);
        var kept = Run(Test("tokyo", down: "tokyo paris"));
        Assert.True(kept.Passed, string.Join("; ", kept.Problems));
    }

    [Fact]
    public void When_every_site_is_down_nobody_answers()
        => Assert.Equal(["every site is down: nobody answers"], Run(Test("tokyo", down: string.Join(' ', five.Names))).Problems);

    [Fact]
    public void A_test_without_a_service_holds_for_every_one()
    {
        var first = five.Cluster.Services[0];
        var second = first with { Id = new ServiceId(2), Name = "other.example.com", Vips = [.. first.Vips.Select(vip => vip with { Service = new ServiceId(2) })] };
        var runner = new PolicyTestRunner(new ConfiguredWorld(five.Cluster with { Services = [first, second] }, Places.Shipped));
        Assert.Equal(["www.example.com", "other.example.com"], runner.Run(Test("tokyo")).Select(result => result.Service.Name));
        Assert.Equal(["other.example.com"], runner.Run(Test("tokyo") with { Service = new ServiceId(2) }).Select(result => result.Service.Name));
        Assert.All(runner.Run(Test("tokyo")), result => Assert.True(result.Passed));
    }
}

file static class Frozen
{
    public static System.Collections.Frozen.FrozenDictionary<TKey, TValue> ToFrozenDictionary<TKey, TValue>(this Dictionary<TKey, TValue> from)
        where TKey : notnull => System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(from);

    public static System.Collections.Frozen.FrozenDictionary<TKey, TValue> ToFrozenDictionary<T, TKey, TValue>(this T[] from, Func<T, TKey> key, Func<T, TValue> value)
        where TKey : notnull => System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(from, key, value);
}
