using System.Globalization;

namespace Pointsman.Dns.Zones;

/// <summary>Where in a master file something stands. Line and column count from 1; 0 = not from a file.</summary>
public readonly record struct ZonePlace(string? File, int Line, int Column)
{
    /// <summary><c>FILE:LINE:COL: severity: message</c>, as far as the place is known.</summary>
    internal string Say(string severity, string message) => this switch
    {
        { File: null } => $"{severity}: {message}",
        { Line: 0 } => $"{File}: {severity}: {message}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {severity}: {message}"),
    };
}

/// <summary>One mistake in a zone, as <c>FILE:LINE:COL: error: …</c>. There is no zone while there is one.</summary>
public sealed record ZoneError(ZonePlace Place, string Message)
{
    public override string ToString() => Place.Say("error", Message);
}

/// <summary>Something in a zone that is served as written and hardly meant, as <c>FILE:LINE:COL: warning: …</c>.</summary>
public sealed record ZoneWarning(ZonePlace Place, string Message)
{
    public override string ToString() => Place.Say("warning", Message);
}
