using System.Collections.Immutable;
using System.Globalization;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Fourth stage: the weights within a tier [P3.10, S12]. What is configured is multiplied: response-time = the hand-off table's weight [P3.3],
/// capacity = the free share in thousandths, throughput in thousandths of the best. Without response-time the site weight alone stands for it.
/// </summary>
internal static class WeightStage
{
    public const string Name = "weights";

    private const long Thousandths = 1000;

    /// <returns>Each row's weight, never 0: who is at zero was out before this.</returns>
    public static long[] Weigh(ImmutableArray<Candidate> candidates, ServicePolicy policy)
    {
        var weights = new long[candidates.Length];
        var bestThroughput = candidates.Max(candidate => candidate.Throughput) ?? 1;
        var leastThroughput = candidates.Where(candidate => candidate.Throughput > 0).Min(candidate => candidate.Throughput) ?? bestThroughput;
        var leastFree = candidates.Min(FreeShare) ?? Thousandths;
        foreach (var candidate in candidates)
        {
            var weight = BaseOf(candidate, policy);
            foreach (var metric in policy.Metrics)
            {
                weight *= metric switch
                {
                    Metric.Capacity => FreeShare(candidate) ?? leastFree,
                    Metric.Throughput => Math.Max(1, (long)((Int128)(candidate.Throughput ?? leastThroughput) * Thousandths / bestThroughput)),
                    _ => 1,
                };
            }
            weights[candidate.Row] = Math.Max(1, weight);
        }
        return weights;
    }

    /// <summary>Explored shares are brought to this sum: fine enough for any share, small enough for every sum.</summary>
    private const long ExploredSum = 1L << 50;

    /// <summary>What the stage before gave each row becomes its weight in the schedule; the share for exploration goes to every allowed site alike.</summary>
    public static Distribution Run<TTrace>(
        ImmutableArray<Candidate> candidates, Tiers tiers, ImmutableArray<Part> parts, long[] weights, ServicePolicy policy, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (trace.IsOn)
        {
            foreach (var (row, _) in parts) trace.Say(Name, $"{candidates[row].Site.Name}: {Words(candidates[row], weights[row], policy)}");
        }
        return policy.ExplorationMillionths == 0
            ? new Distribution([.. parts.Select(part => (part.Row, part.Share))])
            : Explored(candidates, tiers, parts, policy.ExplorationMillionths, trace);
    }

    /// <summary>Allowed = eligible, in whichever tier, with room as long as anybody has.</summary>
    private static Distribution Explored<TTrace>(
        ImmutableArray<Candidate> candidates, Tiers tiers, ImmutableArray<Part> parts, int millionths, TTrace trace)
        where TTrace : struct, ITrace
    {
        var allowed = tiers.SelectMany(tier => tier).Where(row => candidates[row].Admit > 0).ToArray();
        if (allowed.Length == 0) allowed = [.. tiers.SelectMany(tier => tier)];
        var given = parts.ToDictionary(part => part.Row, part => (Int128)part.Share);
        Int128 sum = 0;
        foreach (var part in parts) sum += part.Share;
        var shares = ImmutableArray.CreateBuilder<(int, long)>(allowed.Length);
        foreach (var row in allowed)
        {
            var byWeight = given.GetValueOrDefault(row) * ExploredSum / sum * (Whole - millionths) / Whole;
            shares.Add((row, Math.Max(1, (long)(byWeight + ((Int128)ExploredSum * millionths / Whole / allowed.Length)))));
        }
        if (trace.IsOn) trace.Say(Name, string.Create(CultureInfo.InvariantCulture, $"exploration: {millionths / 10_000.0:0.##} % of turns to all {allowed.Length} allowed sites alike"));
        return new Distribution(shares.ToImmutable());
    }

    private const long Whole = 1_000_000;

    /// <summary>The table's weight, which has the site weight in it already; where the table says nothing (full by the few-sites rule, a survivor), the site weight.</summary>
    private static long BaseOf(Candidate candidate, ServicePolicy policy) =>
        policy.Metrics.Contains(Metric.ResponseTime) && candidate.Line.Weight > 0 ? candidate.Line.Weight : EligibilityStage.SiteWeightOf(candidate, policy);

    private static string Words(Candidate candidate, long weight, ServicePolicy policy)
    {
        var factors = policy.Metrics.Select(metric => metric switch
        {
            Metric.ResponseTime => $"hand-off weight {candidate.Line.Weight}",
            Metric.Capacity => FreeShare(candidate) is { } free ? $"free {free} of 1000" : "free share not known",
            Metric.Throughput => candidate.Throughput is { } bytes ? $"{bytes} bytes/s" : "throughput not known",
            _ => null,
        }).Where(words => words is not null);
        return $"weight {weight} ({string.Join(" × ", factors.DefaultIfEmpty($"site weight {EligibilityStage.SiteWeightOf(candidate, policy)}"))})";
    }

    /// <summary>1 to 1,000; null when its load is not known.</summary>
    private static long? FreeShare(Candidate candidate) => candidate.Load switch
    {
        { IsKnown: false } => null,
        { Max: null or 0 } => Thousandths,
        var load => Math.Clamp((load.Max.Value - load.Active) * Thousandths / load.Max.Value, 1, Thousandths),
    };
}
