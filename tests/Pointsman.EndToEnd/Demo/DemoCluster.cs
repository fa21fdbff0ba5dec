using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Demo;

/// <summary>A running <c>pointsman demo</c>: real node, relay and server processes, known by the one line of JSON that the demo prints.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    // The tour takes about a minute; the rest is for a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>By the process's id, so that two test runs side by side seldom meet; all ports stay below those that the system hands out.</summary>
    public static readonly int PortBase = 10_000 + (Environment.ProcessId % 1_000 * 15);

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

    /// <summary>Starts the demo and waits until all nodes agree, or until its tour is over.</summary>
    public static async Task<DemoCluster> StartAsync(int sites = 6, bool tour = false)
    {
        var demo = ProgramUnderTest.Start(["demo", "--port-base", PortBase.ToString(CultureInfo.InvariantCulture), "--sites", sites.ToString(CultureInfo.InvariantCulture), .. tour ? Array.Empty<string>() : ["--no-tour"]]);
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

    /// <summary>Sends a signal to one site's node.</summary>
    public async Task SignalAsync(string site, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-s", signal, Pid(site).ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>
    /// Takes every connection that a site's VIP has; they are given back when the list is disposed of. Probes come and go meanwhile, so one more
    /// is tried five times a second until as many as the VIP takes have outlived the 2 s after which a refused one is reset [S20].
    /// </summary>
    public async Task FillAsync(string site, List<Socket> held)
    {
        const int most = 60;
        var outlived = TimeSpan.FromSeconds(3);
        var mine = new List<(Socket Socket, long Opened)>();
        for (var round = 0; mine.Count(one => IsOpen(one.Socket) && System.Diagnostics.Stopwatch.GetElapsedTime(one.Opened) > outlived) < most; round++)
        {
            Assert.True(round < 100, $"the VIP of {site} cannot be filled");
            for (var i = 0; i < (round == 0 ? most : 1); i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                await socket.ConnectAsync(Vip(site));
                mine.Add((socket, System.Diagnostics.Stopwatch.GetTimestamp()));
            }

            await Task.Delay(200);
        }

        // Nobody says anything on these: what can be read is an end or a reset.
        static bool IsOpen(Socket socket) => !socket.Poll(0, SelectMode.SelectRead);
    }

    /// <summary>The sites that so many answers of one node name first; "no answer" when one is lost.</summary>
    public async Task<string[]> SitesAnsweredAsync(string asked, int queries)
    {
        var sites = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < queries; i++)
        {
            if (await DnsQuery.AskAsync(Dns(asked), "www.example.test") is not { } addresses) return ["no answer"];
            sites.UnionWith(addresses.Select(address => SiteOf(address.ToString())));
        }

        return [.. sites];
    }

    public ValueTask DisposeAsync() => demo.DisposeAsync();
}
