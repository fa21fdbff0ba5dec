using System.Globalization;

namespace Pointsman.Dns.Zones;

/// <summary>Where in a master file something stands. Line and column count from 1; 0 = not from a file.</summary>
public readonly record struct ZonePlace(string? File, int Line, int Column);

/// <summary>One mistake in a zone, as <c>FILE:LINE:COL: error: …</c>.</summary>
public sealed record ZoneError(ZonePlace Place, string Message)
{
    public override string ToString() => Place switch
    {
        { File: null } => $"error: {Message}",
        { Line: 0 } => $"{Place.File}: error: {Message}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Place.File}:{Place.Line}:{Place.Column}: error: {Message}"),
    };
}
