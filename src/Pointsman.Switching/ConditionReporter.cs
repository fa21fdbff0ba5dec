using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>
/// Carries news from the forwarding threads to whoever listens, without making them wait: a signal is one flag, and a pool thread then
/// compares what each VIP is with what was last told. So a storm of changes costs one look, and bad news waits for nothing. At most
/// one thread tells at a time, in order, and it holds no lock while it tells: a listener may call the switch.
/// </summary>
internal sealed class ConditionReporter(Action<VipConditionChange> changed, Action<VipKey, Endpoint> failed, TimeProvider time) : IThreadPoolWorkItem
{
    private const int Idle = 0, Telling = 1, TellingAndAgain = 2;

    // A dead server under load fails thousands of times a second; the prober needs to hear it once.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    // Both belong to the one thread that tells.
    private readonly Dictionary<VipKey, VipCondition> _told = [];
    private readonly Dictionary<(VipKey, Endpoint), long> _failuresTold = [];
    private ImmutableArray<VipState> _vips = [];
    private int _state;

    /// <summary>The VIPs to look at. A new one begins as Down: that is what others believe of a VIP that they never heard of.</summary>
    public void Watch(ImmutableArray<VipState> vips)
    {
        ImmutableInterlocked.InterlockedExchange(ref _vips, vips);
        Signal();
    }

    public void Signal()
    {
        var before = Interlocked.CompareExchange(ref _state, Telling, Idle);
        if (before == Idle) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else if (before == Telling && Interlocked.CompareExchange(ref _state, TellingAndAgain, Telling) == Idle) Signal();
    }

    public void Execute()
    {
        do
        {
            Interlocked.Exchange(ref _state, Telling);
            var vips = _vips;
            Forget(vips);
            foreach (var vip in vips)
            {
                TellCondition(vip);
                TellFailures(vip);
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Telling) != Telling);
    }

    private void TellCondition(VipState vip)
    {
        var now = vip.Condition;
        if (now == _told.GetValueOrDefault(vip.Key, VipCondition.Down)) return;
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

    private void Forget(ImmutableArray<VipState> vips)
    {
        if (_told.Count + _failuresTold.Count == 0) return;
        var keys = vips.Select(vip => vip.Key).ToHashSet();
        foreach (var gone in _told.Keys.Where(key => !keys.Contains(key)).ToList()) _told.Remove(gone);
        foreach (var gone in _failuresTold.Keys.Where(key => !keys.Contains(key.Item1)).ToList()) _failuresTold.Remove(gone);
    }
}
