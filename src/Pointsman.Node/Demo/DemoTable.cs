namespace Pointsman.Node.Demo;

/// <summary>
/// How long the way from each tester to each tested site takes in the demo: Table I of the patent at one tenth of its times.
/// Rows = site tested, columns = site doing the test, as printed there. Past six sites the rows go on with times of the same size.
/// </summary>
internal static class DemoTable
{
    public const int MaximumSites = 20;

    private static readonly int[][] TableOne =
    [
        [0, 3155, 1073, 3439, 113, 641],
        [2925, 0, 1314, 378, 813, 1827],
        [1364, 207, 0, 3869, 995, 3883],
        [197, 2490, 1997, 0, 1190, 339],
        [3702, 1106, 1743, 2344, 0, 468],
        [1759, 1409, 683, 2235, 419, 0],
    ];

    /// <summary>One iteration's time from <paramref name="tester"/> to <paramref name="tested"/> (both 0 … 19).</summary>
    public static TimeSpan Delay(int tested, int tester)
    {
        if (tested < TableOne.Length && tester < TableOne.Length) return TimeSpan.FromMicroseconds(TableOne[tested][tester] * 100.0);
        // Any fixed, asymmetric spread will do: 15 ms to 300 ms in steps that never tie.
        var step = ((tested * 7) + (tester * 13) + (tested * tester)) % 20;
        return TimeSpan.FromMilliseconds(15 + (step * 15));
    }

    public static string NameOf(int site) => ((char)('A' + site)).ToString();
}
