using System.Globalization;
using System.Net;

namespace Pointsman.Node.Demo;

/// <summary>
/// The guided tour: each step announces what will happen, does it to the real cluster, looks from outside, and says whether it came out so.
/// Nothing here reaches into a node; the same can be typed by hand.
/// </summary>
internal sealed partial class Tour(DemoCluster cluster, IReadOnlyDictionary<string, int> expected, TourPrinter printer)
{
    private const int ShareQueries = 4200;

    // On a busy machine two sites' measured times may change places while answers are counted.
    private const int MostCounts = 3;

    private readonly DemoLayout layout = cluster.Layout;

    public async Task<bool> RunAsync(CancellationToken stop)
    {
        await ShowTableAsync(stop);
        await ShowRegionsAsync(stop);
        await ShowSharesAsync(stop);
        await ShowFullVipAsync(stop);
        await ShowLostServerAsync(stop);
        await ShowDeathAndReturnAsync(stop);
        return printer.AllAsAnnounced;
    }

    private async Task ShowTableAsync(CancellationToken stop)
    {
        printer.Step("The sites have measured each other: every node computes the same hand-off table");
        printer.ByHand($"./pointsman matrix {DemoFiles.Www} --node {layout.AdminUrl(0)}");
        printer.ByHand($"./pointsman table {DemoFiles.Www} --node {layout.AdminUrl(0)}");
        var tables = await Task.WhenAll(layout.Sites.Select(site => TourNodes.TableAsync(layout, site, DemoFiles.Www, stop)));
        var weights = TourNodes.Weights(tables[0]);
        printer.Say($"measured   {TourNodes.Show(weights)}");
        printer.Check(Same(weights, expected), $"the measured table is the one that the configured ways give{(layout.SiteCount == 6 ? "; docs/explanation/how-a-site-is-chosen.md goes through it" : "")}",
            $"announced was {TourNodes.Show(expected)}");
        var digests = tables.Select(TourNodes.Digest).Distinct(StringComparer.Ordinal).ToArray();
        printer.Check(digests is [{ Length: > 0 }], $"all {layout.SiteCount} nodes have the table with digest {digests[0]}", $"the nodes' tables differ: digests {string.Join(", ", digests)}");
    }

    private async Task ShowRegionsAsync(CancellationToken stop)
    {
        printer.Step($"{DemoFiles.Geo} follows the user's region, told by EDNS Client Subnet");
        (string Subnet, string Who, string Region)[] users =
        [
            ("193.0.0.0/24", "Europe", "ripe"), ("200.0.0.0/24", "Latin America", "lacnic"), ("211.123.11.0/24", "the Pacific", "apnic"),
            ("41.0.0.0/24", "Africa", "afrinic"), ("63.0.0.0/24", "North America", "arin"), ("63.0.1.0/24", "a branch office in Chile (subscribers table)", "lacnic"),
        ];
        using var dns = new TourDns(layout.Dns(0).ToIPEndPoint());
        printer.ByHand($"dig @{DemoLayout.AddressOf(0)} -p {layout.Dns(0).Port} {DemoFiles.Geo} +subnet=193.0.0.0/24 +short");
        printer.ByHand($"./pointsman explain {DemoFiles.Geo} --client 193.0.0.1 --node {layout.AdminUrl(0)}");
        foreach (var (subnet, who, region) in users)
        {
            var near = layout.Sites.Where(site => DemoFiles.Region(site) == region).ToArray();
            if (near.Length == 0) continue; // fewer sites were asked for than there are regions
            var answer = await dns.AskAsync(DemoFiles.Geo, IPNetwork.Parse(subnet), stop);
            var site = SiteOf(answer);
            printer.Check(site is { } found && near.Contains(found), $"{subnet,-16} {who}: site {NameOf(site)}, {(site is { } s ? DemoFiles.City(s) : "")} (scope /{answer?.EcsScope})",
                $"{subnet,-16} {who}: got {NameOf(site)}, announced was {string.Join(" or ", near.Select(DemoTable.NameOf))}");
        }
    }

    private async Task ShowSharesAsync(CancellationToken stop)
    {
        printer.Step($"{ShareQueries.ToString("#,0", CultureInfo.InvariantCulture)} answers, asked of one node, are shared out as the table says");
        printer.ByHand($"for i in $(seq 42); do dig @{DemoLayout.AddressOf(1)} -p {layout.Dns(1).Port} {DemoFiles.Www} +short; done | sort | uniq -c");
        for (var again = 1; ; again++)
        {
            var weights = TourNodes.Weights(await TourNodes.TableAsync(layout, 1, DemoFiles.Www, stop));
            var counts = new int[layout.SiteCount];
            var lost = 0;
            using (var dns = new TourDns(layout.Dns(1).ToIPEndPoint()))
            {
                for (var query = 0; query < ShareQueries; query++)
                {
                    if (SiteOf(await dns.AskAsync(DemoFiles.Www, null, stop)) is { } site) counts[site]++;
                    else lost++;
                }
            }

            if (again < MostCounts && !Same(weights, TourNodes.Weights(await TourNodes.TableAsync(layout, 1, DemoFiles.Www, stop))))
            {
                printer.Say("the table changed while the answers were counted; counting again");
                continue;
            }

            var sum = Math.Max(1, weights.Values.Sum());
            var workers = Environment.ProcessorCount + 1;
            var off = layout.Sites.Max(site => Math.Abs(counts[site] - ((double)ShareQueries * weights.GetValueOrDefault(DemoTable.NameOf(site)) / sum)));
            printer.Say(string.Join("  ", layout.Sites.Select(site => string.Create(CultureInfo.InvariantCulture, $"{DemoTable.NameOf(site)} {counts[site]}"))));
            printer.Check(lost == 0 && off <= workers, string.Create(CultureInfo.InvariantCulture, $"none lost; no site is more than {off:0.#} answers off its share"),
                string.Create(CultureInfo.InvariantCulture, $"{lost} lost, and a site is {off:0.#} answers off its share (at most {workers} were announced)"));
            return;
        }
    }

    private static bool Same(IReadOnlyDictionary<string, int> left, IReadOnlyDictionary<string, int> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var other) && other == pair.Value);

    private int? SiteOf(TourAnswer? answer) =>
        answer is { Rcode: 0, Addresses: [var first, ..] } && first.GetAddressBytes() is [127, 0, var site and > 0, 1] && site <= layout.SiteCount ? site - 1 : null;

    private static string NameOf(int? site) => site is { } known ? DemoTable.NameOf(known) : "no answer";
}
