using System.Security.Cryptography.X509Certificates;
using Pointsman.Dssp.Pki;
using Pointsman.Model;
using static Pointsman.EndToEnd.Dssp.HostilePeerTests;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>
/// Site b's certificate is in the wrong hands, and gives operators' orders: unsigned ones about others, forged ones, a hundred thousand of them. What b may order is b's
/// own end; everything else is refused and counted by its reason, and nobody else is drained by it.
/// </summary>
public sealed class HostileOrdersTests
{
    private const int Own = 2, Other = 3;

    // As many as a frame may carry, in as many frames as make a hundred thousand.
    private const int Frames = 1 + (100_000 / OverrideLimits.Carried);

    [Fact]
    [Trait("mission", "P5.8")]
    public async Task Orders_about_others_count_for_nothing_however_many_and_whoever_seems_to_have_signed_them()
    {
        await using var mesh = new NodeMesh("a", "b", "c");
        await mesh.StartAsync("a", "c");
        await mesh.UntilAsync(async () => (string)(await mesh.TableAsync("a"))["sites"]!["c"]!["state"]! == "up" && (bool)(await mesh.GetAsync("a", "status"))["peers"]!["c"]!["fresh"]!, "a hears c");
        var (columns, memory) = (await OthersAsync(mesh), await MemoryAsync(mesh));
        var now = TimeProvider.System.GetUtcNow();

        // More in one frame than a frame may carry, and more than it can hold: the whole frame is refused.
        foreach (var many in (int[])[OverrideLimits.Carried + 1, 100_000])
        {
            var ended = await SayAsync(mesh, [Of(2, Enumerable.Range(0, many).Select(number => Order(Other, now, number)))]);
            Assert.False(ended.Length == 0, $"{many} orders in one frame were taken");
        }

        // Then a hundred thousand in good form: unsigned about others, unsigned about nobody, signed by an operator of another authority, by one who is another, and with what was signed changed.
        using var stranger = Operator(CertificateMaker.MakeAuthority("mesh", now, TimeSpan.FromDays(9)), now);
        using var good = Operator(mesh.Authority, now);
        var signed = OperatorSignatures.Sign(Order(Own, now, 0, OverrideKind.Clear), good, "mesh", "b", null);
        Override[] lies =
        [
            OperatorSignatures.Sign(Order(Other, now, 1), stranger, "mesh", "c", null),
            OperatorSignatures.Sign(Order(Other, now, 2) with { Who = "eve" }, good, "mesh", "c", null),
            Order(Other, now, 3) with { Signature = signed.Signature },
            Order(Other, now.AddDays(30), 4),
            OperatorSignatures.Sign(Order(Other, now.AddDays(30), 5), good, "mesh", "c", null),
            Order(77, now, 6),
        ];
        var flood = Enumerable.Range(3, Frames).Select(frame => Of((ulong)frame, Enumerable.Range(0, OverrideLimits.Carried - lies.Length).Select(number => Order(number % 2 == 0 ? Other : 1, now, number)).Concat(lies)));
        Assert.Equal("", await SayAsync(mesh, Paced(flood)));

        foreach (var reason in (string[])["unsigned", "signature", "time", "unknown-place"])
            await mesh.UntilAsync(async () => await RefusedAsync(mesh, reason) > 0, $"refused as {reason}");
        Assert.InRange(await RefusedAsync(mesh, "unsigned"), 90_000, long.MaxValue);
        // One line a reason, and not one a lie.
        Assert.InRange(mesh.Node("a").Error.Split("is refused: ").Length - 1, 4, 10);
        foreach (var site in (string[])["a", "c"]) Assert.Empty(await OrdersAsync(mesh, site));
        Assert.Equal(columns, await OthersAsync(mesh));
        Assert.Contains("c", await mesh.AnsweredAsync("a"), StringComparison.Ordinal);
        Assert.True((bool)(await mesh.GetAsync("a", "status"))["peers"]!["c"]!["connected"]!);
        Assert.InRange(await MemoryAsync(mesh) - memory, long.MinValue, 96L << 20);

        // About itself b is believed: the same words reach the book.
        Assert.Equal("", await SayAsync(mesh, [Of(10_000, [Order(Own, now, 7)])]));
        await mesh.UntilAsync(async () => (await OrdersAsync(mesh, "a")) is ["b drain"], "b drains itself");
        // What nobody signed is not passed on in another's name.
        Assert.Empty(await OrdersAsync(mesh, "c"));
    }

    private static Task<string> SayAsync(NodeMesh mesh, IEnumerable<byte[]> frames) =>
        HostileTalker.SayAsync(mesh.DsspOf["a"], mesh.PathOf("b.crt"), mesh.PathOf("b.key"), frames.Prepend(Hello()), TimeSpan.FromSeconds(1));

    private static byte[] Of(ulong sequence, IEnumerable<Override> orders) => State(sequence, with: state => state with { Overrides = [.. orders] });

    private static Override Order(int site, DateTimeOffset since, int number, OverrideKind kind = OverrideKind.Drain)
    {
        var millis = since.ToUnixTimeMilliseconds();
        return new() { Key = new OverrideKey(new SiteId(site), null), Kind = kind, Who = "ana", Since = DateTimeOffset.FromUnixTimeMilliseconds(millis), Until = DateTimeOffset.FromUnixTimeMilliseconds(millis).AddHours(1), Stamp = (ulong)(millis + number) };
    }

    private static X509Certificate2 Operator(PemPair authority, DateTimeOffset now)
    {
        var pair = CertificateMaker.MakeOperator(authority, "mesh", "ana", now, TimeSpan.FromDays(9));
        return X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
    }

    private static async Task<string[]> OrdersAsync(NodeMesh mesh, string at) =>
        [.. (await mesh.GetAsync(at, "overrides"))["overrides"]!.AsArray().Select(one => $"{one!["site"]} {one["kind"]}")];

    private static async Task<long> RefusedAsync(NodeMesh mesh, string reason) =>
        NodeMesh.Metric(await mesh.MetricsAsync("a"), $"pointsman_overrides_refused_total{{site=\"b\",reason=\"{reason}\"}}");
}
