using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Lab.Load.Scripts;

/// <summary>The part of a policy that a scenario can write, in the configuration's own words. The rest of it needs a configuration.</summary>
internal static class PolicyWords
{
    private static readonly (string Name, Metric Metric)[] metrics =
    [
        ("geography", Metric.Geography), ("distance", Metric.Distance), ("cost", Metric.Cost), ("static", Metric.Static),
        ("response-time", Metric.ResponseTime), ("capacity", Metric.Capacity), ("throughput", Metric.Throughput),
    ];

    public static ServicePolicy Read(Statement statement, ServicePolicy policy) => policy with
    {
        Metrics = statement.Option("metric", policy.Metrics, Metrics, $"some of {string.Join(", ", metrics.Select(one => one.Name))}, with commas between"),
        Weights = statement.Option("weights", policy.Weights, Values.Weights, "1 to 16 numbers of 0 to 64, with commas between"),
        FewSites = statement.Option("fewSites", policy.FewSites, Choice([("capacity", FewSites.Capacity), ("weights", FewSites.Weights)]), "capacity or weights"),
        Turn = statement.Option("turn", policy.Turn, Choice([("rotate", TurnKind.Rotate), ("sticky", TurnKind.Sticky)]), "rotate or sticky"),
    };

    private static bool Metrics(string text, out ImmutableArray<Metric> value)
    {
        value = [];
        foreach (var part in text.Split(','))
        {
            var index = Array.FindIndex(metrics, one => one.Name == part);
            if (index < 0 || value.Contains(metrics[index].Metric)) return false;
            value = value.Add(metrics[index].Metric);
        }
        return true;
    }

    private static TryRead<T> Choice<T>((string Name, T Value)[] choices) => (string text, out T value) =>
    {
        var index = Array.FindIndex(choices, choice => choice.Name == text);
        value = choices[Math.Max(0, index)].Value;
        return index >= 0;
    };
}
