using System.Net.Sockets;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health.Servers;

/// <summary>NNTP against INN: innd, which hands its readers to nnrpd.</summary>
public sealed class InnTests
{
    private const string Password = "tell-nobody-1";
    private const string Article = "<probe@server.test>";
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_innd_is_well_wrong_frozen_and_gone_in_turn()
    {
        var setpriv = Peer.Require("setpriv");
        var openssl = Peer.Require("openssl");
        Peer.Require("ctlinnd");
        const string bin = "/usr/lib/news/bin";
        await using var server = RealServer.Prepare("inn");
        var at = server.FreePort();
        var user = Environment.IsPrivilegedProcess ? "news" : Environment.UserName;
        foreach (var folder in new[] { "db", "spool/articles", "spool/overview", "spool/incoming/bad", "log/OLD", "run", "tmp", "filter" }) Directory.CreateDirectory(server.At(folder));
        server.Write("inn.conf", $"""
            mta: "/bin/false %s"
            domain: server.test
            pathhost: server.test
            hismethod: hisv6
            ovmethod: tradindexed
            enableoverview: true
            pathnews: /usr/lib/news
            pathbin: {bin}
            pathdb: {server.At("db")}
            pathetc: {server.Folder}
            pathfilter: {server.At("filter")}
            pathspool: {server.At("spool")}
            pathlog: {server.At("log")}
            pathrun: {server.At("run")}
            pathtmp: {server.At("tmp")}
            runasuser: {user}
            runasgroup: {user}
            bindaddress: {at.Address}
            port: {at.Port}
            nnrpdloadlimit: 0
            tlscertfile: {server.At("cert.pem")}
            tlskeyfile: {server.At("key.pem")}

            """);
        server.Write("db/active", "control 0000000000 0000000001 n\ncontrol.cancel 0000000000 0000000001 n\njunk 0000000000 0000000001 n\nlocal.test 0000000000 0000000001 y\nlocal.empty 0000000000 0000000001 y\n");
        server.Write("storage.conf", "method tradspool {\n  newsgroups: *\n  class: 0\n}\n");
        server.Write("expire.ctl", "*:A:1:10:never\n/remember/:11\n");
        server.Write("newsfeeds", "ME:*::\n");
        server.Write("incoming.conf", "streaming: true\n");
        foreach (var empty in new[] { "db/newsgroups", "db/active.times", "db/history", "control.ctl", "moderators", "distrib.pats" }) server.Write(empty, "");
        server.Write("readers.conf", $$"""
            auth all {
              hosts: "*"
              auth: "ckpasswd -f {{server.At("passwd")}}"
              default: "reader"
            }
            access all {
              users: "*"
              newsgroups: "*"
              access: RP
            }

            """);
        var hash = (await RunningProcess.RunAsync(openssl, ["passwd", "-6", Password], s_deadline)).Output.Trim();
        server.Write("passwd", $"joe:{hash}\n");
        if (Environment.IsPrivilegedProcess) Assert.Equal(0, (await RunningProcess.RunAsync("chown", ["-R", $"{user}:", server.Folder], s_deadline)).ExitCode);

        // innd runs as nobody else than its user, and so does what makes its tables.
        string[] become = Environment.IsPrivilegedProcess ? ["--reuid", user, "--regid", user, "--clear-groups"] : [];
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["INNCONF"] = server.At("inn.conf") };
        var made = await RunningProcess.RunAsync(setpriv, [.. become, $"{bin}/makedbz", "-i", "-o", "-s", "1000"], s_deadline, server.Folder, environment);
        Assert.True(made.ExitCode == 0, made.ToString());
        await server.StartAsync(setpriv, [.. become, $"{bin}/innd", "-d"], at, environment);
        await PostAsync(at);

        var check = new NntpCheck();
        var login = new ProbeLogin("joe", new Secret(Password));
        await RealServer.WellAsync(at, check with { ExpectGreeting = "INN", ExpectCapability = ["OVER", "STARTTLS"] }, "200 ready");
        await RealServer.WellAsync(at, check with { Group = "local.test", MinArticles = 1 }, "211 local.test, 1 articles");
        await RealServer.WellAsync(at, check with { Article = Article }, $"223 {Article}");
        await RealServer.WellAsync(at, check with { Group = "local.test", Article = "1" }, "223 1");
        await RealServer.WellAsync(at, check with { Login = login, Group = "local.empty" }, "211 local.empty, 0 articles");
        var (_, reason, read) = await RealServer.ProbeAsync(at, check with { Tls = server.Tls, Login = login, Article = Article, Fetch = true });
        Assert.Matches($"^220 {Article}, [0-9]+ bytes$", reason);
        Assert.True(read.BodyBytes > 2000 && read.ThroughputBytesPerSecond > 0, reason);

        await RealServer.FailsAsync(at, check with { Group = "local.none" }, "the reply to GROUP was '411 No such group local.none', expected 211");
        await RealServer.FailsAsync(at, check with { Group = "local.test", MinArticles = 2 }, "local.test has 1 articles, expected 2 or more");
        await RealServer.FailsAsync(at, check with { Article = "<none@server.test>" }, "the reply to STAT was '430 ");
        await RealServer.FailsAsync(at, check with { Group = "local.test", Article = "7", Fetch = true }, "the reply to ARTICLE was '423 ");
        await RealServer.FailsAsync(at, check with { Login = login with { Password = new Secret("no-idea-at-all") } }, "the reply to AUTHINFO PASS was '481 Authentication failed', expected 281");
        await RealServer.FailsAsync(at, check with { ExpectCapability = ["STREAMING"] }, "does not offer STREAMING");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { ServerName = "other.test" } }, "the certificate is for server.test, not for other.test");

        await server.FreezeAsync(at, check);
        await server.EndAsync(at, check);
    }

    /// <summary>An article, by a reader that posts: what a probe never does.</summary>
    private static async Task PostAsync(System.Net.IPEndPoint at)
    {
        using var client = new TcpClient(at.AddressFamily);
        await client.ConnectAsync(at);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await ExpectAsync("200");
        await SayAsync("POST", "340");
        var body = string.Concat(Enumerable.Repeat("..a line that begins with a dot\r\n", 80));
        await SayAsync($"From: probe@server.test\r\nNewsgroups: local.test\r\nSubject: probe\r\nMessage-ID: {Article}\r\n\r\n{body}.", "240");

        async Task SayAsync(string line, string code)
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            await ExpectAsync(code);
        }

        async Task ExpectAsync(string code)
        {
            using var stop = new CancellationTokenSource(s_deadline);
            Assert.StartsWith(code, await reader.ReadLineAsync(stop.Token) ?? "closed", StringComparison.Ordinal);
        }
    }
}
