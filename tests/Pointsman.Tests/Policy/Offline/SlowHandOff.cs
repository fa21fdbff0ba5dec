namespace Pointsman.Tests.Policy.Offline;

/// <summary>
/// Tables II and III by the definition, counting and not sorting: the place of a site in a tester's order is the number of sites that are
/// better. Written apart from the program's code and sharing nothing with it.
/// </summary>
internal static class SlowHandOff
{
    /// <param name="times">[tested, tester]; null = down or the diagonal.</param>
    public static (string[][] Orders, long[] Totals) Calculate(string[] names, decimal?[,] times, int[] weights)
    {
        var totals = new long[names.Length];
        var orders = new string[names.Length][];
        for (var tester = 0; tester < names.Length; tester++)
        {
            var placed = new SortedDictionary<int, string>();
            for (var site = 0; site < names.Length; site++)
            {
                if (times[site, tester] is not { } own) continue;
                var better = 0;
                for (var other = 0; other < names.Length; other++)
                {
                    if (other == site || times[other, tester] is not { } time) continue;
                    if (time < own || (time == own && string.CompareOrdinal(names[other], names[site]) < 0)) better++;
                }
                placed.Add(better, names[site]);
                totals[site] += better < weights.Length ? weights[better] : weights[^1];
            }
            orders[tester] = [.. placed.Values];
        }
        return (orders, totals);
    }
}
