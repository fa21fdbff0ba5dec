using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Policy.Publishing;

/// <summary>
/// Which part a VIP admitted when, as far back as resolvers remember. Users who come now were sent by answers of the last TTL, so the part that
/// brought them is the mean over it: dividing what comes by that mean gives what would come if all were admitted. That is what keeps the owner
/// from reacting twice to one overload while its first answer is still on its way. Immutable.
/// </summary>
internal readonly struct AdmitHistory
{
    // Changes are an eighth of a window apart, but for a VIP that flaps between full and not: then the oldest go, and the mean is that of a shorter time.
    private const int MostEntries = 64;

    // Of a hundred users, those whose resolver keeps an answer longer than it may, and for about so many windows.
    private const int StretchPercent = 15;
    private const int StretchWindows = 4;

    private readonly ImmutableArray<(Instant Since, int Admit)> entries;

    private AdmitHistory(ImmutableArray<(Instant Since, int Admit)> entries) => this.entries = entries;

    /// <summary>The first entry stands for all the time before it too.</summary>
    public static AdmitHistory From(Instant now, int admit) => new([(now, admit)]);

    public int Last => entries[^1].Admit;

    /// <summary>From now on; what lies wholly before all that resolvers remember is forgotten.</summary>
    public AdmitHistory With(Instant now, int admit, TimeSpan window)
    {
        if (admit == Last) return this;
        var first = 0;
        while (first + 1 < entries.Length && (entries[first + 1].Since <= now + (window * -StretchWindows) || entries.Length - first >= MostEntries)) first++;
        return new AdmitHistory([.. entries.AsSpan()[first..], (now, admit)]);
    }

    /// <summary>The part that brought the users who come now, in millionths: nearly all by answers of the last window, some by older ones.</summary>
    public int Felt(Instant now, TimeSpan window) =>
        (int)((((100L - StretchPercent) * Mean(now, window)) + ((long)StretchPercent * Mean(now, window * StretchWindows))) / 100);

    /// <summary>In millionths.</summary>
    private int Mean(Instant now, TimeSpan window)
    {
        var start = now + -window;
        Int128 sum = 0;
        long covered = 0;
        for (var index = entries.Length - 1; index >= 0; index--)
        {
            var end = index + 1 < entries.Length ? entries[index + 1].Since : now;
            var begin = index > 0 && entries[index].Since > start ? entries[index].Since : start;
            if (end <= start) break;
            var span = Math.Max(0, end.Micros - begin.Micros);
            sum += (Int128)span * entries[index].Admit;
            covered += span;
            if (begin == start) break;
        }
        return covered == 0 ? Last : (int)(sum / covered);
    }
}
