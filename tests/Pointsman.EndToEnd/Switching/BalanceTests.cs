using System.Net.Sockets;
using Pointsman.Model;

namespace Pointsman.EndToEnd.Switching;

/// <summary>Which real server a connection gets, seen from outside [P6.2, P6.4].</summary>
public sealed class BalanceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("mission", "P6.2")]
    public async Task Curl_meets_the_servers_in_turn_and_the_others_when_one_is_killed()
    {
        await using var a = await NginxServer.StartAsync("a");
        await using var b = await NginxServer.StartAsync("b");
        await using var c = await NginxServer.StartAsync("c");
        await using var rig = SwitchRig.Start([a.Server, b.Server, c.Server]);
        var failed = new TaskCompletionSource<Endpoint>();
        rig.Switch.ServerFailed += (_, server) => failed.TrySetResult(server);
        var before = await CurlAsync(rig, 9);
        Assert.Equal([("a", 3), ("b", 3), ("c", 3)], Count(before));

        // Not told yet that it is down: a connection that meets it is given to the next one.
        await b.KillAsync();
        Assert.DoesNotContain("b", await CurlAsync(rig, 6));
        Assert.Equal(b.Server.Address, await failed.Task.WaitAsync(TimeSpan.FromSeconds(5), Stop));
        Assert.True(rig.Counters.ConnectFailures > 0);

        rig.SetUp(b.Server, false);
        var failures = rig.Counters.ConnectFailures;
        Assert.Equal([("a", 3), ("c", 3)], Count(await CurlAsync(rig, 6)));
        Assert.Equal(failures, rig.Counters.ConnectFailures);
        Assert.Equal((2, 3), (rig.Report.ServersUp, rig.Report.ServersTotal));
    }

    [Fact]
    [Trait("mission", "P6.2")]
    public async Task Weights_give_each_server_its_share()
    {
        await using var a = await NginxServer.StartAsync("a");
        await using var b = await NginxServer.StartAsync("b");
        await using var rig = SwitchRig.Start([a.Server with { Weight = 3 }, b.Server], vip => vip with { Balance = Balance.Weighted });
        Assert.Equal([("a", 9), ("b", 3)], Count(await CurlAsync(rig, 12)));
    }

    [Fact]
    [Trait("mission", "P6.2")]
    public async Task Least_connections_goes_where_fewest_are_open()
    {
        await using var a = TalkingServer.Echo("a");
        await using var b = TalkingServer.Echo("b");
        await using var rig = SwitchRig.Start([a.Server, b.Server], vip => vip with { Balance = Balance.LeastConnections });
        var open = new Dictionary<string, List<Socket>> { ["a"] = [], ["b"] = [] };
        for (var i = 0; i < 10; i++)
        {
            var client = await rig.ConnectAsync();
            open[await ForwardingTests.ReadAsync(client, 1)].Add(client);
        }

        Assert.Equal(5, open["a"].Count);
        foreach (var client in open["a"]) client.Dispose();
        await SwitchRig.Until(() => rig.Switch.Sessions == 5, "the sessions of a have ended");
        for (var i = 0; i < 5; i++)
        {
            var client = await rig.ConnectAsync();
            Assert.Equal("a", await ForwardingTests.ReadAsync(client, 1));
            open["b"].Add(client);
        }

        foreach (var client in open["b"]) client.Dispose();
    }

    [Fact]
    [Trait("mission", "P6.4")]
    public async Task A_client_stays_with_its_server_until_that_is_down_and_another_client_does_not()
    {
        await using var a = TalkingServer.Echo("a");
        await using var b = TalkingServer.Echo("b");
        await using var rig = SwitchRig.Start([a.Server, b.Server], vip => vip with { Persistence = new Persistence(TimeSpan.FromMinutes(10)) });
        var mine = await MeetAsync(rig);
        for (var i = 0; i < 8; i++) Assert.Equal(mine, await MeetAsync(rig));

        using (var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            other.Bind(new System.Net.IPEndPoint(Loopback.NextAddress(), 0));
            await other.ConnectAsync(rig.Address, Stop);
            Assert.NotEqual(mine, await ForwardingTests.ReadAsync(other, 1));
        }

        var server = mine == "a" ? a.Server : b.Server;
        rig.SetUp(server, false);
        Assert.NotEqual(mine, await MeetAsync(rig));
        rig.SetUp(server, true);
        Assert.NotEqual(mine, await MeetAsync(rig));
    }

    private static async Task<string> MeetAsync(SwitchRig rig)
    {
        using var client = await rig.ConnectAsync();
        return await ForwardingTests.ReadAsync(client, 1);
    }

    private static (string, int)[] Count(IEnumerable<string> names) => [.. names.GroupBy(name => name).OrderBy(group => group.Key).Select(group => (group.Key, group.Count()))];

    /// <summary>So many requests, each on a connection of its own.</summary>
    private static async Task<List<string>> CurlAsync(SwitchRig rig, int times)
    {
        var names = new List<string>();
        for (var i = 0; i < times; i++)
        {
            var done = await Peer.RunAsync("curl", TimeSpan.FromSeconds(20), "-sS", "--max-time", "10", rig.Url + "/who");
            Assert.True(done.ExitCode == 0, done.ToString());
            names.Add(done.Output.Trim());
        }

        return names;
    }
}
