using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Switching.HopTokens;

namespace Pointsman.Switching;

/// <summary>
/// The server switch of one site: owns the site's VIPs, their hunt groups and the threads that forward [P6.1]. A VIP without servers is
/// served by something else and is never listened on. All members may be called from any thread; <see cref="Apply"/> and <see cref="StopAsync"/> one at a time.
/// </summary>
public sealed class VipSwitch : IAsyncDisposable
{
    public VipSwitch(IHandOff handOff, VipSwitchOptions? options = null)
    {
        HandOff = handOff;
        Options = options ?? new();
    }

    private ImmutableArray<VipReport> _reports = [];

    internal IHandOff HandOff { get; }
    internal VipSwitchOptions Options { get; }

    /// <summary>
    /// A VIP became full, lost its last server, or has room again. Raised in order on a pool thread, never on a forwarding thread; a
    /// condition that came and went before it could be told is not told.
    /// </summary>
    public event Action<VipConditionChange>? ConditionChanged;

    /// <summary>A real server refused a connection or did not answer: probe it now. At most once a second for each server; on a pool thread.</summary>
    public event Action<VipKey, Endpoint>? ServerFailed;

    /// <summary>
    /// Starts, or takes a new configuration [S24]: VIPs that stay keep their listener, sessions and counters, and so do their servers; a VIP
    /// that goes is no longer listened on, its sessions run to their end. A new server counts as down until <see cref="SetServerUp"/>.
    /// Nothing is changed when it throws.
    /// </summary>
    /// <exception cref="VipBindException">One or more VIPs cannot be listened on; it names every one.</exception>
    public void Apply(Cluster cluster, SiteId self, HopKeys keys)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ConditionChanged?.Invoke(default);
        ServerFailed?.Invoke(default, default);
    }

    /// <summary>Says whether a real server can be used [P4.3]. Going down cuts its sessions. Unknown VIPs and servers are ignored: a reload may have taken them away meanwhile.</summary>
    public void SetServerUp(VipKey vip, Endpoint server, bool up)
    {
        if (_reports.IsEmpty) return;
        ServerFailed?.Invoke(vip, server);
    }

    /// <summary>This site's VIPs that are listened on, now: what <see cref="Snapshot.Local"/> and DSSP say of them [P5.3].</summary>
    public ImmutableArray<VipReport> Reports() => _reports;

    public ImmutableArray<VipCounters> Counters() => [.. _reports.Select(report => new VipCounters { Vip = report.Vip })];

    /// <summary>Sessions now open, in all VIPs.</summary>
    public int Sessions => _reports.Sum(report => report.ConnectionsActive);

    /// <summary>Accepts no more, gives open sessions <paramref name="grace"/> to end, then cuts them. Afterwards nothing runs and no descriptor is held.</summary>
    public Task StopAsync(TimeSpan grace)
    {
        _reports = [];
        return Task.CompletedTask;
    }

    /// <summary>Stops without grace.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(TimeSpan.Zero));
}
