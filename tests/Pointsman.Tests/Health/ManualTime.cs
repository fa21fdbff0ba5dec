using Pointsman.Model;

namespace Pointsman.Tests.Health;

/// <summary>A clock that stands still until a test moves it; timers fire inside <see cref="Advance"/>, in order, on the test's thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> timers = [];
    private long micros = 1_000_000;

    public override long TimestampFrequency => 1_000_000;
    public override long GetTimestamp() => micros;
    public Instant Now => new(micros);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = Now + by;
        while (timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due) is { } next)
        {
            micros = Math.Max(micros, next.Due!.Value.Micros);
            next.Due = null;
            next.Fire();
        }

        micros = end.Micros;
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public Instant? Due { get; set; }
        public Action Fire { get; } = fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.Now + dueTime;
            return true;
        }

        public void Dispose()
        {
            Due = null;
            time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
