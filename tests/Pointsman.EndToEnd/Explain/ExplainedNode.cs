using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Explain;

/// <summary>One node of three sites whose VIPs the test holds open, and closes when a site shall die.</summary>
internal sealed class ExplainedNode : IAsyncDisposable
{
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pointsman-explain-");
    private readonly Dictionary<string, TcpListener> vips = [];
    private readonly IPEndPoint dns = Loopback.NextEndPoint();
    private readonly IPEndPoint admin = Loopback.NextEndPoint();
    private RunningProcess? node;

    public ExplainedNode()
    {
        foreach (var site in (string[])["atlanta", "paris", "tokyo"])
        {
            vips[site] = new TcpListener(Loopback.NextEndPoint());
            vips[site].Start();
        }
    }

    public string Url => $"http://{admin}";
    public string HistoryFolder => Path.Combine(folder.FullName, "state", "history");
    public string Said => node!.Error;

    /// <summary>The only configuration; what varies is the policy, and what is put at its end.</summary>
    public Task ConfigureAsync(string policy, string more = "") => File.WriteAllTextAsync(Path.Combine(folder.FullName, "pointsman.yaml"), $$"""
        cluster: { name: explained }
        sites:
          atlanta: { id: 1, location: { country: US, region: arin, latitude: 33.7, longitude: -84.4 }, nodes: { a1: { dns: ["{{dns}}"], admin: "{{admin}}" } } }
          paris: { id: 2, location: { country: FR, region: ripe, latitude: 48.9, longitude: 2.4 }, nodes: { p1: {} } }
          tokyo: { id: 3, location: { country: JP, region: apnic, latitude: 35.7, longitude: 139.7 }, nodes: { t1: {} } }
        services:
          www.explained.test:
            id: 1
            httpRedirect: false
            policy: {{policy}}
            probe: { interval: 500ms, timeout: 400ms, iterations: 1, fall: 2, rise: 1 }
            vips:
              atlanta: { address: "{{vips["atlanta"].LocalEndpoint}}" }
              paris: { address: "{{vips["paris"].LocalEndpoint}}" }
              tokyo: { address: "{{vips["tokyo"].LocalEndpoint}}" }
        zones: { explained.test: { file: explained.test.zone } }
        {{more}}
        """);

    public async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "explained.test.zone"), "$TTL 300\n@ SOA ns h 1 7200 900 1209600 300\n@ NS ns\nns A 192.0.2.53\n");
        node = ProgramUnderTest.Start("run", "--config", Path.Combine(folder.FullName, "pointsman.yaml"), "--site", "atlanta", "--state", Path.Combine(folder.FullName, "state"));
        await node.WaitForErrorAsync(" ready: ", Ample);
    }

    public async Task StopAsync(string signal)
    {
        node!.Signal(signal);
        await node.WaitForExitAsync(Ample);
        await node.DisposeAsync();
    }

    public async Task ReloadAsync()
    {
        var finished = await ProgramUnderTest.RunAsync("reload", "--node", Url);
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    public void Kill(string site) => vips[site].Stop();

    public Task<Finished> RunAsync(params string[] arguments) => ProgramUnderTest.RunAsync(["explain", .. arguments, "--node", Url]);

    public async Task<JsonNode> ExplainAsync(params string[] arguments)
    {
        var finished = await RunAsync(["www.explained.test", "--client", "193.0.6.139", "-o", "json", .. arguments]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return JsonNode.Parse(finished.Output)!;
    }

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> wanted)
    {
        var deadline = DateTimeOffset.UtcNow + Ample;
        while (true)
        {
            var answer = await ExplainAsync();
            if (wanted(answer)) return answer;
            Assert.True(DateTimeOffset.UtcNow < deadline, answer.ToJsonString());
            await Task.Delay(100);
        }
    }

    /// <summary>An instant of which nothing more is to come: one snapshot a second is kept, and the next second has begun.</summary>
    public static async Task<string> PastAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        var instant = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        return instant;
    }

    public static string Sites(JsonNode answer) => string.Join(' ', answer["sites"]!.AsArray().Select(site => (string)site!["site"]!));

    public static string Excluded(JsonNode answer) => string.Join(' ', answer["excluded"]!.AsArray().Select(site => $"{site!["site"]}/{site["stage"]}"));

    public async ValueTask DisposeAsync()
    {
        if (node is not null) await node.DisposeAsync();
        foreach (var vip in vips.Values) vip.Dispose();
        folder.Delete(recursive: true);
    }
}
