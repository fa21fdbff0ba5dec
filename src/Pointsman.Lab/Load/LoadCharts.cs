using System.Collections.Immutable;
using Pointsman.Lab.Plots;

namespace Pointsman.Lab.Load;

/// <summary>The pictures of a result.</summary>
public static class LoadCharts
{
    /// <summary>Points of a curve: more than can be told apart on a page would only be bytes.</summary>
    private const int Points = 240;

    /// <summary>Sites with a curve of their own; of more only those that something happens to, the fullest and the average.</summary>
    private const int MostCurves = 8;

    /// <summary>Each site's connections as a part of its maximum; what it is offered says <see cref="Offered"/>.</summary>
    public static Chart Connections(LoadOutcome result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Of(result, title, "connections, % of the maximum", (site, second) => 100.0 * result.ActiveAt(site, second) / (result.MaxAt(site, second) ?? double.PositiveInfinity));
    }

    /// <summary>Each site's offered load as a part of its maximum.</summary>
    public static Chart Offered(LoadOutcome result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Of(result, title, "offered load, % of the maximum", (site, second) => 100.0 * result.OfferedAt(site, second) / (result.MaxAt(site, second) ?? double.PositiveInfinity));
    }

    /// <summary>The fullest site's offered load under several ways of answering.</summary>
    public static Chart Compared(ImmutableArray<(string Name, LoadOutcome Result)> ways, string title)
    {
        var first = ways[0].Result;
        return Frame(first, title, "offered load of the fullest site, % of its maximum") with
        {
            Curves = [.. ways.Select(way => new Curve(way.Name, Sampled(first.Seconds, second => 100 * LoadMeasures.WorstOffered(way.Result, second))))],
        };
    }

    private static Chart Of(LoadOutcome result, string title, string label, Func<int, int, double> value)
    {
        var sites = Enumerable.Range(0, result.Sites.Length).ToList();
        var curves = ImmutableArray.CreateBuilder<Curve>();
        if (sites.Count > MostCurves)
        {
            var named = sites.Where(site => result.Scenario.Happenings.Any(happening => happening.Words.Split(' ').Contains(result.Sites[site].Name))).Take(MostCurves - 2).ToList();
            curves.Add(new Curve("the fullest site", Sampled(result.Seconds, second => sites.Max(site => value(site, second)))));
            curves.Add(new Curve($"all {sites.Count} on average", Sampled(result.Seconds, second => sites.Average(site => value(site, second)))));
            sites = named;
        }
        foreach (var site in sites) curves.Add(new Curve(result.Sites[site].Name, Sampled(result.Seconds, second => value(site, second))));
        return Frame(result, title, label) with { Curves = curves.ToImmutable() };
    }

    private static Chart Frame(LoadOutcome result, string title, string label) => new()
    {
        Title = title,
        ValueLabel = label,
        Curves = [],
        Seconds = result.Seconds,
        LeastTop = 120,
        Levels = [new Level(100, "maximum")],
        Moments = [.. result.Scenario.Happenings.Select(happening => new Moment(happening.At.TotalSeconds, happening.Words))],
    };

    private static ImmutableArray<(double, double)> Sampled(int seconds, Func<int, double> value)
    {
        var step = Math.Max(1, seconds / Points);
        var points = ImmutableArray.CreateBuilder<(double, double)>();
        for (var second = 0; second < seconds; second += step) points.Add((second, value(second)));
        return points.ToImmutable();
    }
}
