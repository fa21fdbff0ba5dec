using System.Net;
using CsCheck;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>Whole snapshots, decided twice: by the program, and by what the rules say, written apart.</summary>
public sealed class OracleTests
{
    private const double Rounding = 3e-6;

    [Fact]
    [Trait("mission", "P8.1")]
    [Trait("mission", "P3.3")]
    [Trait("mission", "P3.10")]
    public void The_program_decides_as_the_rules_say() => (from seed in Gen.Int[0, int.MaxValue] from client in Gen.Int[0, 20] select (seed, client)).Sample(sample =>
    {
        var snapshot = RandomSnapshot.Of(sample.seed);
        var plan = Plan.Compile(snapshot, RandomSnapshot.Places);
        var client = Client.From(IPAddress.Parse(RandomSnapshot.Client(sample.client)));
        var slow = new SlowDecision(snapshot, snapshot.Cluster.Services[0], RandomSnapshot.Places.Lookup(client.ToIPAddress()).Place);
        var explained = Decider.Explain(plan, 0, client, Turn.Number(3));

        Assert.Equal(slow.Verdict, explained.Decision.Verdict);
        // Less than a few millionths is the rounding of integers, which the rules do not know.
        Assert.Equal(
            slow.Shares.Where(share => share.Value > Rounding).Select(share => share.Key).Order(StringComparer.Ordinal),
            explained.Sites.Where(site => site.Share > Rounding).Select(site => site.Site.Name).Order(StringComparer.Ordinal));
        foreach (var site in explained.Sites) Assert.Equal(slow.Shares.GetValueOrDefault(site.Site.Name), site.Share, 2 * Rounding);
    }, iter: 700);

    [Fact]
    [Trait("mission", "P3.3")]
    [Trait("mission", "P3.6")]
    [Trait("mission", "P5.7")]
    public void The_table_is_as_the_rules_say() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var snapshot = RandomSnapshot.Of(seed);
        var slow = new SlowTable(snapshot, snapshot.Cluster.Services[0]);
        var table = Plan.Compile(snapshot, RandomSnapshot.Places).TableOf(snapshot.Cluster.Services[0].Id)!;
        Assert.Equal(slow.Sites.Select(site => (site.Name, slow.Total(site).Weight)), table.Sites.Select(row => (row.Site.Name, row.Weight)));
    }, iter: 250);
}
