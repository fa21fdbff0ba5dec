using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Publishing;
using Pointsman.Topology;

namespace Pointsman.Lab.Worlds;

/// <summary>
/// What the nodes of a configuration would know if it ran, with nothing run: all up and measured, or under given <see cref="Circumstances"/>.
/// So that a policy can be tried before it is deployed, by the same code that decides: this makes snapshots, <see cref="Plan.Compile"/> and the
/// decider do the rest.
/// </summary>
/// <remarks>
/// The world is at rest: what happened has been probed, voted on and told to everyone long enough ago, and every column is fresh. Response
/// times follow the distance between the sites (<see cref="PathTime"/>); orders and mutes are made of them by the code that makes a node's.
/// </remarks>
public sealed class ConfiguredWorld
{
    /// <summary>The clock of every node, which stands still.</summary>
    public static readonly Instant Now = new(3_600_000_000);

    /// <summary>Probes in each average: enough for an order to be settled, so that it is damped as in a node that has run for a while.</summary>
    private const long Samples = 1_000;

    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Sightings sightings;
    private readonly Presence presence;
    private readonly Lazy<Plan> allUp;
    private FrozenDictionary<ServiceId, ImmutableArray<SiteId>>? lastGood;

    public ConfiguredWorld(Cluster cluster, Places places)
        : this(cluster, places, new Presence(cluster, places), null)
    {
    }

    private ConfiguredWorld(Cluster cluster, Places places, Presence presence, ConfiguredWorld? whole)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(places);
        (Cluster, Places, this.presence) = (cluster, places, presence);
        sightings = new Sightings(cluster, presence.PlaceOf, Now + -Age, Samples);
        allUp = new Lazy<Plan>(() => Policy.Plans.Plan.Compile(Make(cluster.Sites[0].Id, Circumstances.AllUp), places, whole?.AllUp));
    }

    public Cluster Cluster { get; }
    public Places Places { get; }

    /// <summary>The plan of the first site's node when nothing is wrong.</summary>
    public Plan AllUp => allUp.Value;

    /// <summary>
    /// The same world in which nothing but one service is looked at: services do not ask for each other, so the decisions are the same, and made at the
    /// cost of one. What a site thinks of its own line (it mutes its votes [S10]) is still told by all services.
    /// </summary>
    public ConfiguredWorld ForService(Service service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return new ConfiguredWorld(Cluster with { Services = [service] }, Places, presence, this);
    }

    /// <summary>The plan of a node of this world.</summary>
    /// <param name="previous">One of this world's, of whichever circumstances: what the two have in common is not made anew.</param>
    public Plan Plan(SiteId self, Circumstances circumstances, Plan? previous = null) =>
        Policy.Plans.Plan.Compile(Snapshot(self, circumstances), Places, previous ?? AllUp);

    /// <summary>What a node of the site knows.</summary>
    /// <param name="self">A site that is not down.</param>
    public Snapshot Snapshot(SiteId self, Circumstances circumstances)
    {
        ArgumentNullException.ThrowIfNull(circumstances);
        if (Cluster.FindSite(self) is null || circumstances.IsDown(self)) throw new ArgumentException($"site {self} knows nothing: it is down, or there is none", nameof(self));
        // Before anything happened all was well: that is what a node remembers as good.
        return Make(self, circumstances) with { LastGood = lastGood ??= AllUp.LastGood() };
    }

    /// <summary>The first site, by name, that is not down; null when all are.</summary>
    public SiteId? AnyUp(Circumstances circumstances)
    {
        ArgumentNullException.ThrowIfNull(circumstances);
        foreach (var site in Cluster.Sites)
        {
            if (!circumstances.IsDown(site.Id)) return site.Id;
        }
        return null;
    }

    private Snapshot Make(SiteId self, Circumstances circumstances) => new()
    {
        Id = 1,
        Time = DateTimeOffset.UnixEpoch,
        Now = Now,
        Cluster = Cluster,
        Self = self,
        // Across a cut link nothing is heard, and what was heard before is no longer fresh.
        States = Cluster.Sites.Where(site => !circumstances.IsDown(site.Id) && !circumstances.IsCut(self, site.Id))
            .ToFrozenDictionary(site => site.Id, site => StateOf(site.Id, circumstances)),
        Mine = sightings.By(self, circumstances).Mine,
        Local = Reports(self, circumstances).ToFrozenDictionary(report => report.Vip),
    };

    private SiteState StateOf(SiteId site, Circumstances circumstances)
    {
        var sight = sightings.By(site, circumstances);
        return new SiteState
        {
            Site = site,
            Incarnation = 1,
            Sequence = 1,
            Edition = 1,
            SentAt = Now + -Age,
            Validity = Validity,
            Period = Period,
            SelfReport = circumstances.SelfReports.GetValueOrDefault(site),
            VotesMuted = presence.IsMuted(site, circumstances),
            Vips = Reports(site, circumstances),
            Observations = sight.Seen,
            Orders = sight.Orders,
        };
    }

    private ImmutableArray<VipReport> Reports(SiteId site, Circumstances circumstances) =>
        [.. Cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == site).Select(vip => Report(vip, circumstances))];

    private static VipReport Report(Vip vip, Circumstances circumstances)
    {
        var servers = Math.Max(1, vip.Servers.Length);
        var isDown = circumstances.IsDown(vip.Key);
        var isFull = circumstances.FullSites.Contains(vip.Site);
        var active = isDown ? 0 : Math.Max(circumstances.Connections.GetValueOrDefault(vip.Key), isFull ? vip.MaxConnections ?? 0 : 0);
        var report = Admission.AtRest(vip, new VipReport
        {
            Vip = vip.Key,
            Condition = isDown ? VipCondition.Down : isFull || active >= vip.MaxConnections ? VipCondition.Full : VipCondition.Up,
            ConnectionsActive = active,
            ConnectionsMax = vip.MaxConnections,
            ServersUp = isDown ? 0 : servers,
            ServersTotal = servers,
        });
        // One without a maximum can be full all the same: all its real servers are.
        return report.Condition == VipCondition.Full ? report with { AdmitMillionths = 0 } : report;
    }
}
