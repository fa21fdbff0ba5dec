using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>
/// What a simulation came to. The offered load of a site is what the answers ask of it: the users a second whom they sent there, averaged over
/// <see cref="Window"/>, times the mean session; so many connections it would hold if this went on and it took everybody. It is the answers' own doing,
/// and needs no session to end before it falls.
/// </summary>
public sealed class LoadOutcome
{
    /// <summary>Over which rates are averaged: half a TTL, long enough that single resolvers do not show.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private const int WindowSeconds = 30;

    private readonly long[][] sentBefore;
    private readonly ImmutableArray<long[][]> sentByGroupBefore;
    private readonly int warmUp;

    internal LoadOutcome(LoadScenario scenario, Figures figures)
    {
        (Scenario, Figures) = (scenario, figures);
        warmUp = (int)scenario.WarmUp.TotalSeconds;
        sentBefore = [.. figures.SentTo.Select(RunningSum)];
        sentByGroupBefore = figures.Rights.Groups == 1 ? [sentBefore] : [.. figures.SentByGroup.Select(group => group.Select(RunningSum).ToArray())];
    }

    public LoadScenario Scenario { get; }

    /// <summary>The service's sites by name; everything else here counts them from 0.</summary>
    public ImmutableArray<Site> Sites => Figures.Sites;

    public ImmutableArray<Totals> Totals => Figures.Totals;

    internal Figures Figures { get; }

    /// <summary>Seconds that are looked at: from 0, the end of the warm-up, to just before this.</summary>
    public int Seconds => Figures.Seconds - warmUp;

    public long Answers => Figures.Answers;
    public long DeadAnswers => Figures.DeadAnswers;
    public TimeSpan LastDeadAnswer => TimeSpan.FromSeconds(Figures.LastDeadAnswerSeconds);
    public long UsersLost => Figures.LostAt.Skip(warmUp).Sum() + Totals.Sum(site => site.Dropped);
    public long UsersRefused => Totals.Sum(site => site.Refused);
    public long Users => Totals.Sum(site => site.Sent);

    /// <summary>Connections.</summary>
    public int ActiveAt(int site, int second) => Figures.ActiveAt[site][warmUp + second];

    /// <summary>Null = no limit.</summary>
    public int? MaxAt(int site, int second) => Figures.MaxAt[site][warmUp + second] is >= 0 and var max ? max : null;

    public bool IsDarkAt(int site, int second) => Figures.IsDarkAt[site][warmUp + second];

    public int RefusedAt(int second) => Figures.RefusedAt[warmUp + second];

    public int LostAt(int second) => Figures.LostAt[warmUp + second];

    /// <summary>Connections that the answers of the last <see cref="Window"/> ask of it.</summary>
    public double OfferedAt(int site, int second) => SentWithin(site, second) * Scenario.MeanSession.TotalSeconds / WindowSeconds;

    /// <summary>The part of it that users of one group of <see cref="Rights"/> are.</summary>
    internal double OfferedByGroup(int group, int site, int second) => Within(sentByGroupBefore[group], site, second, WindowSeconds) * Scenario.MeanSession.TotalSeconds / WindowSeconds;

    /// <summary>Of all users of the last <see cref="Window"/>, 0 to 1.</summary>
    public double ShareAt(int site, int second)
    {
        long all = 0;
        for (var other = 0; other < Sites.Length; other++) all += SentWithin(other, second);
        return all == 0 ? 0 : (double)SentWithin(site, second) / all;
    }

    /// <summary>The same over one TTL: in that time every resolver asked once, so that what moves is the answers and not who happened to ask.</summary>
    public double ShareOverTtl(int site, int second)
    {
        var window = Math.Max(WindowSeconds, (int)Scenario.TheService.Ttl.TotalSeconds);
        long all = 0;
        for (var other = 0; other < Sites.Length; other++) all += SentWithin(other, second, window);
        return all == 0 ? 0 : (double)SentWithin(site, second, window) / all;
    }

    public double[] SharesAt(int second)
    {
        var shares = new double[Sites.Length];
        double all = 0;
        for (var site = 0; site < shares.Length; site++) all += shares[site] = SentWithin(site, second);
        for (var site = 0; site < shares.Length && all > 0; site++) shares[site] /= all;
        return shares;
    }

    private long SentWithin(int site, int second, int window = WindowSeconds) => Within(sentBefore, site, second, window);

    private long Within(long[][] before, int site, int second, int window)
    {
        var end = Math.Min(warmUp + second + 1, Figures.Seconds);
        return before[site][end] - before[site][Math.Max(0, end - window)];
    }

    private static long[] RunningSum(int[] counts)
    {
        var sums = new long[counts.Length + 1];
        for (var second = 0; second < counts.Length; second++) sums[second + 1] = sums[second] + counts[second];
        return sums;
    }
}
