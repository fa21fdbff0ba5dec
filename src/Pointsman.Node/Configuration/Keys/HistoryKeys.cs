using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.History;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>history</c>: how much of the past each node keeps, in the folder of its state.</summary>
internal static class HistoryKeys
{
    private const long LeastBytes = 1_000_000, MostBytes = 1_000_000_000_000;

    private static readonly Key<TimeSpan?> keep = Optional("keep", new DurationShape(TimeSpan.FromMinutes(1), TimeSpan.FromHours(24 * 90), allowOff: true),
        "How far back `explain --at` reaches; off = nothing is kept, and what was kept is deleted.", HistorySettings.Default.Keep, "24h");
    private static readonly Key<long> bytes = Optional("bytes", new SizeShape(LeastBytes, MostBytes),
        "What the files may take together; the oldest go first, so that a large cluster remembers a shorter time.", HistorySettings.Default.Bytes, "64MB");

    public static readonly KeyTable Table = new("history", [keep, bytes]);

    public static HistorySettings Read(Fields fields) => new(fields.Get(keep), fields.Get(bytes));
}
