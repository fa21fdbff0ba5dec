using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pointsman.Dssp;
using Pointsman.Dssp.Pki;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>Certificates in a folder of their own, and sites A, B, C … on loopback that really speak DSSP with each other.</summary>
internal sealed class DsspFolder : IDisposable
{
    private static readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pointsman-dssp-");
    private readonly PemPair authority;

    public DsspFolder(string cluster = "test", params string[] sites)
    {
        authority = CertificateMaker.MakeAuthority(cluster, now, TimeSpan.FromDays(1));
        File.WriteAllText(PathOf("ca.crt"), authority.Certificate);
        foreach (var site in sites) Issue(cluster, site, site);
    }

    public string PathOf(string file) => Path.Combine(folder.FullName, file);

    /// <summary>Writes FILE.crt and FILE.key naming <paramref name="site"/>.</summary>
    public void Issue(string cluster, string site, string file)
    {
        var pair = CertificateMaker.MakeSite(authority, cluster, site, [IPAddress.Loopback], now, TimeSpan.FromDays(1));
        File.WriteAllText(PathOf(file + ".crt"), pair.Certificate);
        File.WriteAllText(PathOf(file + ".key"), pair.Key);
    }

    public DsspSettings Settings(TimeSpan? interval = null) => new()
    {
        Interval = interval ?? TimeSpan.FromSeconds(1),
        CertificateFile = PathOf("{site}.crt"),
        KeyFile = PathOf("{site}.key"),
        AuthorityFile = PathOf("ca.crt"),
    };

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>A cluster of these sites, one service with one VIP at each.</summary>
    public static Cluster ClusterOf(string name, DsspSettings settings, params string[] sites)
    {
        var web = new ServiceId(1);
        return new Cluster
        {
            Name = name,
            Dssp = settings,
            Digest = "00",
            Sites = [.. sites.Select((site, index) => new Site
            {
                Id = new SiteId(index + 1),
                Name = site,
                Nodes = [new NodeSettings { Name = site, Dssp = Endpoint.From(Loopback.NextEndPoint()) }],
            })],
            Services = [new Service { Id = web, Name = "www.example.test", Vips = [.. sites.Select((_, index) => new Vip { Service = web, Site = new SiteId(index + 1), Address = VipOf(index + 1).Address })] }],
        };
    }

    public static VipKey VipOf(int site) => new(new ServiceId(1), new SiteId(site), new Endpoint(new IPAddress([192, 0, 2, (byte)site]), 80));
}

/// <summary>One endpoint with a local view that the test sets.</summary>
internal sealed class DsspSite : IAsyncDisposable
{
    private DsspSite(Cluster cluster, SiteId id) => (Cluster, Id) = (cluster, id);

    public Cluster Cluster { get; }
    public SiteId Id { get; }
    public DsspEndpoint Endpoint { get; private set; } = null!;
    public LocalReport Local { get; set; } = new();
    public ConcurrentQueue<VipKey> Suspected { get; } = new();
    public ConcurrentQueue<string> Logged { get; } = new();
    public ConcurrentQueue<AlarmChanged> Alarms { get; } = new();

    public static async Task<DsspSite> StartAsync(Cluster cluster, string name, ulong incarnation = 1)
    {
        var site = cluster.FindSite(name)!;
        var started = new DsspSite(cluster, site.Id);
        started.Endpoint = await DsspEndpoint.StartAsync(
            new DsspEndpointOptions
            {
                Identity = new DsspIdentity(cluster, site.Id, incarnation),
                Listen = site.Nodes[0].Dssp,
                Local = _ => started.Local,
                Accepted = _ => { },
                Suspected = (vip, _) => started.Suspected.Enqueue(vip),
                Alarm = started.Alarms.Enqueue,
                Logging = new QueueLogging(started.Logged),
            },
            TestContext.Current.CancellationToken);
        return started;
    }

    public SiteState? StateOf(int site) => Endpoint.States.GetValueOrDefault(new SiteId(site));

    public void Say(LocalReport report)
    {
        Local = report;
        Endpoint.LocalChanged();
    }

    public static Observation Seen(int site, HealthState state) => new() { Vip = DsspFolder.VipOf(site), State = state, ResponseMicros = 1000, Samples = 3 };

    public ValueTask DisposeAsync() => Endpoint.DisposeAsync();

    public static async Task Until(Func<bool> condition, string what)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!condition())
        {
            Assert.True(time.GetElapsedTime(began) < TimeSpan.FromSeconds(20), $"not within 20 s: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private sealed class QueueLogging(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
