using System.Collections.Frozen;
using System.Net;
using Pointsman.Model;
using Pointsman.Node.History;

namespace Pointsman.Tests.Node.History;

/// <summary>A cluster as large as asked for, in which something small changes each second: what a history is filled with.</summary>
internal sealed class HistoryWorld
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random random = new(1);
    private readonly VipKey[] vips;

    public HistoryWorld(int sites, int services)
    {
        vips = [.. Enumerable.Range(1, sites).SelectMany(site => Enumerable.Range(1, services).Select(service =>
            new VipKey(new ServiceId(service), new SiteId(site), new Endpoint(new IPAddress([10, (byte)site, (byte)(site >> 8), (byte)service]), 443))))];
        var cluster = new Cluster
        {
            Name = "test",
            Sites = [.. Enumerable.Range(1, sites).Select(site => new Site { Id = new SiteId(site), Name = $"site-{site:D3}", Location = new Location("FR", "ripe", site % 90, site) })],
            Services = [.. Enumerable.Range(1, services).Select(service => new Service
            {
                Id = new ServiceId(service),
                Name = $"service-{service}.example.com",
                Vips = [.. vips.Where(vip => vip.Service.Value == service).Select(vip => new Vip { Service = vip.Service, Site = vip.Site, Address = vip.Address, MaxConnections = 10_000 })],
            })],
        };
        Snapshot = new Snapshot
        {
            Id = 1,
            Time = Start,
            Now = new Instant(0),
            Cluster = cluster,
            Self = new SiteId(1),
            States = cluster.Sites.ToFrozenDictionary(site => site.Id, State),
            Mine = vips.Where(vip => vip.Site.Value != 1).ToFrozenDictionary(vip => vip, Seen),
            Local = vips.Where(vip => vip.Site.Value == 1).ToFrozenDictionary(vip => vip, Report),
        };
    }

    public Snapshot Snapshot { get; private set; }
    public Moment Moment => new() { Snapshot = Snapshot, PlacesDigest = "0123456789abcdef" };

    /// <summary>Lets a second pass in which one of my probes ends.</summary>
    public Moment Step()
    {
        var probed = Snapshot.Mine.Keys[random.Next(Snapshot.Mine.Count)];
        Pass(1);
        Snapshot = Snapshot with { Mine = Snapshot.Mine.Select(pair => pair.Key == probed ? KeyValuePair.Create(pair.Key, Seen(pair.Key)) : pair).ToFrozenDictionary() };
        return Moment;
    }

    /// <summary>Lets a second pass in which a site sends its UPDATE, with every time measured anew.</summary>
    public Moment Hear(int site)
    {
        Pass(1);
        Snapshot = Snapshot with
        {
            States = Snapshot.States.Select(pair => pair.Key.Value == site
                ? KeyValuePair.Create(pair.Key, State(Snapshot.Cluster.FindSite(pair.Key)!) with { Sequence = pair.Value.Sequence + 1 })
                : pair).ToFrozenDictionary(),
        };
        return Moment;
    }

    /// <summary>Lets so many seconds pass in which nothing happens.</summary>
    public Moment Pass(double seconds)
    {
        Snapshot = Snapshot with { Id = Snapshot.Id + 1, Time = Snapshot.Time.AddSeconds(seconds), Now = Snapshot.Now + TimeSpan.FromSeconds(seconds) };
        return Moment;
    }

    private SiteState State(Site site) => new()
    {
        Site = site.Id,
        Incarnation = 1,
        Sequence = 1,
        Edition = 1,
        SentAt = Snapshot?.Now ?? new Instant(0),
        Validity = TimeSpan.FromMinutes(3),
        Period = TimeSpan.FromMinutes(1),
        ConfigurationDigest = new string('a', 64),
        MemoryFreeBytes = 1_000_000_000 + random.Next(100_000_000),
        Sessions = random.Next(1000),
        Vips = [.. vips.Where(vip => vip.Site == site.Id).Select(Report)],
        Observations = [.. vips.Where(vip => vip.Site != site.Id).Select(Seen)],
        Orders = [.. vips.Where(vip => vip.Site == site.Id).Select(vip => new PreferenceOrder(vip.Service, [.. vips.Where(other => other.Service == vip.Service && other.Site != site.Id).Select(other => other.Site)]))],
    };

    private VipReport Report(VipKey vip) => new() { Vip = vip, ConnectionsActive = random.Next(10_000), ConnectionsMax = 10_000, ServersUp = 3, ServersTotal = 3 };

    private Observation Seen(VipKey vip)
    {
        var micros = 20_000 + (vip.Site.Value * 1000) + random.Next(500);
        return new Observation
        {
            Vip = vip,
            State = HealthState.Up,
            ResponseMicros = micros,
            DeviationMicros = random.Next(400),
            Samples = 100 + random.Next(3),
            MeasuredAt = Snapshot?.Now ?? new Instant(0),
            Reason = FormattableString.Invariant($"200 OK in {micros / 1000.0:0.0} ms"),
        };
    }
}
