using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Third stage: how much each site takes of the class's traffic [P2.5, P3.11]. Every site publishes which part of its users it will have now;
/// what it does not take is offered once more within its tier, and what that tier does not take goes to the next, in order. So a tier that fills
/// up passes users on in proportion and not all at once, and only as many as it must.
/// <code>
///   one tier: a, b of weight 1, a takes 40 % of its users, b all of them
///     a  ½ × 0.4 = 0.2          refused 0.3, and offered to b
///     b  ½ × 1 + 0.3 = 0.8      nothing is left for the next tier
/// </code>
/// What no tier takes is shared out over those who took something, in proportion to that and to the part that they admit: an answer is never empty. A site without room is out as long as any other
/// has room; when nobody has, room no longer matters and the first tier answers.
/// </summary>
/// <remarks>
/// A site's share is proportional to its own part while the others' stay (its owner's control counts on that); more room at a site never gives it
/// less; a site whose part does not change keeps what it had, but for what others pass on. Rejected: passing users on at once to the next tier, for then
/// they leave a region in which others have room; and asking again within the tier until somebody takes them, for then a tier passes nobody on before all are full.
/// </remarks>
internal static class CapacityStage
{
    public const string Name = "capacity";

    /// <summary>What comes to the first tier, in units so small that all nodes, in integers, share out the same: a part of a site's part of a thousandth is still thousands of them.</summary>
    public const long Whole = 1_000_000_000_000;

    /// <summary>What is left of a tier that takes everything, because integers round down: a millionth at most. It is no reason to go on to the next tier.</summary>
    private const long Rounding = Whole / 1_000_000;

    private const long AdmitAll = Model.VipReport.AdmitAll;

    /// <summary>Below this sum the weights themselves are the shares, so that they are exact.</summary>
    private const long ExactSum = 1L << 52;

    /// <param name="weights">By row, all positive.</param>
    /// <param name="explores">Sites of tiers that are not reached get users all the same, by the stage after this.</param>
    public static ImmutableArray<Part> Run<TTrace>(
        ImmutableArray<Candidate> candidates, Tiers tiers, long[] weights, bool explores, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!AnyoneHasRoom(candidates, tiers))
        {
            if (trace.IsOn)
            {
                trace.Say(Name, "no site has room: room does not matter");
                foreach (var row in tiers.Skip(1).SelectMany(tier => tier).Where(_ => !explores)) trace.Exclude(Name, candidates[row].Site, "no site has room, and a better tier answers");
            }
            return Exact(tiers.First, weights);
        }

        if (trace.IsOn) WriteFull(candidates, tiers, trace);
        var parts = ImmutableArray.CreateBuilder<Part>();
        var rest = Whole;
        foreach (var tier in tiers)
        {
            var open = tier.Where(row => candidates[row].Admit > 0).ToImmutableArray();
            if (open.IsEmpty || rest < Rounding) continue;
            // The usual case: the first tier takes all, by its weights as they are.
            if (rest == Whole && open.All(row => candidates[row].Admit == AdmitAll))
            {
                parts.AddRange(Exact(open, weights));
                break;
            }
            rest -= Take(candidates, open, weights, rest, parts);
        }
        if (rest is > 0 and < Whole) ShareOut(candidates, rest, parts);
        if (trace.IsOn)
        {
            Write(candidates, parts, trace);
            if (!explores) WriteUnreached(candidates, tiers, parts, trace);
        }
        return parts.ToImmutable();
    }

    /// <summary>What nobody admits goes to those who took something, the more the larger the part is that they admit.</summary>
    private static void ShareOut(ImmutableArray<Candidate> candidates, long rest, ImmutableArray<Part>.Builder parts)
    {
        Int128 sum = 0;
        foreach (var (row, share) in parts) sum += (Int128)share * candidates[row].Admit;
        for (var index = 0; index < parts.Count; index++)
        {
            var (row, share) = parts[index];
            parts[index] = new Part(row, share + (long)((Int128)share * candidates[row].Admit * rest / sum));
        }
    }

    /// <returns>What the tier takes of what comes to it.</returns>
    private static long Take(ImmutableArray<Candidate> candidates, ImmutableArray<int> open, long[] weights, long comes, ImmutableArray<Part>.Builder parts)
    {
        Int128 sum = 0;
        foreach (var row in open) sum += weights[row];

        // What each refuses, over the weight of those to whom it is offered instead: row's second offers are its weight times all of these but its own.
        var second = new Int128[open.Length];
        Int128 all = 0;
        for (var index = 0; index < open.Length; index++)
        {
            var (weight, admit) = ((Int128)weights[open[index]], candidates[open[index]].Admit);
            var others = sum - weight;
            if (others > 0) all += second[index] = comes * weight * (AdmitAll - admit) / sum * Fine / (AdmitAll * others);
        }

        long taken = 0;
        for (var index = 0; index < open.Length; index++)
        {
            var (weight, admit) = ((Int128)weights[open[index]], candidates[open[index]].Admit);
            var offered = (comes * weight / sum) + (weight * (all - second[index]) / Fine);
            // Who has room takes something, be it the smallest unit: else the last tier might be left with nothing to take.
            var share = Math.Clamp((long)(offered * admit / AdmitAll), 1, Math.Max(1, comes - taken));
            parts.Add(new Part(open[index], share));
            taken += share;
        }
        return Math.Min(taken, comes);
    }

    /// <summary>Second offers are divided by weights, which may be large: this keeps their digits.</summary>
    private static readonly Int128 Fine = 1L << 40;

    private static ImmutableArray<Part> Exact(ImmutableArray<int> rows, long[] weights)
    {
        Int128 sum = 0;
        foreach (var row in rows) sum += weights[row];
        return [.. rows.Select(row => new Part(row, sum <= ExactSum ? weights[row] : Math.Max(1, (long)(weights[row] * (Int128)Whole / sum))))];
    }

    private static bool AnyoneHasRoom(ImmutableArray<Candidate> candidates, Tiers tiers)
    {
        foreach (var tier in tiers)
        {
            foreach (var row in tier)
            {
                if (candidates[row].Admit > 0) return true;
            }
        }
        return false;
    }

    private static void WriteFull<TTrace>(ImmutableArray<Candidate> candidates, Tiers tiers, TTrace trace)
        where TTrace : struct, ITrace
    {
        foreach (var row in tiers.SelectMany(tier => tier))
        {
            if (candidates[row].Admit == 0) trace.Exclude(Name, candidates[row].Site, $"no room: {Words(candidates[row])}");
        }
    }

    private static void WriteUnreached<TTrace>(ImmutableArray<Candidate> candidates, Tiers tiers, IReadOnlyList<Part> parts, TTrace trace)
        where TTrace : struct, ITrace
    {
        foreach (var row in tiers.SelectMany(tier => tier))
        {
            if (candidates[row].Admit > 0 && parts.All(part => part.Row != row)) trace.Exclude(Name, candidates[row].Site, "a better tier takes all of these clients");
        }
    }

    private static void Write<TTrace>(ImmutableArray<Candidate> candidates, IReadOnlyList<Part> parts, TTrace trace)
        where TTrace : struct, ITrace
    {
        var taken = parts.Sum(part => (double)part.Share);
        foreach (var (row, share) in parts)
            trace.Say(Name, string.Create(CultureInfo.InvariantCulture, $"{100.0 * share / taken:0.##} % to {candidates[row].Site.Name} ({Words(candidates[row])})"));
    }

    private static string Words(Candidate candidate)
    {
        var load = candidate.Load;
        var words = !load.IsKnown
            ? "load not known"
            : string.Create(CultureInfo.InvariantCulture, $"{load.Active} of {load.Max?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"} connections");
        return candidate.Admit is > 0 and < AdmitAll ? string.Create(CultureInfo.InvariantCulture, $"{words}, takes {candidate.Admit / 10_000.0:0.##} % of its users") : words;
    }
}

/// <param name="Share">What the row takes, in proportion to the others'; positive. Parts need not sum to the whole.</param>
internal readonly record struct Part(int Row, long Share);
