using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Health;

/// <summary>What a node knows of the others when it starts again, while the one that it probes does not answer: with its memory, without it, and with one that cannot be read.</summary>
public sealed class RestartTests : IAsyncDisposable
{
    private static readonly TimeSpan ample = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pointsman-restart-");
    private readonly SwitchableServer paris = new();
    private readonly IPEndPoint admin = Loopback.NextEndPoint();
    private readonly HttpClient client = new();

    private string StateFile => Path.Combine(folder.FullName, "state", "state.json");

    [Fact]
    [Trait("mission", "P4.3")]
    public async Task What_was_known_before_a_restart_is_known_after_it_and_says_so_until_a_probe_has_ended()
    {
        await ConfigureAsync();
        string reply;
        await using (var first = Start())
        {
            var seen = await UntilAsync(vip => (string?)vip["seen"] == "up");
            Assert.False((bool)seen["probe"]!["remembered"]!);
            reply = ((string)seen["reason"]!)[..6];
            await StopAsync(first);
        }

        Assert.Equal("200 OK", reply);
        foreach (var (file, spoil) in ((string, Func<byte[], byte[]?>)[])
        [
            ("as it was left", octets => octets),
            ("gone", _ => null),
            ("with one octet changed", octets => [.. octets.Select((octet, index) => index == octets.Length - 5 ? (byte)(octet ^ 1) : octet)]),
            ("cut in the middle", octets => octets[..(octets.Length / 2)]),
            ("of a later version", _ => "pointsman-state 9 0\n{}"u8.ToArray()),
        ])
        {
            var kept = await File.ReadAllBytesAsync(StateFile);
            if (spoil(kept) is { } left) await File.WriteAllBytesAsync(StateFile, left);
            else File.Delete(StateFile);
            var isKnown = file == "as it was left";

            // It hangs: nothing new is known of it until the probe's timeout.
            paris.Hangs = true;
            await using var node = Start();
            var before = await UntilAsync(vip => vip["probe"] is not null);
            Assert.True((isKnown ? "up" : "unknown") == (string?)before["seen"] && isKnown == (bool)before["probe"]!["remembered"]!, $"{file}: {before.ToJsonString()}");
            if (isKnown) Assert.StartsWith("200 OK in ", (string?)before["reason"], StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync(new Uri($"http://{admin}/readyz"))).StatusCode);

            // The one that hangs has kept it from its work for its timeout, and no longer.
            await node.WaitForErrorAsync(" ready: ", ample);
            await UntilAsync(vip => !(bool)vip["probe"]!["remembered"]! && ((string?)vip["reason"])?.StartsWith("timeout after ", StringComparison.Ordinal) == true);
            Assert.Equal(isKnown || file == "gone" ? 0 : 1, node.Error.Split(" state-damaged: ").Length - 1);

            paris.Hangs = false;
            await UntilAsync(vip => (string?)vip["seen"] == "up");
            await StopAsync(node);
        }
    }

    private Task ConfigureAsync() => File.WriteAllTextAsync(Path.Combine(folder.FullName, "pointsman.yaml"), $$"""
        cluster: { name: restarted }
        sites:
          atlanta: { id: 1, nodes: { a1: { admin: "{{admin}}" } } }
          paris: { id: 2, nodes: { p1: {} } }
        services:
          www.restarted.test:
            id: 1
            httpRedirect: false
            probe: { http: {}, interval: 4s, timeout: 4s, fall: 3, rise: 1 }
            vips:
              paris: { address: "{{paris.Address}}" }
        """);

    private RunningProcess Start() =>
        ProgramUnderTest.Start("run", "--config", Path.Combine(folder.FullName, "pointsman.yaml"), "--site", "atlanta", "--state", Path.Combine(folder.FullName, "state"));

    private static async Task StopAsync(RunningProcess node)
    {
        node.Signal("TERM");
        await node.WaitForExitAsync(ample);
    }

    private async Task<JsonNode> UntilAsync(Func<JsonNode, bool> wanted)
    {
        var deadline = DateTimeOffset.UtcNow + ample;
        JsonNode? last = null;
        while (DateTimeOffset.UtcNow < deadline)
        {
            try
            {
                last = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://{admin}/api/v1/sites")))!["sites"]!["paris"]!["vips"]![0]!;
                if (wanted(last)) return last;
            }
            catch (HttpRequestException)
            {
                // It is not up yet.
            }

            await Task.Delay(30);
        }

        throw new TimeoutException(last?.ToJsonString() ?? "the node did not answer");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await paris.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Answers every request with 200, or takes it and says nothing.</summary>
    private sealed class SwitchableServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(Loopback.NextEndPoint());
        private readonly CancellationTokenSource stopping = new();
        private readonly Task serving;

        public SwitchableServer()
        {
            listener.Start();
            serving = ServeAsync();
        }

        public EndPoint Address => listener.LocalEndpoint;
        public bool Hangs { get; set; }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await serving;
            listener.Dispose();
            stopping.Dispose();
        }

        private async Task ServeAsync()
        {
            var held = new List<Socket>();
            try
            {
                while (true)
                {
                    var connection = await listener.AcceptSocketAsync(stopping.Token);
                    held.Add(connection);
                    if (!Hangs) await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stopping.Token);
                }
            }
            catch (OperationCanceledException)
            {
                foreach (var connection in held) connection.Dispose();
            }
        }
    }
}
