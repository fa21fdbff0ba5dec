using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Tables;

/// <summary>
/// Table I of one service [P3.1]: rows = site tested, columns = tester. For people and for the commands; the weights come from the
/// published orders, which their owners made of these times and damped.
/// </summary>
public sealed class ResponseTimeMatrix
{
    private readonly Dictionary<(SiteId Tested, SiteId Tester), MatrixCell> cells = [];

    private ResponseTimeMatrix(Service service, ImmutableArray<Site> tested, ImmutableArray<Site> testers) =>
        (Service, Tested, Testers) = (service, tested, testers);

    public Service Service { get; }

    /// <summary>The service's sites, by name.</summary>
    public ImmutableArray<Site> Tested { get; }

    /// <summary>The sites with a fresh column, by name.</summary>
    public ImmutableArray<Site> Testers { get; }

    /// <summary>Null on the diagonal (a node never ranks its own site [S2]) and where the tester has no fresh column.</summary>
    public MatrixCell? this[SiteId tested, SiteId tester] => cells.TryGetValue((tested, tester), out var cell) ? cell : null;

    public static ResponseTimeMatrix From(Snapshot snapshot, Service service)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(service);
        return From(snapshot, new ServiceRows(snapshot.Cluster, service), new ColumnSet(snapshot));
    }

    internal static ResponseTimeMatrix From(Snapshot snapshot, ServiceRows rows, ColumnSet columns)
    {
        var testers = snapshot.Cluster.Sites.Where(site => columns.Of(site.Id) is not null).ToImmutableArray();
        var matrix = new ResponseTimeMatrix(rows.Service, rows.Sites, testers);
        foreach (var column in columns.All)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                if (rows.Sites[row].Id == column.Site) continue;
                matrix.cells[(rows.Sites[row].Id, column.Site)] = Cell(column.SightOf(rows.Vips[row].AsSpan()), snapshot.Now);
            }
        }
        return matrix;
    }

    private static MatrixCell Cell(SiteSight sight, Instant now) => sight.Best is { } best
        ? new MatrixCell(sight.State, best.ResponseMicros, best.Samples, now - best.MeasuredAt)
        : new MatrixCell(sight.State, null, 0, null);
}

/// <summary>One cell: the lowest average among the site's VIPs that are up for that tester [S1].</summary>
/// <param name="ResponseMicros">Null when the site is down or unknown to the tester.</param>
/// <param name="Age">Since the last probe that it is made of.</param>
public readonly record struct MatrixCell(HealthState State, long? ResponseMicros, long Samples, TimeSpan? Age);
