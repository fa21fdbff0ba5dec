using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Lab.Worlds;

/// <summary>
/// How long a round trip takes in a world that nobody has measured yet. Light in glass covers 200 km in a millisecond, cables run about half
/// as far again as the crow flies, and the ends cost a millisecond:
/// <code>
///   round trip = 1 ms + 2 × 1.5 × distance / 200 km a ms = 1 ms + 0.015 ms for each kilometre      (Paris – Tokyo, 9,700 km: 147 ms)
/// </code>
/// Only the order of such times matters to a decision, and the order is that of the distances.
/// </summary>
public static class PathTime
{
    private const long EndsMicros = 1_000;
    private const double MicrosPerKilometre = 15;

    /// <summary>Where a place has no point: neither near nor far.</summary>
    public const long NeutralMicros = 100_000;

    public static long RoundTripMicros(Place from, Place to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        return from is { Latitude: { } north, Longitude: { } east } && to is { Latitude: { } toNorth, Longitude: { } toEast }
            ? EndsMicros + (long)(MicrosPerKilometre * GreatCircle.Kilometres(north, east, toNorth, toEast))
            : NeutralMicros;
    }

    /// <summary>A whole probe: each iteration opens a connection and asks on it as often as its protocol needs.</summary>
    public static long ProbeMicros(ProbeSettings probe, long roundTripMicros)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return probe.Iterations * probe.Check.RoundTrips * roundTripMicros;
    }
}
