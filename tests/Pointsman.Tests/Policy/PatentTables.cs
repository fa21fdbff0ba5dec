using System.Text.Json;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Policy;

/// <summary>Tables I to III and V of the patent, as data.</summary>
internal static class PatentTables
{
    private static readonly JsonElement s_root = JsonDocument.Parse(SourceTree.Read("tests/Pointsman.Tests/Policy/Data/patent-vectors.json")).RootElement;

    public static string[] Sites { get; } = [.. s_root.GetProperty("sites").EnumerateArray().Select(site => site.GetString()!)];

    /// <summary>Table I.</summary>
    public static Dictionary<(string Tested, string Tester), long> Milliseconds { get; } = ReadMatrix();

    /// <summary>Table II: by tester, best first.</summary>
    public static Dictionary<string, string> Orders { get; } =
        s_root.GetProperty("table2_orders").EnumerateObject().ToDictionary(order => order.Name, order => order.Value.GetString()!);

    public static int[] GivenWeights { get; } = [.. s_root.GetProperty("given_weights").EnumerateArray().Select(weight => weight.GetInt32())];

    /// <summary>Table III.</summary>
    public static Dictionary<string, int> Totals { get; } = Read("table3_total_weight");

    public static Dictionary<string, int> Percents { get; } = Read("table3_percent");

    /// <summary>Table V, where a site has a total of zero.</summary>
    public static Dictionary<string, int> TotalsOfTable5 { get; } = Read("table5_total_weight");

    public static Dictionary<string, int> PercentsOfTable5 { get; } = Read("table5_percent");

    /// <summary>As the file that <c>handoff</c> reads.</summary>
    public static string Csv { get; } = string.Join('\n', [
        "tested," + string.Join(',', Sites),
        .. Sites.Select(tested => tested + "," + string.Join(',', Sites.Select(tester => tested == tester ? "" : $"{Milliseconds[(tested, tester)]}"))),
    ]);

    private static Dictionary<string, int> Read(string table) =>
        s_root.GetProperty(table).EnumerateObject().ToDictionary(cell => cell.Name, cell => cell.Value.GetInt32());

    private static Dictionary<(string Tested, string Tester), long> ReadMatrix()
    {
        var cells = new Dictionary<(string Tested, string Tester), long>();
        var rows = s_root.GetProperty("table1_ms").GetProperty("rows");
        for (var tested = 0; tested < Sites.Length; tested++)
        {
            for (var tester = 0; tester < Sites.Length; tester++)
            {
                if (tested != tester) cells[(Sites[tested], Sites[tester])] = rows[tested][tester].GetInt64();
            }
        }
        return cells;
    }
}
