using System.Globalization;
using System.Text;

namespace Pointsman.Node.Configuration;

/// <summary>
/// Durations as operators write them: whole numbers with a unit, the larger units first, each at most once: <c>500ms</c>, <c>5s</c>,
/// <c>1m30s</c>, <c>2h</c>. A bare <c>0</c> is zero; any other bare number is refused, because seconds and minutes are both a likely guess.
/// </summary>
internal static class Duration
{
    private static readonly (string Unit, long Millis)[] units = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    // Longer than any range here allows, and far from overflow.
    private const long MaxMillis = 1_000_000L * 3_600_000;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        var rest = text.AsSpan();
        long total = 0;
        var next = 0;
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits])) digits++;
            if (digits is 0 or > 12) return false;
            var number = long.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters])) letters++;
            var unit = IndexOf(rest[..letters]);
            if (unit < next || number > MaxMillis / units[unit].Millis) return false;
            next = unit + 1;
            total += number * units[unit].Millis;
            if (total > MaxMillis) return false;
            rest = rest[letters..];
        }
        duration = TimeSpan.FromMilliseconds(total);
        return text.Length > 0;
    }

    /// <summary>The shortest text that reads back as the same duration. Whole milliseconds, zero or more.</summary>
    public static string Format(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        var millis = (long)duration.TotalMilliseconds;
        if (millis == 0) return "0s";
        var text = new StringBuilder();
        foreach (var (unit, size) in units)
        {
            if (millis / size > 0) text.Append(CultureInfo.InvariantCulture, $"{millis / size}{unit}");
            millis %= size;
        }
        return text.ToString();
    }

    /// <summary>For a bound that operators think of in minutes: <c>255m</c>, where <see cref="Format"/> gives <c>4h15m</c>.</summary>
    public static string FormatBound(TimeSpan duration) =>
        duration >= TimeSpan.FromMinutes(1) && duration.Ticks % TimeSpan.TicksPerMinute == 0 && duration.Ticks % TimeSpan.TicksPerHour != 0
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalMinutes}m")
            : Format(duration);

    private static int IndexOf(ReadOnlySpan<char> unit)
    {
        for (var i = 0; i < units.Length; i++)
            if (unit.SequenceEqual(units[i].Unit)) return i;
        return -1;
    }
}
