using System.Diagnostics;

namespace Pointsman.Switching.HuntGroups;

/// <summary>
/// MaxConns of a VIP or a real server [P6.5, S20]: a slot is taken by compare-and-swap before anything is opened, so that no number of
/// threads ever sees more than the maximum, and is given back exactly once by whoever took it. A lower maximum after a reload cuts
/// nobody; it only lets nobody in until enough have left.
/// </summary>
internal sealed class ConnectionLimit(int? max)
{
    private int _active;
    private int _max = max ?? int.MaxValue;

    public int Active => Volatile.Read(ref _active);

    /// <summary>Null = no limit.</summary>
    public int? Max
    {
        get => Volatile.Read(ref _max) is var limit && limit == int.MaxValue ? null : limit;
        set => Volatile.Write(ref _max, value ?? int.MaxValue);
    }

    /// <summary>How many more it takes; 0 when full; <see cref="int.MaxValue"/>, less those active, without a limit.</summary>
    public int Room => Math.Max(0, Volatile.Read(ref _max) - Active);

    public bool TryTake() => TryTake(1);

    public bool TryTake(int slots)
    {
        var active = Volatile.Read(ref _active);
        while (active <= Volatile.Read(ref _max) - slots)
        {
            var seen = Interlocked.CompareExchange(ref _active, active + slots, active);
            if (seen == active) return true;
            active = seen;
        }

        return false;
    }

    /// <summary>Past the maximum: for <c>redirect.drop: never</c> alone [S19].</summary>
    public void TakeAnyway() => Interlocked.Increment(ref _active);

    public void Release() => Release(1);

    public void Release(int slots)
    {
        var left = Interlocked.Add(ref _active, -slots);
        Debug.Assert(left >= 0, "a slot is given back once");
    }
}
