using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pointsman.Model;
using Pointsman.Switching;
using Pointsman.Switching.HopTokens;

namespace Pointsman.EndToEnd.Switching;

/// <summary>One site's switch with one VIP on an address of its own, in this process: the tests talk to it as clients and real servers over loopback.</summary>
internal sealed class SwitchRig : IAsyncDisposable, IHandOff
{
    public static readonly HopKeys Keys = HopKeys.Ephemeral();
    private readonly ConcurrentQueue<VipConditionChange> _changes = new();
    private Cluster _cluster;

    private SwitchRig(int site, Service service, VipSwitchOptions options)
    {
        Site = new SiteId(site);
        _cluster = Of(service);
        Switch = new VipSwitch(this, options);
        Switch.ConditionChanged += _changes.Enqueue;
    }

    public SiteId Site { get; }
    public VipSwitch Switch { get; }
    public Service Service => _cluster.Services[0];
    public Vip Vip => Service.Vips.Single(vip => vip.Site == Site);
    public IPEndPoint Address => Vip.Address.ToIPEndPoint();
    public string Url => $"http://{Vip.Address}";
    public VipCounters Counters => Switch.Counters().Single();
    public VipReport Report => Switch.Reports().Single();
    public IEnumerable<VipConditionChange> Changes => _changes;

    /// <summary>What the site is told when it asks for another; nothing has room unless a test says so.</summary>
    public Func<HandOffRequest, HandOffVerdict> ChooseSite { get; set; } = _ => HandOffVerdict.NothingHasRoom;

    public int FaultsExpected { get; set; }

    public ConcurrentQueue<HandOffRequest> Asked { get; } = new();

    /// <summary>A started switch whose servers are all up.</summary>
    public static SwitchRig Start(
        IEnumerable<RealServer> servers, Func<Vip, Vip>? vip = null, Func<Service, Service>? service = null, VipSwitchOptions? options = null, int site = 1)
    {
        var id = new ServiceId(1);
        var address = new Vip
        {
            Service = id,
            Site = new SiteId(site),
            Address = new Endpoint(Loopback.NextAddress(), 8000),
            Servers = [.. servers],
            Balance = Balance.RoundRobin,
        };
        var configured = new Service { Id = id, Name = "www.example.test", Vips = [vip?.Invoke(address) ?? address] };
        var rig = new SwitchRig(site, service?.Invoke(configured) ?? configured, options ?? new VipSwitchOptions { Workers = 2 });
        rig.Reload(same => same);
        foreach (var server in rig.Vip.Servers) rig.SetUp(server, true);
        return rig;
    }

    public void Reload(Func<Service, Service> change)
    {
        _cluster = Of(change(Service));
        Switch.Apply(_cluster, Site, Keys);
    }

    public void ReloadVip(Func<Vip, Vip> change) => Reload(service => service with { Vips = [.. service.Vips.Select(change)] });

    public void SetUp(RealServer server, bool up) => Switch.SetServerUp(Vip.Key, server.Address, up);

    public HandOffVerdict Choose(HandOffRequest request)
    {
        Asked.Enqueue(request);
        return ChooseSite(request);
    }

    /// <summary>A connected client.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Address, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Waits, for at most half a minute (the machine may be busy), until <paramref name="condition"/> holds.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"not within 30 s: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The other side ends with a reset, soon.</summary>
    public static async Task AssertResetAsync(Socket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[1], limit.Token));
    }

    /// <summary>A new connection is reset, perhaps even before the client knows that it was there.</summary>
    public Task AssertRefusedAsync() => Assert.ThrowsAsync<SocketException>(async () =>
    {
        using var client = await ConnectAsync();
        await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
    }).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Switch.DisposeAsync();
        Assert.All(Switch.Reports(), report => Assert.Equal(0, report.ConnectionsActive));
        Assert.All(Switch.Counters(), counters => Assert.Equal(FaultsExpected, counters.Faults));
        Assert.All(Switch.Reports().SelectMany(report => Switch.Servers(report.Vip)), server => Assert.Equal(0, server.Active));
    }

    private static Cluster Of(Service service) => new() { Name = "test", Sites = ImmutableArray<Site>.Empty, Services = [service] };
}
