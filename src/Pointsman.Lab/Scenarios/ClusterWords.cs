using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Lab.Load.Scripts;
using Pointsman.Lab.Simulation;
using Pointsman.Model;

namespace Pointsman.Lab.Scenarios;

/// <summary>The statement that a story begins with: who there is, and by which settings.</summary>
internal static class ClusterWords
{
    private const int LongestName = 63;

    /// <summary>Null when there was a mistake.</summary>
    public static LabSettings? Read(Statement statement)
    {
        var names = new List<string>();
        while (statement.Ahead.Length > 0)
        {
            var word = statement.Take("a site")!.Value;
            if (word.Text.Length > LongestName || !word.Text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')) statement.Fail(word, $"a site's name is letters, digits and hyphens, at most {LongestName}, was '{word.Text}'");
            else if (names.Contains(word.Text)) statement.Fail(word, $"there are two sites '{word.Text}'");
            else names.Add(word.Text);
        }
        var more = statement.Option("sites", 0, static (string text, out int number) => Whole(text, 1, LabSettings.MostSites, out number), $"1 to {LabSettings.MostSites}");
        for (var number = 1; number <= more; number++) names.Add(string.Create(CultureInfo.InvariantCulture, $"s{number:00}"));
        if (names.Count is 0 or > LabSettings.MostSites) statement.Fail(statement.Whole, $"a cluster has 1 to {LabSettings.MostSites} sites: 'cluster A B C' or 'cluster sites=32'");

        var standard = new ProbeSettings();
        var settings = new LabSettings
        {
            Sites = [.. names],
            Seed = statement.Option("seed", 1, Values.Seed, "a whole number of 0 to 1000000"),
            Interval = statement.Option<TimeSpan?>("interval", TimeSpan.FromMinutes(1), Interval, "1s to 120m, or off"),
            Services = statement.Option("services", 1, static (string text, out int number) => Whole(text, 1, LabSettings.MostServices, out number), $"1 to {LabSettings.MostServices}"),
            Vips = statement.Option("vips", 1, static (string text, out int number) => Whole(text, 1, LabSettings.MostVips, out number), $"1 to {LabSettings.MostVips}"),
            Probe = standard with
            {
                Interval = statement.Option("probe", standard.Interval, static (string text, out TimeSpan span) => Values.DurationUpTo(text, TimeSpan.FromHours(2), out span) && span >= TimeSpan.FromSeconds(1), "1s to 120m"),
                Timeout = statement.Option("timeout", standard.Timeout, static (string text, out TimeSpan span) => Values.DurationUpTo(text, TimeSpan.FromMinutes(1), out span), "above 0s, at most 1m"),
                Fall = statement.Option("fall", standard.Fall, Values.Counter, "1 to 100"),
                Rise = statement.Option("rise", standard.Rise, Values.Counter, "1 to 100"),
            },
            Policy = new ServicePolicy
            {
                Weights = statement.Option<ImmutableArray<int>>("weights", [6, 4, 2, 1], Values.Weights, "1 to 16 numbers of 0 to 64, with commas"),
                FewSites = statement.Option("few", FewSites.Capacity, static (string text, out FewSites few) => Enum.TryParse(text, ignoreCase: true, out few) && text.All(char.IsAsciiLetterLower), "capacity or weights"),
            },
        };
        return names.Count is 0 or > LabSettings.MostSites ? null : settings;
    }

    private static bool Interval(string text, out TimeSpan? interval)
    {
        interval = null;
        if (text == "off") return true;
        if (!Values.DurationUpTo(text, TimeSpan.FromHours(2), out var span) || span < TimeSpan.FromSeconds(1)) return false;
        interval = span;
        return true;
    }

    private static bool Whole(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
}
