namespace Pointsman.Node.Wiring;

/// <summary>
/// Reading zones and tables leaves several times their size behind: the files' octets, words, lists that grew. The collector would keep that
/// room for the next allocations, which a name server never makes; so it is asked, after a load, to give it back. That stops every thread for
/// a while, so after a reload it waits until reloads have come to rest, but not longer than a minute: one that follows another would only have to
/// take the room again. What a reload leaves is only marked as free at once, so that the next one finds room.
/// </summary>
internal sealed class SpareMemory : IDisposable
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Action _giveBack;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long? _since;

    public SpareMemory(TimeProvider time, Action giveBack)
    {
        (_time, _giveBack) = (time, giveBack);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A reload has left something behind.</summary>
    public void Left()
    {
        lock (_gate)
        {
            _since ??= _time.GetTimestamp();
            var most = s_longest - _time.GetElapsedTime(_since.Value);
            _timer.Change(most < TimeSpan.Zero ? TimeSpan.Zero : most < s_rest ? most : s_rest, Timeout.InfiniteTimeSpan);
        }
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    private void Fire()
    {
        lock (_gate) _since = null;
        _giveBack();
    }

    /// <summary>
    /// Stops every thread while it runs, which is short because zones and tables are arrays without references: bench/footprint shows the longest
    /// wait of a query meanwhile. Never call it where queries are answered.
    /// </summary>
    public static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>
    /// Between loads only probes, peers and who looks at the node make garbage, some hundred kilobytes a second. The collector waits until there is as
    /// much of it as the processor's cache holds, 32 MB on a server; asked now and then it reuses the same few. Stops the threads for less than a
    /// millisecond, because next to nothing that is young is alive.
    /// </summary>
    public static void SweepYoung() => GC.Collect(0, GCCollectionMode.Forced, blocking: true);

    public void Dispose() => _timer.Dispose();
}
