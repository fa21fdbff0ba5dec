using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Lab.Replay;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Node.Output;
using Pointsman.Node.QueryLogs;

namespace Pointsman.Node.Commands;

/// <summary>What <c>replay</c> says: by site, against capacity; by region and country; by service.</summary>
internal sealed class ReplayText(
    Cluster next, Cluster before, QueryLog log, ReplayCounts counts, ReplayReport report, Circumstances circumstances, bool isCompared, long? peak)
{
    /// <summary>Countries in the table, those of which most moves; <c>-o json</c> has all.</summary>
    private const int MostCountries = 10;

    private const string NoSite = "(no site)";

    private readonly ReplayPart whole = report.Whole;

    public IEnumerable<string> Warnings
    {
        get
        {
            var tally = log.Tally;
            if (tally.Damaged > 0) yield return FormattableString.Invariant($"{log.Name}: {tally.Damaged} damaged, the first: {tally.FirstDamage}");
            if (tally.Note is { } note) yield return $"{log.Name}: {note}";
            if (counts.Decided == 0) yield return $"no query of {log.Name} is for a service of the configuration";
            if (report.Stale > 0) yield return FormattableString.Invariant($"{report.Stale} answers would be marked as stale: nothing acceptable is up for these clients");
            for (var index = 0; index < report.Sites.Length; index++)
            {
                var room = RoomOf(report.Sites[index]);
                if (Offered(index) is not { } offered) continue;
                if (offered > room.Max) yield return FormattableString.Invariant($"{NameOf(index)} would have {offered:0} connections, over its maximum of {room.Max}");
                else if (offered > room.Target) yield return FormattableString.Invariant($"{NameOf(index)} would have {offered:0} connections, over its target of {room.Target}");
            }
        }
    }

    public void Write(TextWriter writer, Palette palette)
    {
        writer.WriteLine(FormattableString.Invariant($"{log.Name}: {Counted(log.Tally.Queries, "query", "queries")}, {counts.Decided} decided{Others()}"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"before: {(isCompared ? "the configuration in force" : "the same, all up")}; after: {(isCompared ? "the new configuration" : "the configuration")}, {circumstances.Describe(next)}; {Percent(whole.Moved, whole.Queries)} move"));
        writer.WriteLine();
        Sites().Write(writer, palette);
        writer.WriteLine();
        Parts("REGION", report.Regions).Write(writer, palette);
        var countries = report.Countries.Where(part => part.Moved >= 0.5).OrderByDescending(part => part.Moved).ThenBy(part => part.Name, StringComparer.Ordinal).Take(MostCountries).ToList();
        if (countries.Count > 0)
        {
            writer.WriteLine();
            Parts("COUNTRY", countries).Write(writer, palette);
        }
        if (report.Services.Length > 1)
        {
            writer.WriteLine();
            Parts("SERVICE", report.Services.OrderBy(part => part.Name, StringComparer.Ordinal)).Write(writer, palette);
        }
    }

    public JsonObject Data() => new()
    {
        ["log"] = log.Name,
        ["queries"] = log.Tally.Queries,
        ["decided"] = counts.Decided,
        ["otherNames"] = counts.OtherNames,
        ["otherTypes"] = counts.OtherTypes,
        ["passed"] = log.Tally.Passed,
        ["damaged"] = log.Tally.Damaged,
        ["firstDamage"] = log.Tally.FirstDamage,
        ["circumstances"] = circumstances.Describe(next),
        ["moved"] = Rounded(whole.Moved),
        ["movedShare"] = Share(whole.Moved, whole.Queries),
        ["stale"] = report.Stale,
        ["sites"] = new JsonArray([.. Indexes().Select(SiteData)]),
        ["regions"] = PartsData("region", report.Regions),
        ["countries"] = PartsData("country", report.Countries),
        ["services"] = PartsData("service", report.Services.OrderBy(part => part.Name, StringComparer.Ordinal)),
        ["warnings"] = new JsonArray([.. Warnings.Select(warning => (JsonNode)warning)]),
    };

    private Table Sites()
    {
        var table = peak is null
            ? new Table("SITE", "BEFORE", "SHARE", "AFTER", "SHARE", "CHANGE", "MAX", "FULL AT")
            : new Table("SITE", "BEFORE", "SHARE", "AFTER", "SHARE", "CHANGE", "TARGET", "MAX", "OFFERED");
        foreach (var index in Indexes())
        {
            var room = index < report.Sites.Length ? RoomOf(report.Sites[index]) : default;
            var offered = Offered(index);
            var paint = offered > room.Max ? Paint.Bad : offered > room.Target ? Paint.Warning : Paint.None;
            Cell[] cells =
            [
                NameOf(index), Text(whole.Before[index]), Percent(whole.Before[index], whole.Queries), Text(whole.After[index]), Percent(whole.After[index], whole.Queries),
                Change(whole.Before[index], whole.After[index], whole.Queries),
            ];
            table.Row(peak is null
                ? [.. cells, Text(room.Max), FullAt(index) is { } at ? at.ToString("0", CultureInfo.InvariantCulture) : "–"]
                : [.. cells, Text(room.Target), Text(room.Max), new Cell(offered is { } one ? one.ToString("0", CultureInfo.InvariantCulture) : "–", paint)]);
        }
        return table;
    }

    private Table Parts(string heading, IEnumerable<ReplayPart> parts)
    {
        var table = new Table(heading, "QUERIES", "MOVED", "SHARE", "CHANGES");
        foreach (var part in parts)
            table.Row(part.Name, Text(part.Queries), part.Moved.ToString("0", CultureInfo.InvariantCulture), Percent(part.Moved, part.Queries), Changes(part));
        return table;
    }

    /// <summary>The sites whose part changes by a tenth of a percent or more, the largest change first.</summary>
    private string Changes(ReplayPart part) => string.Join(", ", Indexes()
        .Select(index => (Name: NameOf(index), Change: part.Queries == 0 ? 0 : (double)(part.After[index] - part.Before[index]) / part.Queries))
        .Where(one => Math.Abs(one.Change) >= 0.0005)
        .OrderByDescending(one => Math.Abs(one.Change)).ThenBy(one => one.Name, StringComparer.Ordinal)
        .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name} {Math.Round(100 * one.Change, 1):+0.0;-0.0;0.0} %")));

    private JsonNode SiteData(int index)
    {
        var room = index < report.Sites.Length ? RoomOf(report.Sites[index]) : default;
        return new JsonObject
        {
            ["site"] = index < report.Sites.Length ? NameOf(index) : null,
            ["before"] = whole.Before[index],
            ["beforeShare"] = Share(whole.Before[index], whole.Queries),
            ["after"] = whole.After[index],
            ["afterShare"] = Share(whole.After[index], whole.Queries),
            ["target"] = room.Target,
            ["max"] = room.Max,
            ["fullAt"] = FullAt(index) is { } at ? Rounded(at) : null,
            ["offered"] = Offered(index) is { } offered ? Rounded(offered) : null,
        };
    }

    private JsonArray PartsData(string key, IEnumerable<ReplayPart> parts) => new([.. parts.Select(part => (JsonNode)new JsonObject
    {
        [key] = part.Name,
        ["queries"] = part.Queries,
        ["moved"] = Rounded(part.Moved),
        ["movedShare"] = Share(part.Moved, part.Queries),
        ["before"] = BySite(part.Before),
        ["after"] = BySite(part.After),
    })]);

    private JsonObject BySite(ImmutableArray<long> counted)
    {
        var sites = new JsonObject();
        for (var index = 0; index < counted.Length; index++)
        {
            if (counted[index] > 0) sites[NameOf(index)] = counted[index];
        }
        return sites;
    }

    /// <summary>Every site, and at the end none where any query gets none.</summary>
    private IEnumerable<int> Indexes() => Enumerable.Range(0, report.Sites.Length + (whole.Before[^1] + whole.After[^1] > 0 ? 1 : 0));

    private string NameOf(int index) => index == report.Sites.Length ? NoSite : (next.FindSite(report.Sites[index]) ?? before.FindSite(report.Sites[index]))!.Name;

    /// <summary>Of all VIPs of the site; null = one has no limit, or it has none in the new configuration.</summary>
    private (long? Target, long? Max) RoomOf(SiteId site)
    {
        var vips = next.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == site).ToList();
        if (vips.Count == 0 || vips.Any(vip => vip.MaxConnections is null)) return (null, null);
        return (vips.Sum(vip => (long)(vip.Target ?? vip.MaxConnections!.Value)), vips.Sum(vip => (long)vip.MaxConnections!.Value));
    }

    /// <summary>Connections, when those of the peak are spread as the queries are.</summary>
    private double? Offered(int index) => peak is { } all && whole.Queries > 0 && index < report.Sites.Length ? (double)all * whole.After[index] / whole.Queries : null;

    /// <summary>How many connections at all sites together fill this one.</summary>
    private double? FullAt(int index) =>
        index < report.Sites.Length && whole.After[index] > 0 && RoomOf(report.Sites[index]).Max is { } max ? (double)max * whole.Queries / whole.After[index] : null;

    private string Others()
    {
        var words = new List<string>();
        if (counts.OtherNames > 0) words.Add(FormattableString.Invariant($"{counts.OtherNames} for other names"));
        if (counts.OtherTypes > 0) words.Add(FormattableString.Invariant($"{counts.OtherTypes} of types that no site is chosen for"));
        return string.Concat(words.Select(word => $", {word}"));
    }

    private static string Counted(long count, string one, string many) => FormattableString.Invariant($"{count} {(count == 1 ? one : many)}");
    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "–";
    private static string Percent(double part, long all) => all == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * part / all:0.0} %");
    private static string Change(long old, long @new, long all) =>
        all == 0 || old == @new ? "" : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(100.0 * (@new - old) / all, 1):+0.0;-0.0;0.0} %");

    private static double Share(double part, long all) => all == 0 ? 0 : Math.Round(part / all, 6);
    private static double Rounded(double number) => Math.Round(number, 1);
}
