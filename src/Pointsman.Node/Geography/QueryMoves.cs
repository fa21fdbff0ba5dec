using Pointsman.Node.QueryLogs;
using Pointsman.Topology;
using Pointsman.Topology.Diff;

namespace Pointsman.Node.Geography;

/// <summary>Which of the recorded queries came from users who would be somewhere else: addresses have no traffic of their own, users have.</summary>
internal sealed class QueryMoves
{
    private readonly Dictionary<(string From, string To), long> _pairs = [];

    public long Queries { get; private set; }
    public long Changed { get; private set; }
    public double Share => Queries == 0 ? 0 : (double)Changed / Queries;

    /// <summary>The most first.</summary>
    public IEnumerable<(string From, string To, long Queries)> Pairs => _pairs
        .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.From, StringComparer.Ordinal).ThenBy(pair => pair.Key.To, StringComparer.Ordinal)
        .Select(pair => (pair.Key.From, pair.Key.To, pair.Value));

    /// <param name="sites">Told of every query as well; null when no configuration is given.</param>
    public static QueryMoves Of(QueryLog log, Places old, Places next, SiteMoves? sites)
    {
        var moves = new QueryMoves();
        // Bounded by the log, which is read once.
        while (log.TryRead(out var query))
        {
            moves.Queries++;
            sites?.Count(1);
            sites?.AddQuery(query.Name, query.Client);
            var address = query.Client.ToIPAddress();
            var (before, after) = (old.Lookup(address).Place, next.Lookup(address).Place);
            if (string.Equals(before.Country, after.Country, StringComparison.Ordinal) && string.Equals(before.Region, after.Region, StringComparison.Ordinal)) continue;
            moves.Changed++;
            var words = PlaceSegment.WordsOf(before, after);
            moves._pairs[words] = moves._pairs.GetValueOrDefault(words) + 1;
        }
        return moves;
    }
}
