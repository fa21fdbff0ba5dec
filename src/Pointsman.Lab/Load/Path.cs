using Pointsman.Topology;

namespace Pointsman.Lab.Load;

/// <summary>How far two places are from each other for a probe: light in glass along a line that is no straight one, and the server's own time.</summary>
internal static class Path
{
    private const long ServerMicros = 3_000;

    // 200 km a millisecond in glass, there and back, and a third more for the bends.
    private const double MicrosPerKilometre = 13.3;

    /// <summary>Where nothing is known of a place: across one continent.</summary>
    private const double UnknownKilometres = 2_000;

    public static long Micros(Place from, Place to) => ServerMicros + (long)(Kilometres(from, to) * MicrosPerKilometre);

    public static double Kilometres(Place from, Place to) =>
        from is { Latitude: { } north, Longitude: { } east } && to is { Latitude: { } otherNorth, Longitude: { } otherEast }
            ? GreatCircle.Kilometres(north, east, otherNorth, otherEast)
            : UnknownKilometres;
}
