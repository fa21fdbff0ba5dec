using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Dssp.Pki;
using Pointsman.EndToEnd.Demo;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>
/// Real node processes, one a site, that speak DSSP with each other over loopback; each site's VIP is a listener of the test, on an address of
/// its own, and each pair of sites has an address through which one probes the other, so that a test can cut what one site alone sees.
/// </summary>
internal sealed class NodeMesh : IAsyncDisposable
{
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(90);
    private static readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pointsman-mesh-");
    private readonly Dictionary<string, RunningProcess> nodes = [];
    private readonly Dictionary<string, IPEndPoint> dns;
    private readonly Dictionary<string, IPEndPoint> admin;
    private readonly Dictionary<string, TcpListener> vips;
    private readonly Dictionary<(string From, string To), TcpListener> paths = [];

    public NodeMesh(params string[] sites)
    {
        Sites = sites;
        dns = sites.ToDictionary(site => site, _ => Loopback.NextEndPoint());
        admin = sites.ToDictionary(site => site, _ => Loopback.NextEndPoint());
        DsspOf = sites.ToDictionary(site => site, _ => Loopback.NextEndPoint());
        vips = sites.ToDictionary(site => site, _ => Listening(Loopback.NextEndPoint()));
        foreach (var from in sites)
        {
            // Through another address, to the VIP's own port.
            foreach (var to in sites.Where(to => to != from)) paths[(from, to)] = Listening(new IPEndPoint(Loopback.NextAddress(), VipOf(to).Port));
        }

        Authority = CertificateMaker.MakeAuthority("mesh", now, TimeSpan.FromDays(90));
        File.WriteAllText(PathOf("ca.crt"), Authority.Certificate);
        foreach (var site in sites) Issue(Authority, site);
        File.WriteAllText(PathOf("mesh.test.zone"), "$TTL 300\n@ SOA ns h 1 7200 900 1209600 300\n@ NS ns\nns A 192.0.2.53\n");
    }

    public string[] Sites { get; }
    public PemPair Authority { get; }
    public Dictionary<string, IPEndPoint> DsspOf { get; }

    public string PathOf(string file) => Path.Combine(folder.FullName, file);
    public string Url(string site) => $"http://{admin[site]}";
    public IPEndPoint VipOf(string site) => (IPEndPoint)vips[site].LocalEndpoint;
    public string StateFolder(string site) => PathOf($"state-{site}");
    public RunningProcess Node(string site) => nodes[site];

    public void Issue(PemPair authority, string site, DateTimeOffset? at = null, TimeSpan? life = null)
    {
        var pair = CertificateMaker.MakeSite(authority, "mesh", site, [IPAddress.Loopback], at ?? now, life ?? TimeSpan.FromDays(90));
        File.WriteAllText(PathOf($"{site}.key"), pair.Key);
        File.WriteAllText(PathOf($"{site}.crt"), pair.Certificate);
    }

    /// <summary>One site alone no longer reaches another.</summary>
    public void Cut(string from, string to) => paths[(from, to)].Stop();

    public void Heal(string from, string to) => paths[(from, to)].Start();

    /// <summary>The configuration of one site's node: the same for all, but for what a test adds to the section dssp or to cluster.</summary>
    public async Task ConfigureAsync(string site, string dssp = "", string cluster = "", string policy = "{}")
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"cluster: {{ name: mesh{(cluster.Length == 0 ? "" : ", " + cluster)} }}").AppendLine("sites:");
        for (var index = 0; index < Sites.Length; index++)
        {
            var name = Sites[index];
            var through = string.Join(", ", paths.Where(path => path.Key.From == name).Select(path => $"{path.Key.To}: {((IPEndPoint)path.Value.LocalEndpoint).Address}"));
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name}: {{ id: {index + 1}, nodes: {{ {name}-1: {{ dns: [\"{dns[name]}\"], dssp: \"{DsspOf[name]}\", admin: \"{admin[name]}\" }} }}, probeThrough: {{ {through} }} }}");
        }

        text.AppendLine("services:").AppendLine("  www.mesh.test:").AppendLine("    id: 1").AppendLine("    ttl: 1s").AppendLine("    httpRedirect: false")
            .AppendLine("    answers: 16").AppendLine(CultureInfo.InvariantCulture, $"    policy: {policy}")
            .AppendLine("    probe: { interval: 500ms, timeout: 400ms, iterations: 1, fall: 2, rise: 1 }").AppendLine("    vips:");
        foreach (var name in Sites) text.AppendLine(CultureInfo.InvariantCulture, $"      {name}: {{ address: \"{VipOf(name)}\" }}");
        text.AppendLine("zones: { mesh.test: { file: mesh.test.zone } }")
            .AppendLine(CultureInfo.InvariantCulture, $"dssp: {{ interval: 1s, certificate: \"{{site}}.crt\", key: \"{{site}}.key\", authority: ca.crt{(dssp.Length == 0 ? "" : ", " + dssp)} }}");
        await File.WriteAllTextAsync(PathOf($"{site}.yaml"), text.ToString());
    }

    public async Task StartAsync(params string[] sites)
    {
        foreach (var site in sites)
        {
            if (!File.Exists(PathOf($"{site}.yaml"))) await ConfigureAsync(site);
            nodes[site] = ProgramUnderTest.Start("run", "--config", PathOf($"{site}.yaml"), "--site", site, "--state", StateFolder(site));
        }

        foreach (var site in sites) await nodes[site].WaitForErrorAsync(" ready: ", Ample);
    }

    public async Task KillAsync(string site)
    {
        nodes[site].Signal("KILL");
        await nodes[site].WaitForExitAsync(Ample);
        await nodes[site].DisposeAsync();
        nodes.Remove(site);
    }

    public async Task<JsonNode> AskAsync(string site, params string[] command)
    {
        var finished = await ProgramUnderTest.RunAsync([.. command, "--node", Url(site), "-o", "json"]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return JsonNode.Parse(finished.Output)!;
    }

    /// <summary>As the commands ask, without a process for each: for loops.</summary>
    public async Task<JsonNode> GetAsync(string site, string path)
    {
        using var client = new HttpClient();
        return JsonNode.Parse(await client.GetStringAsync(new Uri($"{Url(site)}/api/v1/{path}"), TestContext.Current.CancellationToken))!;
    }

    public Task<JsonNode> TableAsync(string site) => GetAsync(site, "services/www.mesh.test/table");

    public async Task<string> MetricsAsync(string site)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"{Url(site)}/metrics"), TestContext.Current.CancellationToken);
    }

    /// <summary>One sample of what <c>/metrics</c> says; 0 where there is none.</summary>
    public static long Metric(string metrics, string sample) =>
        metrics.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal)) is { } line ? (long)double.Parse(line.AsSpan(sample.Length + 1), CultureInfo.InvariantCulture) : 0;

    public async Task ReloadAsync(string site)
    {
        var finished = await ProgramUnderTest.RunAsync("reload", "--node", Url(site));
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    /// <summary>The sites whose addresses a node's name server answers.</summary>
    public async Task<string> AnsweredAsync(string site)
    {
        var addresses = await DnsQuery.AskAsync(dns[site], "www.mesh.test") ?? [];
        return string.Join(' ', Sites.Where(one => addresses.Contains(VipOf(one).Address)));
    }

    public async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = TimeProvider.System.GetUtcNow() + Ample;
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"not within {Ample.TotalSeconds} s: {what}\n{string.Join("\n", nodes.Select(node => $"--- {node.Key}\n{Tail(node.Value.Error)}"))}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>All of these nodes have all of the cluster's sites in equal tables.</summary>
    public Task UntilEqualAsync(params string[] sites) => UntilAsync(
        async () =>
        {
            var tables = await Task.WhenAll(sites.Select(TableAsync));
            return tables.Select(table => (string)table["digest"]!).Distinct(StringComparer.Ordinal).Count() == 1 && tables[0]["sites"]!.AsObject().All(row => (string)row.Value!["state"]! == "up");
        },
        "equal tables with all sites up");

    private static string Tail(string text) => text.Length <= 3_000 ? text : text[^3_000..];

    private static TcpListener Listening(IPEndPoint at)
    {
        // Nobody accepts: the kernel does, and that is all that a probe of TCP wants.
        var listener = new TcpListener(at);
        listener.Start(512);
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes.Values) await node.DisposeAsync();
        foreach (var listener in vips.Values.Concat(paths.Values)) listener.Dispose();
        folder.Delete(recursive: true);
    }
}
