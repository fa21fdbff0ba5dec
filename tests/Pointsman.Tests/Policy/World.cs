using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Publishing;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy;

/// <summary>
/// A small cluster to decide about: one service, one VIP a site, and what every site sees of every other. Change a field, then take a
/// snapshot as one of the nodes. Site ids run against the order of names, so that whoever confuses them is found out.
/// </summary>
internal sealed class World
{
    public static readonly Instant Now = new(3_600_000_000);
    public static readonly ServiceId ServiceId = new(1);

    private Cluster? cluster;

    public World(params string[] names)
    {
        Names = names;
        foreach (var tested in names)
        {
            foreach (var tester in names)
            {
                if (tested != tester) Times[(tested, tester)] = 10_000;
            }
        }
    }

    public string[] Names { get; }

    /// <summary>Microseconds; null = down for that tester; no entry = unknown to it.</summary>
    public Dictionary<(string Tested, string Tester), long?> Times { get; } = [];

    /// <summary>What a tester sees of a site, where it is neither up nor down.</summary>
    public Dictionary<(string Tested, string Tester), HealthState> States { get; } = [];

    public Dictionary<string, Location> Locations { get; } = [];
    public Dictionary<string, double> Costs { get; } = [];
    public Dictionary<string, (int Active, int? Max, VipCondition Condition)> Loads { get; } = [];
    public Dictionary<string, Func<SiteState, SiteState>> Said { get; } = [];

    /// <summary>Sites with no fresh state.</summary>
    public HashSet<string> Silent { get; } = [];

    public ServicePolicy Policy { get; set; } = new() { FewSites = FewSites.Weights };
    public Func<Service, Service> Shape { get; set; } = service => service;
    public Func<Snapshot, Snapshot> Finish { get; set; } = snapshot => snapshot;

    public static World Patent()
    {
        var world = new World([.. PatentTables.Sites]) { Policy = new ServicePolicy { Weights = [4, 2, 1, 0, 0, 0] } };
        foreach (var (pair, milliseconds) in PatentTables.Milliseconds) world.Times[pair] = milliseconds * 1000;
        return world;
    }

    /// <summary>The sites of the golden geography.</summary>
    public static World FiveContinents() => new("atlanta", "paris", "quito", "san-jose", "tokyo")
    {
        Policy = new ServicePolicy { Metrics = [Metric.Geography, Metric.ResponseTime] },
        Locations =
        {
            ["atlanta"] = new Location("US", "arin", 33.7, -84.4),
            ["paris"] = new Location("FR", "ripe", 48.9, 2.4),
            ["quito"] = new Location("EC", "lacnic", -0.2, -78.5),
            ["san-jose"] = new Location("US", "arin", 37.3, -121.9),
            ["tokyo"] = new Location("JP", "apnic", 35.7, 139.7),
        },
    };

    public SiteId Id(string name) => new(100 - Array.IndexOf(Names, name));
    public string Name(SiteId id) => Names[100 - id.Value];
    public IPAddress AddressOf(string name) => new([192, 0, 2, (byte)Id(name).Value]);
    public VipKey Vip(string name) => new(ServiceId, Id(name), new Endpoint(AddressOf(name), 80));

    /// <summary>One instance until <see cref="Reconfigure"/>, as in a node.</summary>
    public Cluster Cluster => cluster ??= MakeCluster();

    public void Reconfigure() => cluster = null;

    public void Kill(string name)
    {
        foreach (var tester in Names)
        {
            if (tester != name) Times[(name, tester)] = null;
        }
        Silent.Add(name);
    }

    public Snapshot Snapshot(string self) => Finish(new Snapshot
    {
        Id = 1,
        Time = DateTimeOffset.UnixEpoch,
        Now = Now,
        Cluster = Cluster,
        Self = Id(self),
        States = Names.Where(name => !Silent.Contains(name)).ToFrozenDictionary(Id, State),
        Mine = Observations(self).ToFrozenDictionary(observation => observation.Vip),
        Local = new[] { Report(self) }.ToFrozenDictionary(report => report.Vip),
    });

    public Places Places { get; set; } = Places.Shipped;

    public Plan Plan(string self, Plan? previous = null) => Pointsman.Policy.Plans.Plan.Compile(Snapshot(self), Places, previous);

    /// <summary>The sites that one answer names, best first.</summary>
    public string[] Answer(Plan plan, string client, ulong turn = 0) => NamesIn(plan, Decider.Decide(plan, 0, Client.From(IPAddress.Parse(client)), Turn.Number(turn)));

    public static string[] NamesIn(Plan plan, Decision decision) =>
        [.. Enumerable.Range(0, decision.Count).Select(place => plan.Services[0].Sites[decision[place]].Site.Name)];

    /// <summary>How often each site comes first in so many turns.</summary>
    public Dictionary<string, int> Count(Plan plan, string client, int turns)
    {
        var counts = Names.ToDictionary(name => name, _ => 0);
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var name in Answer(plan, client, (ulong)turn).Take(1)) counts[name]++;
        }
        return counts;
    }

    private Cluster MakeCluster()
    {
        var sites = Names.Order(StringComparer.Ordinal).Select(name => new Site
        {
            Id = Id(name),
            Name = name,
            Location = Locations.GetValueOrDefault(name),
            Cost = Costs.GetValueOrDefault(name, 1.0),
        }).ToImmutableArray();
        var service = new Service
        {
            Id = ServiceId,
            Name = "www.example.com",
            Policy = Policy,
            Vips = [.. sites.Select(site => new Vip
            {
                Service = ServiceId,
                Site = site.Id,
                Address = Vip(site.Name).Address,
                MaxConnections = Loads.TryGetValue(site.Name, out var load) ? load.Max : null,
            })],
        };
        return new Cluster { Name = "test", Sites = sites, Services = [Shape(service)] };
    }

    private SiteState State(string name)
    {
        var observations = Observations(name);
        var state = new SiteState
        {
            Site = Id(name),
            Incarnation = 1,
            Sequence = 7,
            Edition = 5,
            SentAt = Now + TimeSpan.FromSeconds(-1),
            Validity = TimeSpan.FromMinutes(3),
            Period = TimeSpan.FromMinutes(1),
            Vips = [Report(name)],
            Observations = observations,
            Orders = Ordering.Next(Cluster, Id(name), observations.ToFrozenDictionary(observation => observation.Vip), []),
        };
        return Said.TryGetValue(name, out var edit) ? edit(state) : state;
    }

    private ImmutableArray<Observation> Observations(string tester) =>
    [
        .. Names.Where(tested => Times.ContainsKey((tested, tester))).Select(tested => new Observation
        {
            Vip = Vip(tested),
            State = States.TryGetValue((tested, tester), out var state) ? state : Times[(tested, tester)] is null ? HealthState.Down : HealthState.Up,
            ResponseMicros = Times[(tested, tester)] ?? 0,
            Samples = 1,
            MeasuredAt = Now + TimeSpan.FromSeconds(-2),
            Reason = Times[(tested, tester)] is null ? "connection refused" : "200 OK",
        }),
    ];

    private VipReport Report(string name)
    {
        var load = Loads.GetValueOrDefault(name, (0, null, VipCondition.Up));
        var measured = new VipReport { Vip = Vip(name), Condition = load.Condition, ConnectionsActive = load.Active, ConnectionsMax = load.Max, ServersUp = 1, ServersTotal = 1 };
        return Admission.AtRest(new Vip { Service = ServiceId, Site = Id(name), Address = Vip(name).Address, MaxConnections = load.Max }, measured);
    }
}
