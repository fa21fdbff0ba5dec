using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>The figures by which a way of answering is judged, each computed from the result alone, the same for all ways.</summary>
public static class LoadMeasures
{
    /// <summary>Offered load above this part of a site's maximum is too much.</summary>
    public const double TooMuch = 1.10;

    /// <summary>Of all users in the wrong place, from which on shares count as settled.</summary>
    public const double SettledWithin = 0.10;

    /// <summary>The longest time without a break that a site was offered too much while another had room for those users.</summary>
    public static Overload LongestOverload(LoadOutcome result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var longest = new Overload(TimeSpan.Zero, null, TimeSpan.Zero);
        for (var site = 0; site < result.Sites.Length; site++)
        {
            var since = -1;
            for (var second = 0; second <= result.Seconds; second++)
            {
                var isOver = second < result.Seconds && IsOverloaded(result, site, second) && IsAvoidable(result, site, second);
                if (isOver && since < 0) since = second;
                if (isOver || since < 0) continue;
                if (TimeSpan.FromSeconds(second - since) > longest.Length) longest = new Overload(TimeSpan.FromSeconds(second - since), result.Sites[site], TimeSpan.FromSeconds(since));
                since = -1;
            }
        }
        return longest;
    }

    /// <summary>How long a packet takes to the served user and back, on average over all users: what a way of answering costs in distance.</summary>
    public static TimeSpan MeanRoundTrip(LoadOutcome result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var served = result.Totals.Sum(site => site.Accepted);
        return served == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds((double)result.Totals.Sum(site => site.RoundTripMicros) / served);
    }

    /// <summary>The highest offered load as a part of the maximum, over all sites that were up.</summary>
    public static double WorstOffered(LoadOutcome result, int second)
    {
        ArgumentNullException.ThrowIfNull(result);
        var worst = 0.0;
        for (var site = 0; site < result.Sites.Length; site++)
        {
            if (!result.IsDarkAt(site, second) && result.MaxAt(site, second) is > 0 and var max) worst = Math.Max(worst, result.OfferedAt(site, second) / max);
        }
        return worst;
    }

    /// <summary>The most connections that a site ever had above its maximum at that time; 0 or less is as it must be.</summary>
    public static int MostAboveMaximum(LoadOutcome result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var most = int.MinValue;
        for (var site = 0; site < result.Sites.Length; site++)
        {
            var allowed = 0;
            for (var second = 0; second < result.Seconds; second++)
            {
                if (result.MaxAt(site, second) is not { } max) continue;
                // A maximum that was lowered ends no session: what was accepted under the old one may stay.
                allowed = Math.Max(max, Math.Min(allowed, result.ActiveAt(site, second)));
                most = Math.Max(most, result.ActiveAt(site, second) - allowed);
            }
        }
        return most;
    }

    /// <summary>
    /// For each phase (from the beginning or a happening to the next or the end) the time until shares stay near what they are at its end, and the largest
    /// swing of any site's share after the allowed time.
    /// </summary>
    /// <remarks>Both count from when it has wholly happened: a demand that grows over a minute, from the end of that minute.</remarks>
    /// <param name="allowed">How long things may take to settle: swings before that are the settling itself.</param>
    public static ImmutableArray<Phase> Phases(LoadOutcome result, TimeSpan allowed)
    {
        ArgumentNullException.ThrowIfNull(result);
        var starts = result.Scenario.Happenings.Prepend(new Happening(TimeSpan.Zero, "the beginning", new ConfigurationTo(cluster => cluster)))
            .GroupBy(happening => (int)happening.At.TotalSeconds).OrderBy(group => group.Key).ToArray();
        var phases = ImmutableArray.CreateBuilder<Phase>();
        for (var index = 0; index < starts.Length; index++)
        {
            var first = starts[index].Key;
            var end = Math.Min(result.Seconds, index + 1 < starts.Length ? starts[index + 1].Key : result.Seconds);
            if (end <= first) continue;
            var happened = Math.Min(end, first + (int)starts[index].Max(happening => happening.Lasts).TotalSeconds);
            var settledFrom = Math.Min(end, happened + (int)allowed.TotalSeconds + (int)result.Scenario.TheService.Ttl.TotalSeconds);
            phases.Add(new Phase(
                TimeSpan.FromSeconds(first),
                string.Join(", ", starts[index].Select(happening => happening.Words)),
                TimeSpan.FromSeconds(end - first),
                Convergence(result, happened, end),
                Swing(result, settledFrom, end)));
        }
        return phases.ToImmutable();
    }

    private static bool IsOverloaded(LoadOutcome result, int site, int second) =>
        !result.IsDarkAt(site, second) && result.MaxAt(site, second) is { } max && result.OfferedAt(site, second) > TooMuch * max;

    /// <summary>Those who may go to no site with room are not too many by themselves: the others could be elsewhere.</summary>
    private static bool IsAvoidable(LoadOutcome result, int site, int second)
    {
        var bound = 0.0;
        for (var group = 0; group < result.Figures.Rights.Groups; group++)
        {
            if (!AnotherHasRoom(result, site, second, group)) bound += result.OfferedByGroup(group, site, second);
        }
        return bound <= TooMuch * result.MaxAt(site, second)!.Value;
    }

    private static bool AnotherHasRoom(LoadOutcome result, int site, int second, int group)
    {
        for (var other = 0; other < result.Sites.Length; other++)
        {
            if (other == site || result.IsDarkAt(other, second) || !result.Figures.Rights.MayGet(group, other)) continue;
            if (result.MaxAt(other, second) is not { } max || (result.ActiveAt(other, second) < max && result.OfferedAt(other, second) < max)) return true;
        }
        return false;
    }

    /// <summary>Null when the phase is too short to know what it comes to.</summary>
    private static TimeSpan? Convergence(LoadOutcome result, int first, int end)
    {
        // The last third shows what it comes to.
        var tail = Math.Min((end - first) / 3, 300);
        if (tail < (int)LoadOutcome.Window.TotalSeconds) return null;
        var final = new double[result.Sites.Length];
        for (var second = end - tail; second < end; second++)
        {
            var shares = result.SharesAt(second);
            for (var site = 0; site < final.Length; site++) final[site] += shares[site] / tail;
        }
        for (var second = end - 1; second >= first; second--)
        {
            if (Misplaced(result.SharesAt(second), final) > SettledWithin) return TimeSpan.FromSeconds(second + 1 - first);
        }
        return TimeSpan.Zero;
    }

    /// <summary>Of all users, those who would have to be elsewhere: half of the sum of all differences.</summary>
    private static double Misplaced(double[] shares, double[] final)
    {
        var sum = 0.0;
        for (var site = 0; site < shares.Length; site++) sum += Math.Abs(shares[site] - final[site]);
        return sum / 2;
    }

    private static Swing Swing(LoadOutcome result, int first, int end)
    {
        var largest = new Swing(0, null);
        for (var site = 0; site < result.Sites.Length; site++)
        {
            var shares = new double[Math.Max(0, end - first)];
            for (var second = 0; second < shares.Length; second++) shares[second] = result.ShareOverTtl(site, first + second);
            var swing = Zigzag.Largest(shares);
            if (swing > largest.Points) largest = new Swing(swing, result.Sites[site]);
        }
        return largest;
    }
}

/// <summary>How long, where, and from when; no site = never.</summary>
public readonly record struct Overload(TimeSpan Length, Site? Site, TimeSpan Since);

/// <param name="Points">The height of the largest full swing of a site's share, there, back and there again, as a part of all users.</param>
public readonly record struct Swing(double Points, Site? Site);

/// <param name="Convergence">Null = too short to know.</param>
public sealed record Phase(TimeSpan Start, string Words, TimeSpan Length, TimeSpan? Convergence, Swing Swing);
