using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>
/// Carries news from the forwarding threads to whoever listens, without making them wait: a signal is one flag, and a pool thread then
/// compares what each VIP is with what was last told. So a storm of changes costs one look, and bad news waits for nothing.
/// </summary>
internal sealed class ConditionReporter(Action<VipConditionChange> changed, Action<VipKey, Endpoint> failed, TimeProvider time) : IThreadPoolWorkItem
{
    // A dead server under load fails thousands of times a second; the prober needs to hear it once.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private readonly Lock _telling = new();
    private readonly Dictionary<VipKey, VipCondition> _told = [];
    private readonly Dictionary<(VipKey, Endpoint), long> _failuresTold = [];
    private ImmutableArray<VipState> _vips = [];
    private int _signalled;

    /// <summary>The VIPs to look at. A new one begins as Down: that is what others believe of a VIP that they never heard of.</summary>
    public void Watch(ImmutableArray<VipState> vips)
    {
        lock (_telling)
        {
            _vips = vips;
            var keys = vips.Select(vip => vip.Key).ToHashSet();
            foreach (var gone in _told.Keys.Where(key => !keys.Contains(key)).ToList()) _told.Remove(gone);
            foreach (var gone in _failuresTold.Keys.Where(key => !keys.Contains(key.Item1)).ToList()) _failuresTold.Remove(gone);
        }

        Signal();
    }

    public void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        lock (_telling)
        {
            Volatile.Write(ref _signalled, 0);
            Interlocked.MemoryBarrier();
            foreach (var vip in _vips)
            {
                TellCondition(vip);
                TellFailures(vip);
            }
        }
    }

    private void TellCondition(VipState vip)
    {
        var now = vip.Condition;
        var before = _told.GetValueOrDefault(vip.Key, VipCondition.Down);
        if (now == before) return;
        _told[vip.Key] = now;
        changed(new VipConditionChange(vip.Key, now, now switch
        {
            VipCondition.Full => EventReasons.AllServersAtMaximum,
            VipCondition.Down => EventReasons.NoServerAvailable,
            _ => EventReasons.Recovered,
        }));
    }

    private void TellFailures(VipState vip)
    {
        foreach (var server in vip.Group.Lineup.All)
        {
            if (server.TakeFailures() == 0) continue;
            var key = (vip.Key, server.Address);
            var now = time.GetTimestamp();
            if (_failuresTold.TryGetValue(key, out var told) && time.GetElapsedTime(told, now) < FailurePause) continue;
            _failuresTold[key] = now;
            failed(vip.Key, server.Address);
        }
    }
}
