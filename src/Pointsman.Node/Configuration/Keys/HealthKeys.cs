using System.Globalization;
using Pointsman.Dssp;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>health</c>: how much the cluster probes, and who probes whom. What is asked stands with each service.</summary>
internal static class HealthKeys
{
    // Below this the vote of those that are left says little when one of them is cut off.
    private const int FewestProbers = 3;

    private static readonly HealthSettings defaults = new();

    private static readonly Key<int> beyond = Optional("beyond", new Whole(1, DsspLimits.Sites),
        "Up to so many sites every site probes every other one.", defaults.ProbersBeyond, defaults.ProbersBeyond.ToString(CultureInfo.InvariantCulture));
    private static readonly Key<int> each = Optional("each", new Whole(FewestProbers, DsspLimits.Sites),
        "With more, so many of the others probe a site, the same ones in every node's eyes.", defaults.ProbersEach, defaults.ProbersEach.ToString(CultureInfo.InvariantCulture));

    public static readonly KeyTable ProbersTable = new("health.probers", [beyond, each]);

    private static readonly Key<int?> probesPerSecond = Optional("probesPerSecond", new Whole(1, 100_000).OrNone(),
        "The most probes that a node starts in a second. Where the configuration asks for more, all intervals stretch alike, with an alarm.", null, "as many as the intervals ask for");
    private static readonly Key<(int Beyond, int Each)> probers = Optional("probers", new Section<(int, int)>(ProbersTable, fields => (fields.Get(beyond), fields.Get(each))),
        "Who probes whom in a large cluster.", (defaults.ProbersBeyond, defaults.ProbersEach), "see there");
    private static readonly Key<TimeSpan?> remember = Optional("remember", new DurationShape(TimeSpan.Zero, TimeSpan.FromHours(24)),
        "What was known before a restart counts for so long after it was saved; 0s = not at all.", defaults.Remember, Duration.Format(defaults.Remember));

    public static readonly KeyTable Table = new("health", [probesPerSecond, probers, remember]);

    public static HealthSettings Read(Fields fields)
    {
        var (limit, count) = fields.Get(probers);
        return new HealthSettings
        {
            ProbesPerSecond = fields.Get(probesPerSecond),
            ProbersBeyond = limit,
            ProbersEach = count,
            Remember = fields.Get(remember) ?? defaults.Remember,
        };
    }
}
