using Pointsman.Policy.Plans;

namespace Pointsman.Tests.Policy.Plans;

/// <summary>Table V, where one site's total is zero: the walk has the patent's shares, and that site is nowhere in it.</summary>
public sealed class PatentTableFiveTests
{
    [Fact]
    [Trait("mission", "P3.4")]
    [Trait("mission", "P3.5")]
    public void A_walk_by_table_five_has_its_percents_and_never_the_site_of_total_zero()
    {
        var totals = PatentTables.TotalsOfTable5;
        var parts = totals.Select((total, row) => (row, (long)total.Value)).Where(part => part.Item2 > 0).ToList();
        var schedule = Schedule.Of(new Distribution([.. parts]), 1);
        Assert.Equal(42, schedule.SlotCount);
        var counts = Enumerable.Range(0, 42).GroupBy(turn => (int)schedule.At((ulong)turn, new ushort[1])[0]).ToDictionary(group => group.Key, group => group.Count());
        foreach (var ((name, percent), row) in PatentTables.PercentsOfTable5.Select((site, row) => (site, row)))
            Assert.Equal((percent, totals[name]), ((int)Math.Round(100.0 * counts.GetValueOrDefault(row) / 42, MidpointRounding.AwayFromZero), counts.GetValueOrDefault(row)));
    }
}
