using System.Globalization;
using System.Net;
using CsCheck;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Tests.Policy.Decisions;

/// <summary>How far an answer holds, as the decision says it to a resolver. [S16]</summary>
public sealed class ScopeTests
{
    private static readonly Gen<string> Rows = Gen.Select(Gen.UInt[0x05000000, 0x05FFFFFF], Gen.Int[10, 32], Gen.OneOf("DE", "JP", "US", "CL", "EC", "ZA")).Array[0, 20].Select(rows => "prefix,country\n6.0.0.0/8,DE\n" + string.Concat(
        rows.Select(row => (Prefix: Prefix.Around(Address(row.Item1), row.Item2), Country: row.Item3)).DistinctBy(row => row.Prefix).Select(row => $"{row.Prefix},{row.Country}\n")));

    private static IPAddress Address(uint bits) => new([(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]);

    private static Places Load(string csv, ScopeCeilings scope) =>
        Places.Load([new PlaceSource("geo.csv", PlaceLayer.Database, csv)], new TopologySettings { Scope = scope }).Places!;

    [Fact]
    [Trait("rfc", "7871 §11.1")]
    public void Whoever_is_within_the_scope_is_decided_alike_and_no_scope_passes_the_operators_ceiling() =>
        Gen.Select(Rows, Gen.Int[8, 32], Gen.UInt[0x05000000, 0x05FFFFFF], Gen.UInt.Array[20]).Sample((csv, ceiling, bits, others) =>
        {
            var world = World.FiveContinents();
            world.Places = Load(csv, new ScopeCeilings(ceiling, 56));
            var plan = world.Plan("atlanta");
            var decision = Decider.Decide(plan, 0, Client.From(Address(bits)), Turn.Number(0));
            Assert.InRange(decision.Scope, 0, ceiling);
            var open = decision.Scope == 0 ? uint.MaxValue : (uint)((1UL << (32 - decision.Scope)) - 1);
            foreach (var other in others.Append(0u).Append(uint.MaxValue))
            {
                var neighbour = Address((bits & ~open) | (other & open));
                var found = Decider.Decide(plan, 0, Client.From(neighbour), Turn.Number(0));
                Assert.True(found.Class == decision.Class,
                    string.Create(CultureInfo.InvariantCulture, $"{neighbour} is in {found.Class}, {Address(bits)} in {decision.Class} with scope {decision.Scope}, under\n{csv}"));
            }
        }, iter: 200);

    [Fact]
    public void The_operators_ceiling_decides_how_far_down_users_are_told_apart()
    {
        var world = World.FiveContinents();
        Decision Of(string client) => Decider.Decide(world.Plan("atlanta"), 0, Client.From(IPAddress.Parse(client)), Turn.Number(0));
        const string Csv = "5.6.7.0/24,DE\n5.6.7.128/25,JP\n";
        world.Places = Load(Csv, ScopeCeilings.Default);
        Assert.Equal((Of("5.6.7.1").Class, 24), (Of("5.6.7.200").Class, Of("5.6.7.200").Scope));
        world.Places = Load(Csv, new ScopeCeilings(28, 56));
        Assert.NotEqual(Of("5.6.7.1").Class, Of("5.6.7.200").Class);
        Assert.Equal(25, Of("5.6.7.200").Scope);
    }

    [Fact]
    [Trait("mission", "P2.3")]
    public void The_trace_cites_the_edition_of_the_file_that_placed_the_client()
    {
        var world = World.FiveContinents();
        var systems = new PlaceSource("asn.csv", PlaceLayer.Database, "5.6.0.0/16,64500,Example\n");
        world.Places = Places.Load([systems, new PlaceSource("geo.csv", PlaceLayer.Database, "5.6.7.0/24,DE") { Date = new DateOnly(2026, 11, 20) }]).Places!;
        var explained = Decider.Explain(world.Plan("atlanta"), 0, Client.From(IPAddress.Parse("5.6.7.8")), Turn.Number(0));
        Assert.Contains("in DE by geo.csv of 2026-11-20, sha256 ", explained.Trace[0].Text, StringComparison.Ordinal);
        Assert.Contains("AS64500 (Example) (5.6.7.0/24)", explained.Trace[0].Text, StringComparison.Ordinal);
    }
}
