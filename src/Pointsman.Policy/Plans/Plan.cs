using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Policy.Plans;

/// <summary>
/// One snapshot compiled for answering: made on change, not on query. Immutable; publish it by one reference, read it once per query. With the
/// former plan at hand whatever the configuration and the places alone decide (client classes, scopes, the numbers of the walks) is kept, and so
/// is the plan of every service of which the new snapshot says nothing new.
/// </summary>
public sealed class Plan
{
    private readonly FrozenDictionary<ServiceId, int> indexes;
    private readonly ColumnSet columns;
    private readonly ScheduleCache cache;
    private TableWord? tableWord;
    private readonly FrozenDictionary<ServiceId, ServiceRows> rows;

    private Plan(Snapshot snapshot, Places places, Plan? previous)
    {
        (Snapshot, Places) = (snapshot, places);
        var services = snapshot.Cluster.Services;
        var kept = previous is not null && ReferenceEquals(previous.Snapshot.Cluster, snapshot.Cluster) && ReferenceEquals(previous.Places, places)
            ? previous
            : null;
        indexes = kept?.indexes ?? services.Select((service, index) => (service.Id, index)).ToFrozenDictionary(pair => pair.Id, pair => pair.index);
        columns = new ColumnSet(snapshot, kept?.columns);
        var changes = kept is null ? null : new Changes(kept.Snapshot, kept.columns, snapshot, columns);
        cache = new ScheduleCache(previous?.cache, spares: changes is { Everything: false });
        rows = kept?.rows ?? services.ToFrozenDictionary(service => service.Id, service => new ServiceRows(snapshot.Cluster, service));
        var classes = kept is not null ? [.. kept.Services.Select(service => service.Classes)] : ClassesOf(services, previous);
        var cursors = CursorNumbers.Assign(services, classes, previous);
        CursorCount = cursors.Count;
        var plans = ImmutableArray.CreateBuilder<ServicePlan>(services.Length);
        for (var index = 0; index < services.Length; index++)
        {
            var ofService = rows[services[index].Id];
            var spared = kept?.Services[index] is { } before && before.FirstCursor == cursors.First[index] && changes!.Spare(before, ofService) ? before : null;
            plans.Add(spared?.Under(columns) ?? ServicePlan.Compile(snapshot, ofService, index, columns, classes[index], cursors.First[index], cache));
        }
        Services = plans.MoveToImmutable();
        columns.Seal();
        cache.Seal();
    }

    public Snapshot Snapshot { get; }
    public Places Places { get; }

    /// <summary>In the order of the cluster's services.</summary>
    public ImmutableArray<ServicePlan> Services { get; }

    /// <summary>How many walks there are, gaps included: the length of a worker's array of cursors.</summary>
    internal int CursorCount { get; }

    /// <param name="previous">The plan published last, of whichever snapshot or configuration.</param>
    public static Plan Compile(Snapshot snapshot, Places places, Plan? previous = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(places);
        return new Plan(snapshot, places, previous);
    }

    /// <summary>Index into <see cref="Services"/>, or −1.</summary>
    public int IndexOf(ServiceId service) => indexes.TryGetValue(service, out var index) ? index : -1;

    /// <summary>What its tables are made of, and their digests. Made when asked for: it costs a hash a service.</summary>
    public TableWord TableWord => tableWord ??= new TableWord(
        [.. columns.All.Select(column => new HeldColumn(column.Site, column.State.Incarnation, column.State.Edition)).OrderBy(column => column.Site)],
        [.. Services.Select(service => new TableSum(service.Service.Id, Convert.ToUInt64(service.Table.Digest, 16))).OrderBy(table => table.Service)]);

    /// <summary>Table III; null for an unknown service.</summary>
    public HandOffTable? TableOf(ServiceId service) => IndexOf(service) is >= 0 and var index ? Services[index].Table : null;

    /// <summary>What a service's tables are computed from.</summary>
    internal (ServiceRows Rows, ColumnSet Columns) TablesOf(ServiceId service) => (rows[service], columns);

    /// <summary>Table I; null for an unknown service.</summary>
    public ResponseTimeMatrix? MatrixOf(ServiceId service) =>
        rows.TryGetValue(service, out var found) ? ResponseTimeMatrix.From(Snapshot, found, columns) : null;

    /// <summary>
    /// What the next snapshot's <see cref="Snapshot.LastGood"/> shall be: per service the sites that may be handed to now, or, where there is
    /// none, what it was before; where restrictions part the clients, of each part's sites. Until the first probe round is done nothing is known to
    /// be good: what was stored stays.
    /// </summary>
    public FrozenDictionary<ServiceId, ImmutableArray<SiteId>> LastGood()
    {
        if (!Snapshot.Ready) return Snapshot.LastGood;
        var good = new Dictionary<ServiceId, ImmutableArray<SiteId>>();
        foreach (var service in Services)
        {
            var sites = service.LastGood(Snapshot.LastGood.GetValueOrDefault(service.Service.Id));
            if (!sites.IsEmpty) good[service.Service.Id] = sites;
        }
        return good.ToFrozenDictionary();
    }

    private ClassTable[] ClassesOf(ImmutableArray<Service> services, Plan? previous)
    {
        var shared = new Dictionary<string, ClassTable>(StringComparer.Ordinal);
        // Over the same places the same rules make the same table, whatever else a new configuration changed.
        if (previous is not null && ReferenceEquals(previous.Places, Places))
            foreach (var service in previous.Services) shared.TryAdd(service.Classes.Rules.Key, service.Classes);
        var classes = new ClassTable[services.Length];
        for (var index = 0; index < services.Length; index++)
        {
            var rules = new TierRules(rows[services[index].Id], Places);
            // The key holds what the orders are made of, not the names of the rows: tables of services at different sites may be one.
            if (!shared.TryGetValue(rules.Key, out var table)) shared[rules.Key] = table = ClassTable.Build(rules, Places);
            classes[index] = table.With(rules);
        }
        return classes;
    }
}
