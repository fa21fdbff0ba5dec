using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>The how-to page, step by step, under three running nodes.</summary>
public sealed class RotationTests
{
    private static readonly string[] sites = ["a", "b", "c"];

    [Fact]
    public async Task The_whole_rotation_of_the_page_costs_no_site_its_word()
    {
        await using var mesh = new NodeMesh(sites);
        Directory.CreateDirectory(mesh.PathOf("pki"));
        await File.WriteAllTextAsync(mesh.PathOf("pki/authority.crt"), $"cluster: mesh\n{mesh.Authority.Certificate}");
        await mesh.StartAsync(sites);
        await mesh.UntilEqualAsync(sites);
        await mesh.UntilAsync(async () => await CountAsync(mesh, peer => (bool)peer["connected"]!) == 6, "all streams are up");
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(mesh, over.Token);
        var oldCertificate = await File.ReadAllTextAsync(mesh.PathOf("b.crt"));
        var oldKey = await File.ReadAllTextAsync(mesh.PathOf("b.key"));
        var steps = Steps().ToList();
        Assert.Equal(2, steps.Count);

        await ShellAsync(mesh, steps[0]);
        await BelieveAsync(mesh, "pki/both.crt", authorities: 2);

        await ShellAsync(mesh, steps[1]);
        foreach (var site in sites)
        {
            File.Copy(mesh.PathOf($"pki-new/{site}.key"), mesh.PathOf($"{site}.key"), overwrite: true);
            File.Copy(mesh.PathOf($"pki-new/{site}.crt"), mesh.PathOf($"{site}.crt"), overwrite: true);
            await mesh.ReloadAsync(site);
        }

        await BelieveAsync(mesh, "pki-new/authority.crt", authorities: 1);
        var authority = (string)(await mesh.GetAsync("a", "dssp"))["authorities"]![0]!["fingerprint"]!;
        var fresh = (await ShowAsync(mesh, "pki-new/a.crt", "pki-new/b.crt", "pki-new/c.crt")).Select(one => (string)one!["fingerprint"]!).ToHashSet(StringComparer.Ordinal);
        await mesh.UntilAsync(async () => await CountAsync(mesh, peer => peer["stream"]?["certificate"] is { } shown && fresh.Contains((string)shown["fingerprint"]!)) == 6, "every stream stands on a new certificate");
        Assert.Equal(authority, (string)(await ShowAsync(mesh, "pki-new/authority.crt"))[0]!["fingerprint"]!);

        // Who comes with an old one is not let in.
        await File.WriteAllTextAsync(mesh.PathOf("old.crt"), oldCertificate);
        await File.WriteAllTextAsync(mesh.PathOf("old.key"), oldKey);
        var before = RefusedAt(await mesh.MetricsAsync("a"));
        Assert.NotEqual("", await HostileTalker.SayAsync(mesh.DsspOf["a"], mesh.PathOf("old.crt"), mesh.PathOf("old.key"), [[1]], TimeSpan.FromSeconds(10)));
        Assert.True(RefusedAt(await mesh.MetricsAsync("a")) > before);
        await mesh.UntilEqualAsync(sites);
        await over.CancelAsync();
        Assert.Equal("", await watching);

        // And one that is revoked is not believed, whoever signed it; its stream ends with the reload.
        var revoked = (string)(await ShowAsync(mesh, "pki-new/c.crt"))[0]!["fingerprint"]!;
        await mesh.ConfigureAsync("a", dssp: $"revoked: [\"{revoked}\"]");
        await mesh.ReloadAsync("a");
        await mesh.UntilAsync(async () => (await mesh.GetAsync("a", "dssp"))["peers"]!["c"] is { } peer && !(bool)peer["connected"]! && (long?)peer["refused"]!["certificaterefused"] > 0, "a does not speak with c any more");
        Assert.True((bool)(await mesh.GetAsync("a", "dssp"))["peers"]!["b"]!["connected"]!);
    }

    private static async Task BelieveAsync(NodeMesh mesh, string file, int authorities)
    {
        File.Copy(mesh.PathOf(file), mesh.PathOf("ca.crt"), overwrite: true);
        foreach (var site in sites) await mesh.ReloadAsync(site);
        foreach (var site in sites) Assert.Equal(authorities, (await mesh.GetAsync(site, "dssp"))["authorities"]!.AsArray().Count);
    }

    /// <summary>Looks all the time whether any site is without another's valid word, or has another table than all up.</summary>
    private static async Task<string> WatchAsync(NodeMesh mesh, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            foreach (var site in sites)
            {
                foreach (var (name, peer) in (await mesh.GetAsync(site, "status"))["peers"]!.AsObject())
                {
                    if (!(bool)peer!["fresh"]!) return $"{site} is without a valid word of {name}";
                }

                foreach (var (name, row) in (await mesh.TableAsync(site))["sites"]!.AsObject())
                {
                    if ((string)row!["state"]! != "up") return $"{name} is {row["state"]} at {site}";
                }
            }

            await Task.Delay(100, CancellationToken.None);
        }

        return "";
    }

    private static async Task<int> CountAsync(NodeMesh mesh, Func<JsonNode, bool> holds)
    {
        var dumps = await Task.WhenAll(sites.Select(site => mesh.GetAsync(site, "dssp")));
        return dumps.Sum(dump => dump["peers"]!.AsObject().Count(peer => holds(peer.Value!)));
    }

    private static async Task<JsonArray> ShowAsync(NodeMesh mesh, params string[] files)
    {
        var shown = await ProgramUnderTest.RunAsync(["pki", "show", .. files.Select(mesh.PathOf), "-o", "json"]);
        Assert.True(shown.ExitCode == 0, shown.ToString());
        return JsonNode.Parse(shown.Output)!["certificates"]!.AsArray();
    }

    private static async Task ShellAsync(NodeMesh mesh, string script)
    {
        var adapted = script.Replace("--cluster example", "--cluster mesh", StringComparison.Ordinal).Replace("paris london tokyo", string.Join(' ', sites), StringComparison.Ordinal);
        var finished = await RunningProcess.RunAsync("sh", ["-ec", $"pointsman() {{ '{ProgramUnderTest.File}' \"$@\"; }}\n{adapted}"], TimeSpan.FromSeconds(60), mesh.PathOf("."));
        Assert.True(finished.ExitCode == 0, $"{script}\n{finished}");
    }

    private static IEnumerable<string> Steps() => File.ReadAllText(Path.Combine(ProgramUnderTest.RepositoryFolder, "docs", "how-to", "rotate-the-authority.md"))
        .Split("\n```sh\n").Skip(1).Select(rest => rest[..rest.IndexOf("\n```", StringComparison.Ordinal)]);

    private static long RefusedAt(string metrics) => NodeMesh.Metric(metrics, "pointsman_dssp_certificates_refused_total");
}
