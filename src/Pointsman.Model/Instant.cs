namespace Pointsman.Model;

/// <summary>
/// A point on one node's own monotonic clock, in microseconds since an arbitrary start. Instants of two nodes must never be compared:
/// what crosses the wire is an age, not an instant (no wall clocks are compared anywhere). In the Lab the clock is virtual.
/// </summary>
public readonly record struct Instant(long Micros) : IComparable<Instant>
{
    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.Micros + (span.Ticks / TimeSpan.TicksPerMicrosecond));
    public static TimeSpan operator -(Instant left, Instant right) => TimeSpan.FromTicks((left.Micros - right.Micros) * TimeSpan.TicksPerMicrosecond);
    public static bool operator <(Instant left, Instant right) => left.Micros < right.Micros;
    public static bool operator >(Instant left, Instant right) => left.Micros > right.Micros;
    public static bool operator <=(Instant left, Instant right) => left.Micros <= right.Micros;
    public static bool operator >=(Instant left, Instant right) => left.Micros >= right.Micros;
    public int CompareTo(Instant other) => Micros.CompareTo(other.Micros);

    /// <summary>Reads the monotonic clock of <paramref name="time"/>. For shells only: pure code is handed its instant.</summary>
    public static Instant Read(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new Instant((long)(time.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond));
    }
}
