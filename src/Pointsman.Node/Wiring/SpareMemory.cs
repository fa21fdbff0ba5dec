namespace Pointsman.Node.Wiring;

/// <summary>
/// Reading zones and tables leaves several times their size behind: the files' octets, words, lists that grew. The collector would keep that
/// room for the next allocations, which a name server never makes; so it is asked once, after a load, to give it back.
/// </summary>
internal static class SpareMemory
{
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
}
