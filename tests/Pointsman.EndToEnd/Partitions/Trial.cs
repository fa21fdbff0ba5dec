using System.Diagnostics;
using Pointsman.Wan.Cluster;
using Pointsman.Wan.Faults;
using Pointsman.Wan.Queries;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>One fault in the shared laboratory: inflicted, looked at, healed, and counted.</summary>
internal sealed class Trial(Laboratory lab, Fault fault)
{
    // What a busy machine may add to any bound of the product.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_recent = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_healing = TimeSpan.FromSeconds(40);
    private readonly Dictionary<string, int> eventsBefore = [];
    private long struckTicks;

    public Laboratory Lab => lab;
    public LabSite First => FaultList.First(lab);
    public LabSite Third => FaultList.Third(lab);
    public LabSite Last => FaultList.Last(lab);

    /// <summary>Every site but these.</summary>
    public LabSite[] Others(params LabSite[] than) => [.. lab.Sites.Except(than)];

    public async Task StrikeAsync()
    {
        foreach (var site in lab.Sites) eventsBefore[site.Name] = (await site.EventsAsync()).Length;
        struckTicks = Stopwatch.GetTimestamp();
        await fault.StrikeAsync(lab);
    }

    /// <summary>Waits for what must be so once the fault has been seen: [S8], and the machine's own time.</summary>
    public Task SeenAsync(string what, Func<Task<bool>> holds) => Laboratory.UntilAsync(holds, $"{fault.Name}: {what}", lab.Settings.Bound + s_margin, Report);

    /// <summary>Waits until these nodes' probes call a site's VIP of a service so.</summary>
    public Task SeeAsync(IEnumerable<LabSite> nodes, LabSite of, string service, string state) => SeenAsync(
        $"{string.Join(", ", nodes.Select(node => node.Name))} see {service} at {of.Name} {state}",
        async () => (await Task.WhenAll(nodes.Select(node => node.SeenAsync(service)))).All(seen => seen is not null && seen[of.Name] == state));

    /// <summary>Waits until no answer of the last second, of these nodes, names the site.</summary>
    public Task UnnamedAsync(IEnumerable<LabSite> nodes, LabSite site, int service)
        => SeenAsync($"{string.Join(", ", nodes.Select(node => node.Name))} answer {LabServices.Names[service]} without {site.Name}", () => Task.FromResult(nodes.All(node => !NamedOf(node, service).HasFlag(site))));

    /// <summary>Waits until the answers of the last second, of each of these nodes, name each of the sites.</summary>
    public Task NamedAsync(IEnumerable<LabSite> nodes, IEnumerable<LabSite> sites, int service)
        => SeenAsync(
            $"{string.Join(", ", nodes.Select(node => node.Name))} answer {LabServices.Names[service]} with {string.Join(", ", sites.Select(site => site.Name))}",
            () => Task.FromResult(nodes.All(node => sites.All(site => NamedOf(node, service).HasFlag(site)))));

    /// <summary>Waits until all of these nodes give every one of the sites weight in their tables of a service.</summary>
    public Task WeighAsync(IEnumerable<LabSite> nodes, IEnumerable<LabSite> sites, string service) => SeenAsync(
        $"{string.Join(", ", nodes.Select(node => node.Name))} have {string.Join(", ", sites.Select(site => site.Name))} in the table of {service}",
        async () => (await Task.WhenAll(nodes.Select(node => node.TableAsync(service)))).All(table => table is not null && sites.All(site => table.Weights[site.Name] > 0)));

    /// <summary>Waits until these nodes hold one and the same table of a service, in which these sites, and no other, have no weight.</summary>
    public Task AgreeAsync(IEnumerable<LabSite> nodes, string service, params LabSite[] without) => SeenAsync(
        $"{string.Join(", ", nodes.Select(node => node.Name))} hold the same table of {service}, without {string.Join(", ", without.Select(site => site.Name))}",
        async () =>
        {
            var tables = await Task.WhenAll(nodes.Select(node => node.TableAsync(service)));
            return tables.All(table => table is not null && table.Weights.All(row => row.Value == 0 == without.Any(site => site.Name == row.Key))) && tables.Select(table => table!.Digest).Distinct().Count() == 1;
        });

    /// <summary>The node's events of these kinds since the fault struck; the node must be the one that lived then.</summary>
    public async Task<string[]> EventsSinceAsync(LabSite node, params string[] kinds)
        => [.. (await node.EventsAsync()).Skip(eventsBefore[node.Name]).Where(line => kinds.Any(kind => line.StartsWith(kind + ":", StringComparison.Ordinal)))];

    /// <summary>Mends it, and waits until all nodes hold the same tables again with all sites up in them.</summary>
    public async Task HealAsync()
    {
        await fault.HealAsync(lab);
        await lab.AgreedAsync(s_healing);
    }

    /// <summary>What the clients met since the fault struck; the bound is given the machine's margin.</summary>
    public async Task<Costs> CountAsync()
    {
        // Long enough for some questions whose answers are all there, or will never come.
        while (Stopwatch.GetElapsedTime(struckTicks) < lab.Settings.Patience * 2) await Task.Delay(s_recent);
        return Costs.Of(lab.Ledger.Since(struckTicks), lab.Truth, lab.Settings.Bound + s_margin, lab.Settings.Patience);
    }

    private Named NamedOf(LabSite node, int service)
        => new(lab.Ledger.Last(s_recent).Where(record => record.Node == node.Place && record.Service == service && record.IsAnswered).Aggregate(0UL, (named, record) => named | record.Named));

    private string Report() => string.Join('\n', lab.Sites.Select(site => $"--- {site.Name}\n{string.Join('\n', site.NodeLog.Split('\n').TakeLast(12))}"));

    private readonly record struct Named(ulong Bits)
    {
        public bool HasFlag(LabSite site) => (Bits & (1UL << site.Place)) != 0;
    }
}
