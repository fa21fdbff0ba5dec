using System.Globalization;
using Pointsman.Node.Configuration;

namespace Pointsman.Node.History;

/// <summary>
/// How people name a past instant: a time of the Internet's own form, one without seconds or offset (then UTC, as everything that a node prints), a time of day
/// alone (the last one that was), or how long ago it is.
/// </summary>
internal static class PastTime
{
    public const string Words = "a time such as 2026-01-31T14:05:00Z, 14:05 (UTC, the last one that was) or '10m ago'";

    private static readonly string[] withOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mmzzz"];
    private static readonly string[] withoutOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm"];
    private static readonly string[] ofDay = ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"];

    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        text = text.Trim();
        const string Ago = " ago";
        if (text.EndsWith(Ago, StringComparison.OrdinalIgnoreCase))
        {
            time = now;
            if (!Duration.TryParse(text[..^Ago.Length].Replace(" ", "", StringComparison.Ordinal), out var ago) || ago > now - DateTimeOffset.UnixEpoch) return false;
            time = now - ago;
            return true;
        }

        if (TimeOnly.TryParseExact(text, ofDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            time = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + day.ToTimeSpan();
            if (time > now) time = time.AddDays(-1);
            return true;
        }

        // RFC 3339 §5.6: T and Z may be written small, and a space may stand for the T.
        var upper = text.ToUpperInvariant();
        if (upper.EndsWith('Z')) upper = upper[..^1] + "+00:00";
        return DateTimeOffset.TryParseExact(upper, withOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out time)
            || DateTimeOffset.TryParseExact(upper, withoutOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
