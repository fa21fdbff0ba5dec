using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>
/// The budget in probes per second. Where the targets ask for more, all intervals stretch alike, so that nobody starves; and because hundreds may fall due
/// together, the starts themselves are paced: in any second no more than the budget, and what was missed while nothing was due is not caught up in a burst.
/// </summary>
internal sealed class ProbePace(int? perSecond)
{
    // Timers tick in milliseconds and wake late on a busy machine: so much may be caught up.
    private const long CatchUpMicros = 20_000;

    private readonly long gapMicros = perSecond is { } most ? Math.Max(1, 1_000_000 / most) : 0;
    private Instant nextSlot = new(long.MinValue / 2);

    /// <summary>By how much every interval is longer than configured; 1 = not at all.</summary>
    public double Stretch { get; private set; } = 1;

    /// <summary>What the targets ask for, probes per second.</summary>
    public double Wanted { get; private set; }

    public void Plan(double wanted)
    {
        Wanted = wanted;
        Stretch = perSecond is { } most && wanted > most ? wanted / most : 1;
    }

    /// <summary>Over what time the first starts of so many are spread: as short as the budget allows.</summary>
    public TimeSpan Spread(TimeSpan least, int count)
    {
        var paced = TimeSpan.FromMicroseconds((double)gapMicros * count);
        return paced > least ? paced : least;
    }

    /// <summary>When the next probe may start; in the past when one may now.</summary>
    public Instant NextSlot => nextSlot;

    public void Take(Instant now)
    {
        if (gapMicros == 0) return;
        nextSlot = new Instant(Math.Max(nextSlot.Micros, now.Micros - CatchUpMicros) + gapMicros);
    }
}
