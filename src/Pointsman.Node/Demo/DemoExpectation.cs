using System.Collections.Immutable;
using Pointsman.Policy.Offline;

namespace Pointsman.Node.Demo;

/// <summary>What the tour announces before anything is measured: Tables II and III, calculated from the ways' configured times alone.</summary>
internal static class DemoExpectation
{
    public static IReadOnlyDictionary<string, int> Weights(int sites)
    {
        var names = Enumerable.Range(0, sites).Select(DemoTable.NameOf).ToImmutableArray();
        var rows = Enumerable.Range(0, sites)
            .Select(tested => Enumerable.Range(0, sites)
                .Select(tester => tested == tester ? (decimal?)null : (decimal)DemoTable.Delay(tested, tester).TotalMilliseconds)
                .ToImmutableArray())
            .ToImmutableArray();
        var result = HandOffCalculator.Calculate(new OfflineMatrix(names, rows), DemoFiles.WwwWeights);
        return names.Select((name, index) => (name, index)).ToDictionary(site => site.name, site => (int)result.Weights[site.index]);
    }
}
