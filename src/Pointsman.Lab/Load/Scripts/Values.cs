using System.Collections.Immutable;
using System.Globalization;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>The values that a scenario is made of, and how each is written. All bounds are here, with their reasons.</summary>
internal static class Values
{
    /// <summary>A simulation keeps some numbers a second for each site.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromHours(24);

    /// <summary>Each is a connection somewhere: more a second than this take longer to simulate than anybody waits.</summary>
    public const double MostUsers = 100_000;

    /// <summary>As the configuration's maxConnections.</summary>
    public const int MostConnections = 10_000_000;

    /// <summary>Each is looked at every second.</summary>
    public const int MostResolvers = 100_000;

    public const string DurationForm = "a duration such as 500ms, 30s, 1m30s, 24h";
    public const string PercentForm = "a percentage such as 9%";
    public const string UsersForm = "users a second, above 0 and at most 100000, such as 25 or 25/s";
    public const string TimeOfDayForm = "a time of day such as 20:00";
    public const string ConnectionsForm = "a whole number of 1 to 10000000";

    private static readonly (string Unit, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>Whole numbers, each with its unit.</summary>
    public static bool Duration(string text, out TimeSpan span)
    {
        span = default;
        var seconds = 0.0;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9) return false;
            var number = int.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = rest.IndexOfAnyExceptInRange('a', 'z');
            var unit = (letters < 0 ? rest : rest[..letters]).ToString();
            var index = Array.FindIndex(units, one => one.Unit == unit);
            if (index < 0) return false;
            seconds += number * units[index].Seconds;
            rest = rest[unit.Length..];
        }
        if (text.Length == 0 || seconds > 1_000_000) return false;
        span = TimeSpan.FromSeconds(seconds);
        return true;
    }

    public static bool DurationUpTo(string text, TimeSpan most, out TimeSpan span) => Duration(text, out span) && span > TimeSpan.Zero && span <= most;

    public static bool StoryLength(string text, out TimeSpan span) => DurationUpTo(text, LongestDuration, out span);

    /// <summary>0 % to 100 %, as a part of one.</summary>
    public static bool Percent(string text, out double part)
    {
        part = 0;
        if (!text.EndsWith('%') || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)) return false;
        part = percent / 100;
        return part is >= 0 and <= 1;
    }

    public static bool Users(string text, out double users)
    {
        var number = text.EndsWith("/s", StringComparison.Ordinal) ? text.AsSpan(0, text.Length - 2) : text.AsSpan();
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out users) && users is > 0 and <= MostUsers;
    }

    /// <summary><c>x3</c>: three times as many.</summary>
    public static bool Factor(string text, out double factor)
    {
        factor = 0;
        return text.StartsWith('x') && double.TryParse(text.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out factor) && factor is > 0 and <= 1000;
    }

    public static bool TimeOfDay(string text, out TimeSpan time) => TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time);

    public static bool Connections(string text, out int connections) => Whole(text, 1, MostConnections, out connections);

    public static bool Resolvers(string text, out int resolvers) => Whole(text, 1, MostResolvers, out resolvers);

    public static bool Seed(string text, out int seed) => Whole(text, 0, 1_000_000, out seed);

    public static bool NameServers(string text, out int servers) => Whole(text, 1, 100, out servers);

    public static bool Counter(string text, out int count) => Whole(text, 1, 100, out count);

    public static bool Country(string text, out string country)
    {
        country = text;
        return text.Length == 2 && Topology.Places.IsCountry(text);
    }

    public static bool Latitude(string text, out double? degrees) => Degrees(text, 90, out degrees);

    public static bool Longitude(string text, out double? degrees) => Degrees(text, 180, out degrees);

    /// <summary>Hand-off weights: 1 to 16 numbers of 0 to 64.</summary>
    public static bool Weights(string text, out ImmutableArray<int> weights)
    {
        weights = [];
        var parts = text.Split(',');
        if (parts.Length > 16) return false;
        foreach (var part in parts)
        {
            if (!Whole(part, 0, 64, out var weight)) return false;
            weights = weights.Add(weight);
        }
        return true;
    }

    private static bool Degrees(string text, double most, out double? degrees)
    {
        degrees = double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= most ? number : null;
        return degrees is not null;
    }

    private static bool Whole(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
}
