using Pointsman.Node.History;
using Pointsman.Node.State;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Tests.Node.History;

public sealed class PastPlansTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-past-").FullName;
    private readonly EventLog log = new(TimeProvider.System);
    private readonly HistoryWorld world = new(3, 2);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => HistoryWorld.Start.AddMinutes(5);
    }

    private Plan Fill(Places places)
    {
        using var history = new SnapshotHistory(folder, log);
        Plan plan = null!;
        for (var second = 0; second < 5; second++) history.Add(plan = Plan.Compile(world.Step().Snapshot, places));
        return plan;
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "the geography tables of then (digest ")]
    public async Task It_says_when_the_tables_of_then_are_not_those_of_now(bool same, string remark)
    {
        var current = Fill(same ? Places.Shipped : Places.Load([new PlaceSource("mine.csv", PlaceLayer.Subscribers, "prefix,country\n10.0.0.0/8,FR\n")]).Places!);
        using var history = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
        using var past = new PastPlans(history, new StandingClock());
        var found = await past.AtAsync("2026-01-01T00:00:03Z", Plan.Compile(current.Snapshot, Places.Shipped), TestContext.Current.CancellationToken);
        Assert.Equal((4L, HistoryWorld.Start.AddSeconds(3)), (found.Plan!.Snapshot.Id, found.Instant));
        Assert.StartsWith(remark, found.Remark, StringComparison.Ordinal);
        Assert.Equal(same, found.Remark.Length == 0);
    }

    [Fact]
    public async Task Whoever_asks_for_what_is_not_kept_is_told_what_is()
    {
        var current = Fill(Places.Shipped);
        using var history = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
        using var past = new PastPlans(history, new StandingClock());
        foreach (var (at, why) in ((string, string)[])
        [
            ("1h ago", "nothing is kept from 2025-12-31T23:05:00Z; kept is 2026-01-01T00:00:01Z to 2026-01-01T00:05:00Z"),
            ("2026-01-01T01:00:00Z", "2026-01-01T01:00:00Z is yet to come; kept is 2026-01-01T00:00:01Z to 2026-01-01T00:05:00Z"),
        ]) Assert.Equal((null, why), ((object?)(await past.AtAsync(at, current, TestContext.Current.CancellationToken)).Plan, (await past.AtAsync(at, current, TestContext.Current.CancellationToken)).Why));
    }

    [Fact]
    public async Task The_plan_of_one_instant_is_made_once_for_all_who_ask_of_it()
    {
        var current = Fill(Places.Shipped);
        using var history = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
        using var past = new PastPlans(history, new StandingClock());
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => past.AtAsync("00:00:03", current, TestContext.Current.CancellationToken)));
        Assert.Single(asked.Select(answer => answer.Plan!).Distinct());
    }
}
