using System.Globalization;
using Pointsman.Lab.Simulation;

namespace Pointsman.Lab.Scenarios;

/// <summary>How much a story would take to tell, estimated before it is told: a slip of the pen (a day for a minute, a hundred sites for ten) must not cost a night.</summary>
internal sealed class Work
{
    /// <summary>Probes, words and looks at streams: about a million a second are simulated, so that this is ten minutes.</summary>
    public const double Most = 600_000_000;

    private double aSecond;
    private double all;

    public string? TooMuch => all <= Most ? null : string.Create(
        CultureInfo.InvariantCulture, $"this would take {all / 1e6:0} million probes and words, of which at most {Most / 1e6:0} million are simulated: fewer sites, services or VIPs, a longer probe= or interval=, or less time");

    public void Cluster(LabSettings settings)
    {
        double pairs = settings.Sites.Length * (settings.Sites.Length - 1);
        var probes = pairs * settings.Services * settings.Vips / settings.Probe.Interval.TotalSeconds;
        // A word costs by what it says of others.
        var words = settings.Interval is { } interval ? pairs * (1 + (settings.Sites.Length * settings.Services * settings.Vips / 10.0)) / interval.TotalSeconds : 0;
        aSecond = (probes * 2) + words + (pairs / 2);
    }

    public void Run(TimeSpan span) => all += aSecond * span.TotalSeconds;
}
