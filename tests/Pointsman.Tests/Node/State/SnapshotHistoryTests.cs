using System.Collections.Frozen;
using Pointsman.Model;
using Pointsman.Node.State;

namespace Pointsman.Tests.Node.State;

public sealed class SnapshotHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Cluster Empty = new() { Name = "none", Sites = [], Services = [] };

    private static Snapshot At(long id, double seconds) =>
        new() { Id = id, Time = Start.AddSeconds(seconds), Now = new Instant((long)(seconds * 1e6)), Cluster = Empty, Self = new SiteId(1) };

    [Fact]
    public void The_snapshot_in_force_at_an_instant_is_the_last_one_not_after_it()
    {
        var history = new SnapshotHistory();
        foreach (var id in Enumerable.Range(1, 10)) history.Add(At(id, id * 10));
        Assert.Null(history.At(Start.AddSeconds(9.9)));
        Assert.Equal(1, history.At(Start.AddSeconds(10))!.Id);
        Assert.Equal(4, history.At(Start.AddSeconds(49.9))!.Id);
        Assert.Equal(10, history.At(Start.AddSeconds(1e6))!.Id);
    }

    [Fact]
    public void Of_many_within_a_second_few_are_kept_and_the_newest_always()
    {
        var history = new SnapshotHistory();
        for (var i = 0; i < 1000; i++)
        {
            history.Add(At(i, i / 100.0));
            Assert.Equal(i, history.At(Start.AddDays(1))!.Id);
        }

        var kept = Enumerable.Range(0, 1000).Select(i => history.At(Start.AddSeconds(i / 100.0))?.Id).Distinct().Count();
        Assert.InRange(kept, 10, 22);
    }

    [Fact]
    public void A_large_cluster_remembers_a_shorter_time_and_not_more()
    {
        var history = new SnapshotHistory();
        var mine = Enumerable.Range(1, 10_000)
            .Select(number => new Observation { Vip = new VipKey(new ServiceId(number), new SiteId(2), new Endpoint(System.Net.IPAddress.Loopback, 80)) })
            .ToFrozenDictionary(seen => seen.Vip);
        for (var i = 0; i < 100; i++) history.Add(At(i, i * 2) with { Mine = mine });
        Assert.Equal(Start.AddSeconds(2 * (100 - (SnapshotHistory.EntryCapacity / 10_000))), history.Oldest);
    }

    [Fact]
    public void It_holds_no_more_than_its_capacity()
    {
        var history = new SnapshotHistory();
        for (var i = 0; i < SnapshotHistory.Capacity + 100; i++) history.Add(At(i, i * 2));
        Assert.Equal(Start.AddSeconds(200), history.Oldest);
    }
}
