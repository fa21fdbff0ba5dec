namespace Pointsman.Tests.Dnstap;

/// <summary>A wall clock that stands where a test puts it.</summary>
internal sealed class StillTime : TimeProvider
{
    private DateTimeOffset _now = Recorded.Time;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
