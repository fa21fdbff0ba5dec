using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Demo;

/// <summary>A running <c>pointsman demo</c>: real node, relay and server processes, known by the one line of JSON that the demo prints.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    // The tour takes about a minute; the rest is for a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly RunningProcess demo;

    private DemoCluster(RunningProcess demo, JsonNode ready)
    {
        this.demo = demo;
        Ready = ready;
    }

    public JsonNode Ready { get; }
    public string ConfigurationFile => (string)Ready["config"]!;
    public string Output => demo.Output;
    public string Error => demo.Error;
    public string[] Sites => [.. Ready["sites"]!.AsObject().Select(site => site.Key)];

    public IPEndPoint Dns(string site) => IPEndPoint.Parse((string)Ready["sites"]![site]!["dns"]!);
    public IPEndPoint Vip(string site) => IPEndPoint.Parse((string)Ready["sites"]![site]!["vip"]!);
    public string Admin(string site) => (string)Ready["sites"]![site]!["admin"]!;
    public int Pid(string site) => (int)Ready["sites"]![site]!["pid"]!;

    /// <summary>Starts the demo and waits until its tour is over and the cluster stays up.</summary>
    public static async Task<DemoCluster> StartAsync(int portBase, int sites = 6)
    {
        var demo = ProgramUnderTest.Start("demo", "--port-base", portBase.ToString(CultureInfo.InvariantCulture), "--sites", sites.ToString(CultureInfo.InvariantCulture));
        try
        {
            await demo.WaitForOutputAsync("The cluster stays up", Limit);
            var line = demo.Output.Split('\n').First(text => text.StartsWith("{\"ready\":true", StringComparison.Ordinal));
            return new DemoCluster(demo, JsonNode.Parse(line)!);
        }
        catch (Exception)
        {
            await demo.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a node's command prints with <c>-o json</c>.</summary>
    public async Task<JsonNode> AskAsync(string site, params string[] command)
    {
        var finished = await ProgramUnderTest.RunAsync([.. command, "--node", Admin(site), "-o", "json"]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return JsonNode.Parse(finished.Output)!;
    }

    /// <summary><c>dig</c> at one site's name server.</summary>
    public async Task<string> DigAsync(string site, params string[] arguments)
    {
        var server = Dns(site);
        var finished = await Peer.RunAsync("dig", TimeSpan.FromSeconds(10), [$"@{server.Address}", "-p", server.Port.ToString(CultureInfo.InvariantCulture), "+tries=1", "+time=2", .. arguments]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return finished.Output.Trim();
    }

    /// <summary>Which site's VIP an answer names.</summary>
    public string SiteOf(string address) => Sites.Single(site => Vip(site).Address.ToString() == address);

    /// <summary>Looks every half second until <paramref name="holds"/>, at most <paramref name="limit"/>.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> holds, TimeSpan limit)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed > limit) return false;
            await Task.Delay(500);
        }

        return true;
    }

    /// <summary>Ends the demo as Ctrl+C does and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        demo.Signal("TERM");
        return (await demo.WaitForExitAsync(TimeSpan.FromSeconds(30))).ExitCode;
    }

    public ValueTask DisposeAsync() => demo.DisposeAsync();
}
