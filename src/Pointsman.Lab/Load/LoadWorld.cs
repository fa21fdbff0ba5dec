using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Lab.Simulation;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Publishing;
using Pointsman.Topology;

namespace Pointsman.Lab.Load;

/// <summary>
/// A cluster under load, in virtual time and one thread: users behind resolvers, sites that fill, nodes that probe, publish and decide with the
/// real code. Time goes on by microseconds for probes and words, and by whole seconds for users; everything random comes from the
/// scenario's seed, and the users are the same whatever answers them, so that two ways of answering can be compared.
/// </summary>
/// <remarks>
/// What it leaves out, and so what its figures do not say: packets (a user arrives at once), retries of browsers, what a load does to response times
/// unless a site is said to be slow, and DNS servers that are too slow.
/// </remarks>
public sealed class LoadWorld
{
    /// <summary>Seconds between a node's looks at its own load: a real one looks whenever a probe ends.</summary>
    private const int LookEvery = 5;

    private readonly LoadScenario scenario;
    private readonly Dictionary<SiteId, TimeSpan> slow = [];
    private readonly Dictionary<(SiteId, SiteId), long> roundTrips = [];
    private readonly Links links;
    private readonly Crowd crowd;
    private readonly VipCondition[] told;

    internal LoadWorld(LoadScenario scenario, IAnswers answers)
    {
        this.scenario = scenario;
        Cluster = scenario.Cluster;
        Places = Addresses.PlacesOf(scenario.Regions);
        var offering = scenario.TheService.Vips.Select(vip => vip.Site).Distinct().ToHashSet();
        Sites = [.. Cluster.Sites.Where(site => offering.Contains(site.Id))];
        SitePlaces = [.. Sites.Select(site => Worlds.SitePlaces.Of(Cluster, site, scenario.SiteTables ?? Places))];
        Doors = [.. Sites.Select(site => new Door(MaxOf(site.Id)))];
        told = new VipCondition[Sites.Length];
        Speakers = [.. Sites.Select((site, index) => new Speaker(this, site, index, (scenario.Seed * 1_000) + index))];
        foreach (var (one, from) in Sites.Zip(SitePlaces))
            foreach (var (other, to) in Sites.Zip(SitePlaces)) roundTrips[(one.Id, other.Id)] = PathTime.RoundTripMicros(from, to);
        links = new Links(this);
        Prober = new Prober(this, new Random(scenario.Seed));
        Figures = new Figures(scenario, Sites, Seconds);
        crowd = new Crowd(this, scenario, answers);
    }

    public Cluster Cluster { get; private set; }
    public Places Places { get; }

    /// <summary>The sites that offer the service, by name.</summary>
    public ImmutableArray<Site> Sites { get; }

    internal ImmutableArray<Place> SitePlaces { get; }
    internal int Service => scenario.Service;
    internal ImmutableArray<Door> Doors { get; }
    internal ImmutableArray<Speaker> Speakers { get; }
    internal Timeline Timeline { get; } = new();
    internal World Truth { get; } = new();
    internal Prober Prober { get; }
    internal Figures Figures { get; }
    internal Instant Now => Timeline.Now;

    private int Seconds => (int)(scenario.WarmUp + scenario.Duration).TotalSeconds;

    internal void Run()
    {
        foreach (var speaker in Speakers) speaker.Start();
        foreach (var speaker in Speakers) Prober.FirstRound(speaker);
        foreach (var speaker in Speakers) speaker.Tick();
        links.Look();
        foreach (var speaker in Speakers) Prober.Start(speaker);
        foreach (var happening in scenario.Happenings)
            Timeline.At(default(Instant) + scenario.WarmUp + happening.At, () => Apply(happening.Change));
        for (var second = 0; second < Seconds; second++)
        {
            Timeline.Run(TimeSpan.FromSeconds(1));
            foreach (var door in Doors) door.Leave(second);
            crowd.Come(second);
            TellConditions();
            for (var site = second % LookEvery; site < Speakers.Length; site += LookEvery) Speakers[site].LookAtLoad();
            for (var site = 0; site < Doors.Length; site++) Figures.Note(second, site, Doors[site], !Serves(site));
        }
    }

    /// <summary>A site's number in every array here; −1 for one that does not offer the service.</summary>
    internal int IndexOf(SiteId site)
    {
        for (var index = 0; index < Sites.Length; index++)
        {
            if (Sites[index].Id == site) return index;
        }
        return -1;
    }

    /// <summary>A user at this site is served, if there is room.</summary>
    internal bool Serves(int site) => !Truth.IsDark(Sites[site].Id) && Truth.ConditionOf(Sites[site].Id) is not (VipCondition.Down or VipCondition.Disabled);

    /// <summary>A probe of a service's VIP by another site, all its iterations.</summary>
    internal long ProbeMicros(SiteId tester, SiteId tested, ProbeSettings probe) =>
        PathTime.ProbeMicros(probe, roundTrips[(tester, tested)]) + (probe.Iterations * (long)slow.GetValueOrDefault(tested).TotalMicroseconds);

    /// <summary>What a site's switch says of its VIPs now. A site's further VIPs of the service, and other services, are up and empty.</summary>
    internal ImmutableArray<MeasuredVip> Measured(int site)
    {
        var id = Sites[site].Id;
        var door = Doors[site];
        var condition = Truth.ConditionOf(id);
        var measured = ImmutableArray.CreateBuilder<MeasuredVip>();
        var isFirst = true;
        foreach (var service in Cluster.Services)
        {
            foreach (var vip in service.Vips)
            {
                if (vip.Site != id) continue;
                var isDoor = isFirst && service.Id == Cluster.Services[Service].Id;
                if (isDoor) isFirst = false;
                measured.Add(isDoor
                    ? new MeasuredVip(door.Report(vip, condition), door.Arrived, door.Refused)
                    : new MeasuredVip(new VipReport { Vip = vip.Key, Condition = condition, ConnectionsMax = vip.MaxConnections, ServersUp = 1, ServersTotal = 1 }));
            }
        }
        return measured.ToImmutable();
    }

    internal void Send(int from, SiteId to, DsspFrame frame) => links.Send(from, IndexOf(to), frame, roundTrips.GetValueOrDefault((Sites[from].Id, to)) / 2);

    private void Apply(IChange change)
    {
        switch (change)
        {
            case SiteDark dark:
                SetDark(dark.Site, dark.IsDark);
                break;
            case SiteCondition condition:
                Truth.SetCondition(condition.Site, condition.Condition);
                NoteDeath(condition.Site);
                Prober.Wake(condition.Site);
                break;
            case SiteSlow slower:
                slow[slower.Site] = slower.Extra;
                Prober.Wake(slower.Site);
                break;
            case WayCut cut:
                if (cut.IsCut) Truth.Cut(cut.From, cut.To);
                else Truth.Heal(cut.From, cut.To);
                links.Look();
                Prober.Wake(cut.From);
                break;
            case DemandTo demand:
                crowd.Demand(demand);
                break;
            case ConfigurationTo configuration:
                Configure(configuration.Next(Cluster));
                break;
        }
    }

    private void SetDark(SiteId site, bool isDark)
    {
        if (isDark == Truth.IsDark(site)) return;
        var index = IndexOf(site);
        Truth.SetDark(site, isDark);
        NoteDeath(site);
        if (isDark)
        {
            Figures.Dropped(index, Doors[index].Drop());
            Speakers[index].Stop();
        }
        else
        {
            Speakers[index].Start();
            Prober.FirstRound(Speakers[index]);
            Prober.Start(Speakers[index]);
        }
        links.Look();
        Prober.Wake(site);
    }

    private void NoteDeath(SiteId site) => Figures.Died(IndexOf(site), Serves(IndexOf(site)) ? null : (int)(Now - default(Instant)).TotalSeconds);

    private void Configure(Cluster next)
    {
        Cluster = next;
        for (var site = 0; site < Sites.Length; site++) Doors[site].Max = MaxOf(Sites[site].Id);
        foreach (var speaker in Speakers.Where(speaker => speaker.Runs)) speaker.Configure();
    }

    /// <summary>A VIP that became full, or has room again, is news at once.</summary>
    private void TellConditions()
    {
        for (var site = 0; site < Sites.Length; site++)
        {
            var condition = Truth.ConditionOf(Sites[site].Id);
            if (condition == VipCondition.Up && Doors[site].IsFull) condition = VipCondition.Full;
            if (condition == told[site]) continue;
            told[site] = condition;
            Speakers[site].Tick();
        }
    }

    /// <summary>All of a site's VIPs of the service together are its door; one without a limit has none.</summary>
    private int? MaxOf(SiteId site)
    {
        var vips = Cluster.Services[Service].Vips.Where(vip => vip.Site == site).ToArray();
        return vips.All(vip => vip.MaxConnections is not null) ? vips.Sum(vip => vip.MaxConnections) : null;
    }

}
