using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pointsman.Model;
using Pointsman.Switching.HopTokens;
using Pointsman.Switching.HuntGroups;
using Pointsman.Switching.Layer4;

namespace Pointsman.Switching;

/// <summary>
/// The server switch of one site: owns the site's VIPs, their hunt groups and the threads that forward [P6.1]. A VIP without servers is
/// served by something else and is never listened on. All members may be called from any thread.
/// </summary>
public sealed class VipSwitch : IAsyncDisposable
{
    // How often the end of the last session is looked for while stopping.
    private static readonly TimeSpan StopPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _writing = new();
    private readonly VipSwitchOptions _options;
    private readonly SwitchContext _context;
    private readonly ConditionReporter _reporter;
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly Dictionary<VipKey, ListeningSocket> _listening = [];
    private ImmutableArray<VipState> _vips = [];
    private ImmutableArray<Worker> _workers = [];
    private Task? _stopped;

    public VipSwitch(IHandOff handOff, VipSwitchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handOff);
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Workers, 1);
        var budget = _options.DescriptorBudget ?? DescriptorLimit.Budget();
        _context = new SwitchContext(handOff, _options, new ConnectionLimit(budget), new ConnectionLimit(_options.RefusedAtOnce));
        _reporter = new ConditionReporter(change => ConditionChanged?.Invoke(change), (vip, server) => ServerFailed?.Invoke(vip, server), _options.Time);
    }

    /// <summary>
    /// A VIP became full, lost its last server, or has room again [P5.5]. Raised in order on a pool thread, never on a forwarding thread; a
    /// condition that came and went before it could be told is not told. A VIP begins as down. A handler may call this object, but should be quick: the next news waits for it.
    /// </summary>
    public event Action<VipConditionChange>? ConditionChanged;

    /// <summary>A real server refused a connection or did not answer: probe it now. At most once a second for each server; raised as <see cref="ConditionChanged"/>.</summary>
    public event Action<VipKey, Endpoint>? ServerFailed;

    /// <summary>Sessions now open, in all VIPs.</summary>
    public int Sessions => _vips.Sum(vip => vip.Connections.Active);

    /// <summary>Bytes that the forwarding threads have allocated since they began, as they measured themselves: constant while they only forward.</summary>
    public long AllocatedBytes => _workers.Sum(worker => worker.AllocatedBytes);

    /// <summary>
    /// Starts, or takes a new configuration [S24]: VIPs that stay keep their listener, sessions and counters, and so do their servers; a VIP
    /// that goes is no longer listened on, its sessions run to their end. A new server counts as down until <see cref="SetServerUp"/>.
    /// Nothing is changed when it throws.
    /// </summary>
    /// <exception cref="VipBindException">One or more VIPs cannot be listened on; it names every one.</exception>
    public void Apply(Cluster cluster, SiteId self, HopKeys keys)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(keys);
        var wanted = cluster.Services
            .SelectMany(service => service.Vips.Where(vip => vip.Site == self && !vip.Servers.IsEmpty).Select(vip => new VipSettings(service, vip, self, keys)))
            .ToDictionary(settings => settings.Vip.Key);
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_stopped is not null, this);
            if (wanted.Count > 0 && OperatingSystem.IsLinux()) StartWorkers();
            var opened = OpenAll(wanted.Values.Where(settings => !_listening.ContainsKey(settings.Vip.Key)));
            var gone = _vips.Where(vip => !wanted.ContainsKey(vip.Key)).ToList();
            foreach (var vip in gone) Unlisten(vip.Key);
            var known = _vips.ToDictionary(vip => vip.Key);
            var vips = wanted.Keys.Select(key => known.GetValueOrDefault(key) ?? new VipState(key, _workers.Length, _reporter)).ToImmutableArray();
            foreach (var vip in vips) vip.Reconfigure(wanted[vip.Key], _seed);
            _vips = vips;
            foreach (var vip in vips)
                if (opened.TryGetValue(vip.Key, out var socket)) Listen(vip, socket);
            _reporter.Watch(vips);
        }
    }

    /// <summary>Says whether a real server can be used [P4.3]. Going down cuts its sessions. Unknown VIPs and servers are ignored: a reload may have taken them away meanwhile.</summary>
    public void SetServerUp(VipKey vip, Endpoint server, bool up)
    {
        lock (_writing)
        {
            if (_stopped is not null || Find(vip)?.SetServerUp(server, up) is not { IsUp: false } down) return;
            foreach (var worker in _workers) worker.Post(() => worker.CutSessionsOf(down));
        }
    }

    /// <summary>This site's VIPs that are listened on, now: what <see cref="Snapshot.Local"/> and DSSP say of them [P5.3].</summary>
    public ImmutableArray<VipReport> Reports() => [.. _vips.Select(vip => vip.Report())];

    public ImmutableArray<VipCounters> Counters() => [.. _vips.Select(vip => Tally.Sum(vip.Key, vip.Tallies.AsSpan()))];

    /// <summary>Each real server of a VIP with its sessions and whether it is used; empty for a VIP that is not listened on.</summary>
    public ImmutableArray<RealServerReport> Servers(VipKey vip) => Find(vip) is not { } state ? []
        : [.. state.Group.Lineup.All.Select(server => new RealServerReport(server.Address, server.IsUp, server.Connections.Active, server.Connections.Max))];

    /// <summary>Where a VIP is listened on: its address, with the port that the system chose where it says 0. Null when it is not.</summary>
    public Endpoint? ListeningOn(VipKey vip)
    {
        lock (_writing) return _listening.TryGetValue(vip, out var socket) ? socket.Bound : null;
    }

    /// <summary>Accepts no more, gives open sessions <paramref name="grace"/> to end, then cuts them. Afterwards nothing runs and no descriptor is held.</summary>
    public Task StopAsync(TimeSpan grace)
    {
        lock (_writing)
        {
            if (_stopped is not null) return _stopped;
            foreach (var key in _listening.Keys.ToList()) Unlisten(key);
            return _stopped = DrainAsync(_workers, grace);
        }
    }

    /// <summary>Stops without grace.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(TimeSpan.Zero));

    private async Task DrainAsync(ImmutableArray<Worker> workers, TimeSpan grace)
    {
        var began = _options.Time.GetTimestamp();
        // The descriptors tell of every connection, those of VIPs that a reload took away and refused ones too.
        while (_context.Descriptors.Active > 0 && _options.Time.GetElapsedTime(began) < grace)
            await Task.Delay(StopPause, _options.Time).ConfigureAwait(false);
        foreach (var worker in workers) worker.Post(worker.Stop);
        foreach (var worker in workers)
        {
            await worker.Ended.ConfigureAwait(false);
            worker.Close();
        }
    }

    private VipState? Find(VipKey key) => _vips.FirstOrDefault(vip => vip.Key == key);

    private static Dictionary<VipKey, ListeningSocket> OpenAll(IEnumerable<VipSettings> wanted)
    {
        var opened = new Dictionary<VipKey, ListeningSocket>();
        var errors = new StringBuilder();
        foreach (var settings in wanted)
        {
            var vip = settings.Vip;
            var error = "VIPs are forwarded on Linux only";
            var socket = OperatingSystem.IsLinux() ? ListeningSocket.Open(vip.Address, out error) : null;
            if (socket is not null) opened[vip.Key] = socket;
            else errors.Append(errors.Length > 0 ? "\n" : "").Append(settings.Service.Name).Append(": VIP ").Append(vip.Address).Append(": ").Append(error);
        }

        if (errors.Length == 0) return opened;
        foreach (var socket in opened.Values) socket.Close();
        throw new VipBindException(errors.ToString());
    }

    private void StartWorkers()
    {
        if (!_workers.IsEmpty) return;
        _workers = [.. Enumerable.Range(0, _options.Workers).Select(index => new Worker(_context, index))];
        foreach (var worker in _workers) worker.Start();
    }

    private void Listen(VipState vip, ListeningSocket socket)
    {
        _listening[vip.Key] = socket;
        socket.WatchedBy(_workers.Length);
        foreach (var worker in _workers) worker.Post(() => worker.AddListener(socket, vip));
    }

    private void Unlisten(VipKey key)
    {
        if (!_listening.Remove(key, out var socket)) return;
        foreach (var worker in _workers) worker.Post(() => worker.RemoveListener(socket));
    }
}
