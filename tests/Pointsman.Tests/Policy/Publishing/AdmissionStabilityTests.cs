using Pointsman.Model;
using Pointsman.Policy.Publishing;

namespace Pointsman.Tests.Policy.Publishing;

/// <summary>Owners, tables and users' caches in one loop: what goes to and fro, what settles, and how soon.</summary>
public sealed class AdmissionStabilityTests
{
    private const string European = "193.0.6.139";
    private const int Ttl = 60;
    private const int Interval = 60;

    [Theory]
    [Trait("mission", "P2.5")]
    [Trait("mission", "P3.11")]
    [InlineData(0, false, "short sessions, nobody counts arrivals")]
    [InlineData(0, true, "short sessions, counted")]
    [InlineData(60, true, "sessions of a minute")]
    public void A_site_lost_at_peak_is_taken_over_without_anybody_being_overloaded_for_long(int stay, bool counts, string _)
    {
        var traffic = new Traffic(new World("a", "b", "c", "d", "e", "f"), Ttl, TimeSpan.FromSeconds(stay), counts) { Demand = { ["198.51.100.1"] = 3600 } };
        traffic.Run(6 * Ttl);
        traffic.Kill("f");
        traffic.Run(20 * Ttl);
        foreach (var name in traffic.Log[0].Load.Keys) Assert.InRange(SecondsAbove(traffic, name, 1.1, 6 * Ttl), 0, Ttl + (2 * Interval));
        // 2 TTL and 2 intervals later all is where it stays.
        Assert.InRange(Spread(traffic, (6 * Ttl) + (2 * Ttl) + (2 * Interval)), 0, 0.10);
        Assert.All(traffic.Log[^1].Load, site => Assert.InRange(site.Value, 0, 0.9));
    }

    [Fact]
    [Trait("mission", "P2.5")]
    public void A_region_over_capacity_passes_on_what_is_too_much_to_the_next_nearest_and_no_more()
    {
        var traffic = new Traffic(World.FiveContinents(), Ttl) { Demand = { [European] = 600, ["200.1.123.46"] = 300, ["211.123.11.20"] = 300 } };
        traffic.Run(2 * Ttl);
        traffic.Demand[European] = 1900;
        traffic.Run(20 * Ttl);
        foreach (var name in traffic.Log[0].Load.Keys) Assert.InRange(SecondsAbove(traffic, name, 1.1, 0), 0, Ttl + (2 * Interval));
        var end = traffic.Log[^1].Load;
        Assert.InRange(end["paris"], 0.76, 0.84);
        Assert.InRange(end["atlanta"], 0.76, 0.84);
        Assert.InRange(end["tokyo"], 0.55, 0.65);
        Assert.Equal(0.30, end["quito"], 3);
        Assert.InRange(Spread(traffic, 8 * Ttl), 0, 0.05);
    }

    [Fact]
    public void A_part_read_off_the_load_alone_rests_above_the_target_and_the_owners_control_rests_at_it()
    {
        static double LoadOf(Func<VipReport, VipReport>? instead)
        {
            var traffic = new Traffic(World.FiveContinents(), Ttl) { Demand = { [European] = 1500 }, Instead = instead };
            traffic.Run(16 * Ttl);
            return traffic.Log[^1].Load["paris"];
        }

        var vip = new Vip { Service = World.ServiceId, Site = new SiteId(1), Address = default, MaxConnections = Traffic.Max };
        Assert.InRange(LoadOf(report => Admission.AtRest(vip, report)), 0.86, 0.95);
        Assert.InRange(LoadOf(null), 0.77, 0.83);
    }

    [Fact]
    public void When_there_are_more_users_than_places_nobody_sends_them_round_and_a_site_that_returns_is_not_sent_all()
    {
        var traffic = new Traffic(new World("a", "b", "c", "d"), Ttl, TimeSpan.FromSeconds(60), counts: true) { Demand = { ["198.51.100.1"] = 3300 } };
        traffic.Run(6 * Ttl);
        traffic.Kill("d");
        traffic.Run(20 * Ttl);
        // 110 % of all three: nobody has room, so nobody passes users on until hardly any is admitted.
        Assert.All(traffic.Words.Where(word => word.Key != "d"), word => Assert.InRange(word.Value.AdmitMillionths, 300_000, VipReport.AdmitAll));
        traffic.Revive("d");
        traffic.Run(10 * Ttl);
        Assert.InRange(SecondsAbove(traffic, "d", 1.1, 26 * Ttl), 0, Ttl + (2 * Interval));
        Assert.All(traffic.Log[^1].Load, site => Assert.InRange(site.Value, 0.6, 1.0));
    }

    /// <summary>The longest time without a break.</summary>
    private static int SecondsAbove(Traffic traffic, string site, double load, int from)
    {
        int longest = 0, now = 0;
        foreach (var (_, loads, _) in traffic.Log.Skip(from)) longest = Math.Max(longest, now = loads[site] > load ? now + 1 : 0);
        return longest;
    }

    /// <summary>The widest range of any site's load from then on, as a part of its maximum.</summary>
    private static double Spread(Traffic traffic, int from) =>
        traffic.Log[0].Load.Keys.Max(site => traffic.Log.Skip(from).Max(second => second.Load[site]) - traffic.Log.Skip(from).Min(second => second.Load[site]));
}
