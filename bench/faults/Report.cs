using System.Globalization;
using System.Text;
using Pointsman.Wan.Cluster;

namespace Pointsman.Faults;

/// <summary>The outcomes as the table that the documentation publishes: medians over the rounds, and in brackets the worst.</summary>
internal static class Report
{
    public static void Write(TextWriter to, LaboratorySettings settings, IReadOnlyList<Outcome> outcomes, int rounds)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Probe interval {settings.ProbeInterval.TotalSeconds:0.###} s, timeout {settings.ProbeTimeout.TotalSeconds:0.###} s, fall {settings.Fall}, rise {settings.Rise}; bound {settings.Bound.TotalSeconds:0.0#} s; {settings.Delay.TotalMilliseconds:0} ms one way; {rounds} rounds; median (worst).\n"));
        to.WriteLine("| fault | questions, lost, answered without an address | longest gap at a node | answers with a dead site | the last of them after | of them later than the bound | whole again after |");
        to.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var fault in outcomes.GroupBy(outcome => outcome.Fault))
        {
            Outcome[] all = [.. fault];
            to.WriteLine($"| {fault.Key} | {all.Sum(one => one.Costs.Asked)}, {all.Sum(one => one.Costs.Lost)}, {all.Sum(one => one.Costs.Refused)} "
                + $"| {Both(all.Select(one => one.Costs.LongestGap.TotalMilliseconds), "0 'ms'")} "
                + $"| {Both(all.Select(one => (double)one.Costs.Dead), "0")} "
                + $"| {Both(all.Where(one => one.Costs.LastDead is not null).Select(one => one.Costs.LastDead!.Value.TotalSeconds), "0.0 's'")} "
                + $"| {all.Sum(one => one.Costs.Wrong)} "
                + $"| {Both(all.Select(one => one.WholeAgain.TotalSeconds), "0.0 's'")} |");
        }

        to.WriteLine("\nThe last answer with a dead site, by node asked (seconds after the death, worst of all rounds):\n");
        foreach (var fault in outcomes.Where(one => one.LastDeadPerNode.Count > 0).GroupBy(outcome => outcome.Fault))
        {
            var nodes = fault.SelectMany(one => one.LastDeadPerNode).GroupBy(one => one.Key).OrderBy(one => one.Key, StringComparer.Ordinal)
                .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Max(pair => pair.Value.TotalSeconds):0.0}"));
            to.WriteLine($"- {fault.Key}: {string.Join(", ", nodes)}");
        }
    }

    public static void WriteCsv(string path, IEnumerable<Outcome> outcomes)
    {
        var text = new StringBuilder("fault,round,asked,lost,refused,longest_gap_ms,dead,wrong,last_dead_s,whole_again_s\n");
        foreach (var one in outcomes)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{one.Fault},{one.Round},{one.Costs.Asked},{one.Costs.Lost},{one.Costs.Refused},{one.Costs.LongestGap.TotalMilliseconds:0},{one.Costs.Dead},{one.Costs.Wrong},{one.Costs.LastDead?.TotalSeconds:0.00},{one.WholeAgain.TotalSeconds:0.0}\n");
        }

        File.WriteAllText(path, text.ToString());
    }

    private static string Both(IEnumerable<double> values, string format)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return "–";
        var median = sorted[sorted.Length / 2];
        return string.Create(CultureInfo.InvariantCulture, $"{median.ToString(format, CultureInfo.InvariantCulture)} ({sorted[^1].ToString(format, CultureInfo.InvariantCulture)})");
    }
}
