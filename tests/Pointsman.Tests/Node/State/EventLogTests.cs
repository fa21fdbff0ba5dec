using Pointsman.Node.State;

namespace Pointsman.Tests.Node.State;

public sealed class EventLogTests
{
    [Fact]
    public void It_keeps_the_newest_and_numbers_go_on()
    {
        var log = new EventLog(TimeProvider.System);
        for (var i = 0; i < EventLog.Capacity + 5; i++) log.Add("kind", "text");
        var all = log.After(0);
        Assert.Equal(EventLog.Capacity, all.Length);
        Assert.Equal(6, all[0].Number);
        Assert.Equal(EventLog.Capacity + 5, all[^1].Number);
    }

    [Fact]
    public async Task Who_waits_is_told_at_once()
    {
        var log = new EventLog(TimeProvider.System);
        log.Add("first", "text");
        var waiting = log.WaitAfterAsync(1, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        log.Add("second", "text");
        Assert.Equal("second", Assert.Single(await waiting).Kind);
    }

    [Fact]
    public async Task Who_waits_in_vain_gets_nothing()
    {
        var log = new EventLog(TimeProvider.System);
        Assert.Empty(await log.WaitAfterAsync(0, TimeSpan.Zero, TestContext.Current.CancellationToken));
    }
}
