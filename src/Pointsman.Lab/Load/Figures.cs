using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Load;

/// <summary>What happened, second by second and site by site, counted while the simulation runs; <see cref="LoadOutcome"/> reads it afterwards.</summary>
internal sealed class Figures
{
    private readonly int warmUp;
    private readonly int[] deadSince;

    public Figures(LoadScenario scenario, ImmutableArray<Site> sites, int seconds)
    {
        warmUp = (int)scenario.WarmUp.TotalSeconds;
        Sites = sites;
        Seconds = seconds;
        Rights = new Rights(scenario, sites);
        SentTo = Table(seconds);
        SentByGroup = Rights.Groups == 1 ? [SentTo] : [.. Enumerable.Range(0, Rights.Groups).Select(_ => Table(seconds))];
        ActiveAt = Table(seconds);
        MaxAt = Table(seconds);
        IsDarkAt = [.. sites.Select(_ => new bool[seconds])];
        RefusedAt = new int[seconds];
        LostAt = new int[seconds];
        Totals = [.. sites.Select(_ => new Totals())];
        deadSince = [.. sites.Select(_ => -1)];
    }

    public ImmutableArray<Site> Sites { get; }
    public int Seconds { get; }

    /// <summary>By site, then second: users whose answer named it first.</summary>
    public int[][] SentTo { get; }

    /// <summary>The same for each group of <see cref="Rights"/>; of one group, the same table.</summary>
    public ImmutableArray<int[][]> SentByGroup { get; }

    public Rights Rights { get; }

    public int[][] ActiveAt { get; }

    /// <summary>−1 = no limit.</summary>
    public int[][] MaxAt { get; }

    public bool[][] IsDarkAt { get; }

    /// <summary>By second: users that no site took.</summary>
    public int[] RefusedAt { get; }

    /// <summary>By second: users who came to nothing but dead sites, were cut off by a death, or had no answer.</summary>
    public int[] LostAt { get; }

    public ImmutableArray<Totals> Totals { get; }

    /// <summary>Since the end of the warm-up.</summary>
    public long Answers { get; private set; }

    /// <summary>Answers that named a dead site, and how long after its death the last did.</summary>
    public long DeadAnswers { get; private set; }

    public int LastDeadAnswerSeconds { get; private set; }

    public void Note(int second, int site, Door door, bool isDead)
    {
        ActiveAt[site][second] = door.Active;
        MaxAt[site][second] = door.Max ?? -1;
        IsDarkAt[site][second] = isDead;
    }

    /// <summary>From this second on users find nobody there; null = they do again.</summary>
    public void Died(int site, int? second) => deadSince[site] = second ?? -1;

    public void Answered(int second, ReadOnlySpan<int> sites)
    {
        if (second < warmUp) return;
        Answers++;
        foreach (var site in sites)
        {
            if (deadSince[site] < 0) continue;
            DeadAnswers++;
            LastDeadAnswerSeconds = Math.Max(LastDeadAnswerSeconds, second - deadSince[site]);
            return;
        }
    }

    /// <param name="region">Whose users the answer took them for.</param>
    public void Sent(int second, int site, int region)
    {
        SentTo[site][second]++;
        if (Rights.Groups > 1) SentByGroup[Rights.GroupOf(region)][site][second]++;
        if (second >= warmUp) Totals[site].Sent++;
    }

    public void Accepted(int second, int site, bool handedOn, long roundTripMicros)
    {
        if (second < warmUp) return;
        Totals[site].Accepted++;
        Totals[site].RoundTripMicros += roundTripMicros;
        if (handedOn) Totals[site].HandedIn++;
    }

    public void HandedOn(int second, int site)
    {
        if (second >= warmUp) Totals[site].HandedOn++;
    }

    public void Refused(int second, int site)
    {
        RefusedAt[second]++;
        if (second >= warmUp) Totals[site].Refused++;
    }

    public void Lost(int second, int site)
    {
        LostAt[second]++;
        if (second >= warmUp) Totals[site].Lost++;
    }

    /// <summary>Connections that ended with their site.</summary>
    public void Dropped(int site, int connections) => Totals[site].Dropped += connections;

    public void NoAnswer(int second) => LostAt[second]++;

    private int[][] Table(int seconds) => [.. Sites.Select(_ => new int[seconds])];
}

/// <summary>One site's users from the end of the warm-up to the end.</summary>
public sealed class Totals
{
    /// <summary>Answers named it first.</summary>
    public long Sent { get; internal set; }

    /// <summary>Got a connection there.</summary>
    public long Accepted { get; internal set; }

    /// <summary>From their region and back, summed over those.</summary>
    public long RoundTripMicros { get; internal set; }

    /// <summary>Of those, were handed on from another site.</summary>
    public long HandedIn { get; internal set; }

    /// <summary>Found it full and were handed on.</summary>
    public long HandedOn { get; internal set; }

    /// <summary>Found it full, and there was nowhere to go.</summary>
    public long Refused { get; internal set; }

    /// <summary>Came while it was dead, and their answer named no other.</summary>
    public long Lost { get; internal set; }

    /// <summary>Were connected when it died.</summary>
    public long Dropped { get; internal set; }
}
