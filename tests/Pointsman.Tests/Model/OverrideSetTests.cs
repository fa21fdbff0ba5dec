using CsCheck;
using Pointsman.Model;

namespace Pointsman.Tests.Model;

public sealed class OverrideSetTests
{
    [Fact]
    [Trait("mission", "P5.7")]
    public void Merging_is_commutative() =>
        Gen.Select(Overrides.Sets, Overrides.Sets).Sample((left, right) => Assert.Equal(left.Merge(right).All, right.Merge(left).All));

    [Fact]
    public void Merging_is_associative() =>
        Gen.Select(Overrides.Sets, Overrides.Sets, Overrides.Sets).Sample((one, two, three) => Assert.Equal(one.Merge(two).Merge(three).All, one.Merge(two.Merge(three)).All));

    [Fact]
    public void Merging_again_changes_nothing_and_makes_nothing() =>
        Gen.Select(Overrides.Sets, Overrides.Sets).Sample((left, right) =>
        {
            var merged = left.Merge(right);
            Assert.Same(merged, merged.Merge(right));
            Assert.Same(merged, merged.Merge(left));
        });

    [Fact]
    public void Any_order_of_arrival_of_more_than_a_site_may_have_ends_in_the_same_set() =>
        // One site, so many services that some are dropped, and stamps that meet.
        Gen.Select(Gen.Int[1, 90], Gen.Int[0, 40], (service, stamp) => Overrides.Make(OverrideKind.Drain, 1, service, (ulong)stamp)).Array[0, 200].Sample(all =>
        {
            var forth = OverrideSet.Of(all);
            var back = OverrideSet.Of(all.Reverse());
            var halves = OverrideSet.Of(all.Where((_, index) => index % 2 == 0)).Merge(OverrideSet.Of(all.Where((_, index) => index % 2 == 1)));
            Assert.Equal(forth.All, back.All);
            Assert.Equal(forth.All, halves.All);
            Assert.InRange(forth.Count, 0, OverrideLimits.ServicesOfASite);
        });

    [Fact]
    public void A_flood_about_one_sites_services_drops_neither_its_order_as_a_whole_nor_another_sites()
    {
        var set = OverrideSet.Of([Overrides.Make(OverrideKind.Drain, 1), Overrides.Make(OverrideKind.Drain, 2, 7)]);
        for (var service = 1; service <= 100_000; service += 97) set = set.Merge(Overrides.Make(OverrideKind.ForceUp, 1, service, (ulong)service + 5));
        Assert.Equal(OverrideLimits.ServicesOfASite + 2, set.Count);
        Assert.NotNull(set[new OverrideKey(new SiteId(1), null)]);
        Assert.NotNull(set[new OverrideKey(new SiteId(2), new ServiceId(7))]);
    }

    [Fact]
    public void What_was_lifted_does_not_come_back_with_somebody_who_was_away()
    {
        var drained = Overrides.Make(OverrideKind.Drain, 1, stamp: 5);
        var lifted = OverrideSet.Of([drained]).Merge(Overrides.Make(OverrideKind.Clear, 1, stamp: 6));
        Assert.Empty(lifted.Merge(drained).InForce(Overrides.Noon));
        // Nor does what a later order with an end had outbid, once that has ended.
        var brief = OverrideSet.Of([drained]).Merge(Overrides.Make(OverrideKind.ForceDown, 1, stamp: 6, until: Overrides.Noon.AddHours(1)));
        Assert.Empty(brief.Merge(drained).InForce(Overrides.Noon.AddHours(1)));
    }

    [Fact]
    public void An_order_ends_at_its_end_or_after_a_year_and_is_forgotten_when_nothing_that_it_outbid_can_be_in_force()
    {
        var until = Overrides.Make(OverrideKind.Drain, 1, until: Overrides.Noon.AddMinutes(30));
        var set = OverrideSet.Of([until, Overrides.Make(OverrideKind.Drain, 2)]);
        Assert.Equal(2, set.InForce(Overrides.Noon.AddMinutes(29)).Length);
        Assert.Equal(Overrides.Noon.AddMinutes(30), set.NextEnd(Overrides.Noon));
        Assert.Equal(new SiteId(2), Assert.Single(set.InForce(Overrides.Noon.AddMinutes(30))).Key.Site);
        Assert.Equal(Overrides.Noon + OverrideLimits.LongestLife, set.NextEnd(Overrides.Noon.AddHours(1)));
        Assert.Empty(set.InForce(Overrides.Noon + OverrideLimits.LongestLife));
        Assert.Same(set, set.Forget(Overrides.Noon + OverrideLimits.LongestLife));
        Assert.Equal(0, set.Forget(Overrides.Noon + OverrideLimits.RememberFor + TimeSpan.FromSeconds(1)).Count);
    }

    [Fact]
    public void Of_two_with_one_stamp_the_safer_holds()
    {
        var kinds = new[] { OverrideKind.Clear, OverrideKind.ForceUp, OverrideKind.Drain, OverrideKind.ForceDown };
        foreach (var kind in kinds)
            Assert.Equal(OverrideKind.ForceDown, OverrideSet.Of([Overrides.Make(OverrideKind.ForceDown, 1), Overrides.Make(kind, 1)]).All.Single().Kind);
    }

    [Fact]
    public void A_stamp_grows_past_the_clock_and_past_what_is_known()
    {
        Assert.Equal((ulong)Overrides.Noon.ToUnixTimeMilliseconds(), Override.StampAfter(0, Overrides.Noon));
        Assert.Equal(ulong.MaxValue, Override.StampAfter(ulong.MaxValue - 1, Overrides.Noon));
    }

    [Fact]
    public void No_two_different_orders_have_the_same_signed_bytes() =>
        Gen.Select(Overrides.Any, Overrides.Any).Sample((left, right) =>
        {
            static string Bytes(Override one) => Convert.ToHexString(one.SignedBytes("test", $"{one.Key.Site}", one.Key.Service?.ToString()));
            Assert.Equal(left with { Signature = null } == right with { Signature = null }, Bytes(left) == Bytes(right));
        });

    [Fact]
    public void A_site_and_a_service_of_an_empty_name_are_not_signed_alike()
    {
        var order = Overrides.Make(OverrideKind.Drain, 1);
        Assert.NotEqual(order.SignedBytes("test", "a", null), order.SignedBytes("test", "a", ""));
        Assert.NotEqual(order.SignedBytes("test", "a", null), order.SignedBytes("other", "a", null));
    }

    [Theory]
    [InlineData("", null, "operator ana")]
    [InlineData("kernel upgrade", null, "operator ana: \"kernel upgrade\"")]
    [InlineData("kernel upgrade", 120, "operator ana: \"kernel upgrade\" until 2026-01-31 14:00 UTC")]
    public void It_says_who_why_and_until_when(string why, int? minutes, string words) =>
        Assert.Equal(words, Overrides.Make(OverrideKind.Drain, 1, why: why, until: minutes is { } span ? Overrides.Noon.AddMinutes(span) : null).ToString());
}
