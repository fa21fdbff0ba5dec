using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Commands;

namespace Pointsman.Node.Demo;

/// <summary>What the tour asks the nodes' admin API: the same questions that the commands ask.</summary>
internal static class TourNodes
{
    public static async Task<JsonNode?> TryGetAsync(DemoLayout layout, int site, string path, CancellationToken stop)
    {
        using var client = new NodeClient(new Uri(layout.AdminUrl(site)));
        try
        {
            return await client.GetAsync(path, stop);
        }
        catch (NodeClientException)
        {
            return null; // not up (yet): the caller counts on that
        }
    }

    public static Task<JsonNode?> TableAsync(DemoLayout layout, int site, string service, CancellationToken stop) =>
        TryGetAsync(layout, site, $"services/{service}/table", stop);

    /// <summary>Site → weight, in the table's order.</summary>
    public static IReadOnlyDictionary<string, int> Weights(JsonNode? table) =>
        table?["sites"] is JsonObject sites ? sites.ToDictionary(pair => pair.Key, pair => (int?)pair.Value?["weight"] ?? -1) : new Dictionary<string, int>();

    public static string Digest(JsonNode? table) => (string?)table?["digest"] ?? "";

    public static string Show(IReadOnlyDictionary<string, int> weights)
    {
        var sum = Math.Max(1, weights.Values.Sum());
        return string.Join("  ", weights.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value} ({100.0 * pair.Value / sum:0} %)")));
    }

    /// <summary>Asks every second, at most until the limit, whether something holds.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> holds, TimeSpan limit, CancellationToken stop, TimeSpan? every = null)
    {
        var end = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await holds()) return true;
            if (TimeProvider.System.GetElapsedTime(end) > limit) return false;
            await Task.Delay(every ?? TimeSpan.FromMilliseconds(500), stop);
        }
    }
}
