using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Transport;

/// <summary>Bound to all addresses, a server answers from the one that was asked: resolvers believe no other.</summary>
public sealed class ReplyAddressTests
{
    private static readonly DnsContents s_contents = new(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone)]));

    [Theory]
    [InlineData(false, "by batches")]
    [InlineData(true, "by the portable path")]
    [Trait("rfc", "2181 §4.1")]
    public async Task Every_IPv4_address_answers_for_itself(bool portable, string _)
    {
        await using var server = Start(IPAddress.Any, portable);
        AskAll(server, ["127.0.0.1", "127.7.7.7", "127.0.0.2", "127.255.255.254"]);
    }

    [Theory]
    [InlineData(false, "by batches")]
    [InlineData(true, "by the portable path")]
    [Trait("rfc", "2181 §4.1")]
    public void Every_IPv6_address_answers_for_itself(bool portable, string _)
        => InNetworkOfItsOwn(() =>
        {
            foreach (var address in (string[])["fd00::7/128", "fd00:0:0:1::7/128"])
            {
                using var ip = Process.Start("ip", ["-6", "address", "add", address, "dev", "lo", "nodad"]);
                ip.WaitForExit();
                Assert.Equal(0, ip.ExitCode);
            }
            // The kernel takes an address into use a moment after it was added; nothing can be sent from it before.
            for (var looks = 0; TentativeAddresses().Length > 0; looks++) Assert.True(looks < 1000, TentativeAddresses());
            var server = Start(IPAddress.IPv6Any, portable);
            try
            {
                AskAll(server, ["::1", "fd00::7", "fd00:0:0:1::7"]);
            }
            finally
            {
                server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        });

    [Fact]
    public async Task More_addresses_than_the_portable_path_keeps_are_still_answered()
    {
        await using var server = Start(IPAddress.Any, portable: true);
        for (var address = 1; address <= 100; address++)
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp) { ReceiveTimeout = 20_000 };
            socket.SendTo(new QueryBytes("www.example.com", RrType.A) { Id = (ushort)address }.Build(), new IPEndPoint(new IPAddress([127, 8, 0, (byte)address]), server.EndPoints[0].Port));
            var buffer = new byte[4096];
            Assert.Equal(address, new ParsedAnswer(buffer[..socket.Receive(buffer)]).Id);
        }
        Assert.Equal(100, server.Counters().UdpQueries);
    }

    [Fact]
    public async Task A_second_server_on_all_addresses_is_refused_on_the_portable_path_too()
    {
        await using var server = Start(IPAddress.Any, portable: true);
        AskAll(server, ["127.0.0.1"]);
        Assert.Throws<DnsListenException>(() => DnsServer.Start(new DnsServerOptions { Listen = [server.EndPoints[0]], UdpThreads = 1, Portable = true }, s_contents));
        AskAll(server, ["127.0.0.1"]);
    }

    private static DnsServer Start(IPAddress address, bool portable) =>
        DnsServer.Start(new DnsServerOptions { Listen = [new IPEndPoint(address, 0)], UdpThreads = 2, Portable = portable }, s_contents);

    /// <summary>In turns, so that each address is met for the first time and again.</summary>
    private static void AskAll(DnsServer server, string[] addresses)
    {
        for (ushort round = 0; round < 3; round++)
        {
            foreach (var address in addresses)
            {
                var answer = Loopback.AskUdp(new IPEndPoint(IPAddress.Parse(address), server.EndPoints[0].Port), new QueryBytes("www.example.com", RrType.A) { Id = round });
                Assert.Equal((round, "192.0.2.80"), (answer.Id, Assert.Single(answer.Answers).Rdata));
            }
        }
    }

    private static string TentativeAddresses()
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", ["-6", "address", "show", "tentative"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var addresses = ip.StandardOutput.ReadToEnd();
        ip.WaitForExit();
        return addresses;
    }

    /// <summary>On a thread with a network of its own, in which nothing is but loopback: whatever it binds or adds is nobody else's.</summary>
    private static void InNetworkOfItsOwn(Action test)
    {
        const int NewNetwork = 0x40000000;
        Exception? failure = null;
        var allowed = OperatingSystem.IsLinux();
        var thread = new Thread(() =>
        {
            try
            {
                allowed = allowed && Unshare(NewNetwork) == 0;
                if (!allowed) return;
                using (var up = Process.Start("ip", ["link", "set", "lo", "up"])) up.WaitForExit();
                test();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.SkipUnless(allowed, "needs the right to make a network namespace");
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
    }

    [DllImport("libc", EntryPoint = "unshare", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unshare(int flags);
}
