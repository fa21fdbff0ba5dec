using System.Net.Sockets;
using System.Text;
using Pointsman.Model;
using Pointsman.Switching;

namespace Pointsman.EndToEnd.Switching;

/// <summary>What a VIP does when it can take no more [P6.5–P6.8, S18–S20], with curl as the user.</summary>
public sealed class RedirectTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("mission", "P6.5")]
    [Trait("mission", "P6.6")]
    public async Task Curl_is_led_from_the_full_site_to_the_other_one()
    {
        await using var a = await NginxServer.StartAsync("paris");
        await using var b = await NginxServer.StartAsync("tokyo");
        await using var paris = SwitchRig.Start([a.Server], vip => vip with { MaxConnections = 1 });
        await using var tokyo = SwitchRig.Start([b.Server], site: 2);
        paris.ChooseSite = _ => HandOffVerdict.Redirect(tokyo.Site, tokyo.Vip.Address.ToString());

        Assert.Equal("paris", (await CurlAsync(paris.Url + "/who")).Output.Trim());
        using var holder = await HoldAsync(paris);
        var first = await CurlAsync("-i", paris.Url + "/a/b?x=1&y=%20");
        Assert.StartsWith("HTTP/1.1 302 Found\n", first.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"\nLocation: http://{tokyo.Vip.Address}/a/b?x=1&y=%20&_pm=", first.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal("tokyo", (await CurlAsync("-L", paris.Url + "/who")).Output.Trim());
        Assert.Contains("307 Temporary Redirect", (await CurlAsync("-i", "-d", "body", paris.Url + "/")).Output, StringComparison.Ordinal);
        Assert.Equal(3, paris.Counters.Redirected);
        Assert.Equal(paris.Site, Assert.Single(paris.Asked.First().Visited));
        Assert.Equal("127.0.0.1", paris.Asked.First().Client.ToString());
        Assert.Equal(1, paris.Report.ConnectionsActive);

        holder.Dispose();
        await SwitchRig.Until(() => paris.Report.ConnectionsActive == 0, "the place is free again");
        Assert.Equal("paris", (await CurlAsync(paris.Url + "/who")).Output.Trim());
    }

    [Fact]
    [Trait("mission", "P6.6")]
    public async Task With_every_site_full_a_client_walks_each_once_and_is_never_sent_back()
    {
        await using var server = TalkingServer.Echo("");
        await using var a = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 }, site: 1);
        await using var b = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 }, site: 2);
        await using var c = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 }, site: 3);
        SwitchRig[] all = [a, b, c];
        // Each believes that the others have room, as with state that is a moment old.
        foreach (var rig in all)
        {
            rig.ChooseSite = request => all.FirstOrDefault(other => !request.Visited.Contains(other.Site)) is { } other
                ? HandOffVerdict.Redirect(other.Site, other.Vip.Address.ToString())
                : HandOffVerdict.NothingHasRoom;
        }

        using var holdA = await HoldAsync(a);
        using var holdB = await HoldAsync(b);
        using var holdC = await HoldAsync(c);
        var done = await CurlAsync("-L", "-i", "--max-redirs", "10", b.Url + "/");
        Assert.Contains("503 Service Unavailable", done.Output, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", done.Output, StringComparison.Ordinal);
        Assert.All(all, rig => Assert.Single(rig.Asked));
        Assert.Equal([2, 1, 3], c.Asked.Single().Visited.Select(site => site.Value));
        Assert.Equal(0, all.Sum(rig => rig.Counters.TokensIgnored));
    }

    [Fact]
    [Trait("mission", "P6.6")]
    public async Task With_no_server_up_or_none_that_answers_the_user_is_redirected()
    {
        await using var a = await NginxServer.StartAsync("a");
        await using var b = await NginxServer.StartAsync("b");
        await using var dead = SwitchRig.Start([a.Server]);
        await using var alive = SwitchRig.Start([b.Server], site: 2);
        dead.ChooseSite = _ => HandOffVerdict.Redirect(alive.Site, alive.Vip.Address.ToString());
        await a.KillAsync();
        Assert.Equal("b", (await CurlAsync("-L", dead.Url + "/who")).Output.Trim());
        dead.SetUp(a.Server, false);
        Assert.Equal("b", (await CurlAsync("-L", dead.Url + "/who")).Output.Trim());
        Assert.Equal(2, dead.Counters.RefusedNoServer);
        await SwitchRig.Until(() => dead.Changes.Count() == 2, "told that no server is left");
        Assert.Equal(EventReasons.NoServerAvailable, dead.Changes.Last().Reason);
    }

    [Fact]
    [Trait("mission", "P6.5")]
    public async Task All_servers_at_their_own_maximum_are_full_too()
    {
        await using var a = TalkingServer.Echo("a");
        await using var b = TalkingServer.Echo("b");
        await using var rig = SwitchRig.Start([a.Server with { MaxConnections = 1 }, b.Server with { MaxConnections = 1 }]);
        using var first = await HoldAsync(rig);
        Assert.Equal(VipCondition.Up, rig.Report.Condition);
        using var second = await HoldAsync(rig);
        await SwitchRig.Until(() => rig.Changes.Any(change => change.Reason is EventReasons.AllServersAtMaximum), "told that it is full");
        Assert.Equal(VipCondition.Full, rig.Report.Condition);
        Assert.Equal([1, 1], rig.Switch.Servers(rig.Vip.Key).Select(server => server.Active));
        Assert.Contains("503", (await CurlAsync("-i", rig.Url)).Output, StringComparison.Ordinal);
        second.Dispose();
        await SwitchRig.Until(() => rig.Changes.Last().Reason is EventReasons.Recovered, "told that it has room");
    }

    [Theory]
    [Trait("mission", "P6.7")]
    [InlineData(DropWhen.Never, true, "GET / HTTP/1.1\r\n\r\n", "served", "nothing has room: served on, the request whole")]
    [InlineData(DropWhen.Never, false, "GET / HTTP/1.1\r\n\r\n", "served", "no redirect wanted: served on")]
    [InlineData(DropWhen.Never, true, "EHLO me\r\n", "served", "not HTTP: served on, what was read goes first")]
    [InlineData(DropWhen.WhenNothingHasRoom, true, "GET / HTTP/1.1\r\n\r\n", "503", "nothing has room")]
    [InlineData(DropWhen.WhenNothingHasRoom, false, "GET / HTTP/1.1\r\n\r\n", "503", "no redirect wanted")]
    [InlineData(DropWhen.WhenNothingHasRoom, true, "EHLO me\r\n", "reset", "not HTTP")]
    [InlineData(DropWhen.Always, true, "GET / HTTP/1.1\r\n\r\n", "503", "always")]
    [InlineData(DropWhen.Always, true, "\u0016\u0003\u0001", "reset", "always, TLS")]
    public async Task Who_has_nowhere_to_go_is_served_on_or_dropped(DropWhen drop, bool redirect, string request, string expected, string _)
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 },
            service => service with { HttpRedirect = redirect, Redirect = new RedirectSettings { Drop = drop } });
        using var holder = await HoldAsync(rig);
        using var client = await rig.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes(request), Stop);
        if (expected == "reset")
        {
            await SwitchRig.AssertResetAsync(client);
        }
        else if (expected == "served")
        {
            Assert.Equal(request, await ForwardingTests.ReadAsync(client, request.Length));
            Assert.Equal(2, rig.Report.ConnectionsActive);
            Assert.Equal(1, rig.Counters.ServedOn);
        }
        else
        {
            Assert.StartsWith("HTTP/1.1 503 ", Encoding.ASCII.GetString(await ForwardingTests.ReadToEndAsync(client)), StringComparison.Ordinal);
        }

        Assert.Equal(redirect && expected != "reset" && request.StartsWith("GET", StringComparison.Ordinal) && drop != DropWhen.Always ? 1 : 0, rig.Asked.Count);
    }

    [Fact]
    [Trait("mission", "P6.8")]
    public async Task Without_httpRedirect_no_site_is_asked_and_a_reload_switches_it_on()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 }, service => service with { HttpRedirect = false });
        rig.ChooseSite = _ => HandOffVerdict.Redirect(new SiteId(2), "192.0.2.1:80");
        using var holder = await HoldAsync(rig);
        Assert.Contains("503", (await CurlAsync("-i", rig.Url)).Output, StringComparison.Ordinal);
        Assert.Empty(rig.Asked);
        rig.Reload(service => service with { HttpRedirect = true });
        Assert.Contains("302 Found", (await CurlAsync("-i", rig.Url)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_a_token_at_a_site_with_room_is_forwarded_untouched()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server]);
        using var client = await rig.ConnectAsync();
        const string request = "GET /?_pm=anything HTTP/1.1\r\nHost: x\r\n\r\n";
        await client.SendAsync(Encoding.ASCII.GetBytes(request), Stop);
        Assert.Equal(request, await ForwardingTests.ReadAsync(client, request.Length));
    }

    [Fact]
    public async Task The_answer_to_a_large_POST_is_not_lost_to_a_reset()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 });
        using var holder = await HoldAsync(rig);
        using var client = await rig.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), Stop);
        await TalkingServer.SendAllAsync(client, new byte[100_000], Stop);
        Assert.StartsWith("HTTP/1.1 503 ", Encoding.ASCII.GetString(await ForwardingTests.ReadToEndAsync(client)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chooser_that_names_a_visited_site_or_no_authority_is_not_obeyed()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 });
        using var holder = await HoldAsync(rig);
        rig.ChooseSite = _ => HandOffVerdict.Redirect(rig.Site, "192.0.2.1:80");
        Assert.Contains("503", (await CurlAsync("-i", rig.Url)).Output, StringComparison.Ordinal);
        rig.ChooseSite = _ => HandOffVerdict.Redirect(new SiteId(2), "evil\r\nX: y");
        Assert.Contains("503", (await CurlAsync("-i", rig.Url)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chooser_that_throws_costs_its_own_connection_and_is_counted()
    {
        await using var server = TalkingServer.Echo("");
        await using var rig = SwitchRig.Start([server.Server], vip => vip with { MaxConnections = 1 });
        rig.FaultsExpected = 1;
        using var holder = await HoldAsync(rig);
        rig.ChooseSite = _ => throw new InvalidOperationException("a defect");
        using var client = await rig.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Stop);
        await SwitchRig.AssertResetAsync(client);
        await holder.SendAsync("x"u8.ToArray(), Stop);
        Assert.Equal("x", await ForwardingTests.ReadAsync(holder, 1));
    }

    internal static async Task<Socket> HoldAsync(SwitchRig rig)
    {
        var before = rig.Counters.Forwarded;
        var holder = await rig.ConnectAsync();
        await SwitchRig.Until(() => rig.Counters.Forwarded > before, "the connection has its server");
        return holder;
    }

    private static async Task<Finished> CurlAsync(params string[] arguments)
    {
        var done = await Peer.RunAsync("curl", TimeSpan.FromSeconds(20), ["-sS", "--max-time", "10", .. arguments]);
        Assert.True(done.ExitCode == 0, done.ToString());
        return done;
    }
}
