using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Third stage: how much of the traffic each tier takes [P2.5, P3.11]. A tier that fills up passes users on in proportion and not all at once:
/// up to 80 % of its connections it takes all; from there to 100 % its part falls evenly to nothing, and the next tier takes the rest in the
/// same manner. Inside a tier a site without room is out as long as any other site has room; when nobody has, room no longer matters.
/// <code>
///   first tier 90 % full → takes 50 %;  second 30 % full → takes the other 50 %
/// </code>
/// </summary>
internal static class CapacityStage
{
    public const string Name = "capacity";

    /// <summary>Parts are millionths of the traffic: integers, so that all nodes get the same.</summary>
    public const long Whole = 1_000_000;

    private const long SpillFromPercent = 80;

    public static ImmutableArray<TierPart> Run<TTrace>(ImmutableArray<Candidate> candidates, ImmutableArray<ImmutableArray<int>> tiers, TTrace trace)
        where TTrace : struct, ITrace
    {
        var anyRoom = tiers.Any(tier => tier.Any(row => candidates[row].Load.HasRoom));
        if (!anyRoom)
        {
            if (trace.IsOn) trace.Say(Name, "no site has room: room does not matter");
            return [new TierPart(tiers[0], Whole)];
        }

        var parts = ImmutableArray.CreateBuilder<TierPart>(tiers.Length);
        var rest = Whole;
        foreach (var tier in tiers)
        {
            var open = tier.Where(row => candidates[row].Load.HasRoom).ToImmutableArray();
            if (trace.IsOn) WriteFull(candidates, tier, trace);
            if (open.IsEmpty || rest == 0) continue;
            // A tier with room takes something, be it a millionth: else the last one might be left with nothing to take.
            var part = Math.Max(1, rest * Acceptance(candidates, open) / Whole);
            parts.Add(new TierPart(open, part));
            rest -= part;
        }
        if (trace.IsOn) Write(candidates, parts, trace);
        return parts.ToImmutable();
    }

    /// <summary>Of what comes to these rows, in millionths.</summary>
    private static long Acceptance(ImmutableArray<Candidate> candidates, ImmutableArray<int> open)
    {
        long active = 0, max = 0;
        foreach (var row in open)
        {
            // A site without a limit, or whose load nobody knows, can take everything.
            if (candidates[row].Load is not { IsKnown: true, Max: { } most } load) return Whole;
            active += load.Active;
            max += most;
        }
        if (max == 0 || active * 100 <= max * SpillFromPercent) return Whole;
        return Math.Clamp((max - active) * 100 * Whole / (max * (100 - SpillFromPercent)), 0, Whole);
    }

    private static void WriteFull<TTrace>(ImmutableArray<Candidate> candidates, ImmutableArray<int> tier, TTrace trace)
        where TTrace : struct, ITrace
    {
        foreach (var row in tier)
        {
            if (!candidates[row].Load.HasRoom) trace.Exclude(Name, candidates[row].Site, $"no room: {Words(candidates[row].Load)}");
        }
    }

    private static void Write<TTrace>(ImmutableArray<Candidate> candidates, IReadOnlyList<TierPart> parts, TTrace trace)
        where TTrace : struct, ITrace
    {
        var taken = parts.Sum(part => part.Millionths);
        foreach (var (rows, part) in parts)
        {
            var share = string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / taken:0.##} %");
            trace.Say(Name, $"{share} to {string.Join(", ", rows.Select(row => $"{candidates[row].Site.Name} ({Words(candidates[row].Load)})"))}");
        }
    }

    private static string Words(Load load) => !load.IsKnown
        ? "load not known"
        : string.Create(CultureInfo.InvariantCulture, $"{load.Active} of {load.Max?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"} connections");
}

/// <summary>The rows of one tier that have room, and what part of the class's traffic they take together; parts need not sum to the whole.</summary>
internal readonly record struct TierPart(ImmutableArray<int> Rows, long Millionths);
