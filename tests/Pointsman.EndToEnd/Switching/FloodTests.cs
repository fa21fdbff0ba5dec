using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Pointsman.Model;
using Pointsman.Switching;

namespace Pointsman.EndToEnd.Switching;

/// <summary>Many clients at once, and what they must not do to the others [P6.5, S20].</summary>
public sealed class FloodTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("mission", "P6.5")]
    public async Task Under_six_thousand_idle_connections_others_are_served()
    {
        const int idle = 6000;
        // The servers and the idle clients live in processes of their own: this one holds the switch's descriptors, two for each.
        var python = Peer.Require("python3");
        await using var server = RunningProcess.Start(python, ["-u", "-c", """
            import asyncio, resource
            resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
            async def talk(reader, writer):
                while data := await reader.read(100):
                    writer.write(data); await writer.drain()
                writer.close()
            async def main():
                server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=4096)
                print("port", server.sockets[0].getsockname()[1], flush=True)
                await server.serve_forever()
            asyncio.run(main())
            """]);
        await server.WaitForOutputAsync("\n", TimeSpan.FromSeconds(20));
        var port = int.Parse(server.Output.Split()[1], System.Globalization.CultureInfo.InvariantCulture);
        var echo = new RealServer(new Endpoint(System.Net.IPAddress.Loopback, port));
        await using var rig = SwitchRig.Start([echo]);
        await using (var clients = RunningProcess.Start(python, ["-u", "-c", $$"""
            import resource, socket, time
            resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
            held = [socket.create_connection(("{{rig.Vip.Address.Address}}", {{rig.Vip.Address.Port}})) for _ in range({{idle}})]
            print("holding", flush=True)
            time.sleep(300)
            """]))
        {
            await clients.WaitForOutputAsync("holding", TimeSpan.FromSeconds(60));
            await SwitchRig.Until(() => rig.Counters.Forwarded == idle, "all have their server");
            Assert.Equal(idle, rig.Report.ConnectionsActive);
            await AssertServedAsync(rig);
        }

        await SwitchRig.Until(() => rig.Switch.Sessions == 0, "all sessions have ended");
    }

    [Fact]
    public async Task Whoever_resets_at_once_is_counted_like_everybody_else()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server]);
        const int Clients = 300;
        for (var i = 0; i < Clients; i++)
        {
            using var client = await rig.ConnectAsync();
            client.LingerState = new LingerOption(true, 0);
        }

        await SwitchRig.Until(() => rig.Counters is { Accepted: Clients } counters && counters.Forwarded + counters.Abandoned == Clients, "each is counted once");
        await SwitchRig.Until(() => rig.Switch.Sessions == 0, "none is left");
    }

    [Fact]
    public async Task At_the_limit_of_descriptors_new_ones_are_refused_and_counted_and_the_others_go_on()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], options: new VipSwitchOptions { Workers = 2, DescriptorBudget = 20 });
        var held = new List<Socket>();
        for (var i = 0; i < 10; i++) held.Add(await RedirectTests.HoldAsync(rig));
        for (var i = 0; i < 50; i++)
        {
            await rig.AssertRefusedAsync();
        }

        Assert.Equal(50, rig.Counters.RefusedDescriptors);
        foreach (var client in held)
        {
            await client.SendAsync("x"u8.ToArray(), Stop);
            Assert.Equal("x", await ForwardingTests.ReadAsync(client, 1));
        }

        held[0].Dispose();
        await SwitchRig.Until(() => rig.Switch.Sessions == 9, "one has ended");
        await AssertServedAsync(rig);
        foreach (var client in held) client.Dispose();
    }

    [Fact]
    [Trait("mission", "P6.6")]
    public async Task Slow_and_silent_senders_on_the_refused_path_hold_nothing_for_long()
    {
        const int places = 64;
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 }, options: new VipSwitchOptions { Workers = 2, RefusedAtOnce = places });
        using var holder = await RedirectTests.HoldAsync(rig);
        var slow = new List<Socket>();
        for (var i = 0; i < places; i++)
        {
            var client = await rig.ConnectAsync();
            if (i % 2 == 0) await client.SendAsync("GET /slow"u8.ToArray(), Stop);
            slow.Add(client);
        }

        await SwitchRig.Until(() => rig.Counters.RefusedFull == places, "all are being read");
        var watch = Stopwatch.StartNew();
        await rig.AssertRefusedAsync();
        Assert.Equal(1, rig.Counters.RefusedTooMany);
        await holder.SendAsync("still"u8.ToArray(), Stop);
        Assert.Equal("still", await ForwardingTests.ReadAsync(holder, 5));

        // A byte now and then does not prolong the two seconds.
        while (rig.Counters.ResetSilent < places && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            foreach (var client in slow)
            {
                try
                {
                    client.Send("a"u8);
                }
                catch (SocketException)
                {
                    // Reset: what this test waits for.
                }
            }

            await Task.Delay(100, Stop);
        }

        Assert.Equal(places, rig.Counters.ResetSilent);
        // Two seconds and a sweep; the rest is for a busy machine.
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 20);
        using var next = await rig.ConnectAsync();
        await next.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Stop);
        Assert.StartsWith("HTTP/1.1 503", Encoding.ASCII.GetString(await ForwardingTests.ReadToEndAsync(next)), StringComparison.Ordinal);
        foreach (var client in slow) client.Dispose();
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public async Task However_many_come_at_once_a_server_never_holds_more_than_its_maximum()
    {
        const int most = 5;
        await using var server = TalkingServer.Echo("y");
        await using var rig = SwitchRig.Start([server.Server with { MaxConnections = most }]);
        var (served, highest, done) = (0, 0, false);
        var watching = Task.Run(() =>
        {
            while (!Volatile.Read(ref done)) highest = Math.Max(highest, rig.Switch.Servers(rig.Vip.Key).Single().Active);
        }, Stop);
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 40, CancellationToken = Stop }, async (_, stop) =>
        {
            using var client = await rig.ConnectAsync();
            try
            {
                await client.SendAsync(new byte[] { 0x16 }, stop);
                if (await client.ReceiveAsync(new byte[1], stop) == 1) Interlocked.Increment(ref served);
            }
            catch (SocketException)
            {
                // Refused, as most are meant to be.
            }
        });
        Volatile.Write(ref done, true);
        await watching;
        Assert.InRange(served, most, 400);
        Assert.InRange(highest, 1, most);
        await SwitchRig.Until(() => rig.Switch.Sessions == 0, "all sessions have ended");
        Assert.Equal(served, rig.Counters.Forwarded);
    }

    private static async Task AssertServedAsync(SwitchRig rig)
    {
        using var client = await rig.ConnectAsync();
        await client.SendAsync("hello"u8.ToArray(), Stop);
        Assert.Equal("hello", await ForwardingTests.ReadAsync(client, 5));
    }
}
