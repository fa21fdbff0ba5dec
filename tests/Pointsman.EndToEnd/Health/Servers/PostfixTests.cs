using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health.Servers;

/// <summary>SMTP against postfix, of which only what answers is run: no queue, no delivery.</summary>
public sealed class PostfixTests
{
    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_postfix_is_well_wrong_and_gone_in_turn()
    {
        var postconf = Peer.Require("postconf");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "postfix runs as root alone");
        await using var server = RealServer.Prepare("postfix");
        var (at, tls) = (server.FreePort(), server.FreePort());
        server.Write("main.cf", $"""
            compatibility_level = 3.6
            queue_directory = {server.At("queue")}
            data_directory = {server.At("data")}
            myhostname = {RealServer.Name}
            mydestination =
            local_recipient_maps =
            alias_maps =
            alias_database =
            inet_interfaces = all
            inet_protocols = ipv4
            smtpd_peername_lookup = no
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {server.At("cert.pem")}
            smtpd_tls_key_file = {server.At("key.pem")}
            smtpd_reject_unlisted_recipient = no

            """);
        server.Write("master.cf", $"""
            {at} inet n - n - - smtpd
            {tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
            tlsmgr unix - - n 1000? 1 tlsmgr
            anvil unix - - n - 1 anvil

            """);
        foreach (var folder in new[] { "data", "queue/pid", "queue/private", "queue/public" }) Directory.CreateDirectory(server.At(folder));
        foreach (var folder in new[] { "data", "queue/private", "queue/public" })
        {
            File.SetUnixFileMode(server.At(folder), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Assert.Equal(0, (await RunningProcess.RunAsync("chown", ["postfix", server.At(folder)], TimeSpan.FromSeconds(10))).ExitCode);
        }

        var daemons = (await RunningProcess.RunAsync(postconf, ["-c", server.Folder, "-h", "daemon_directory"], TimeSpan.FromSeconds(10))).Output.Trim();
        await server.StartAsync(Path.Combine(daemons, "master"), ["-c", server.Folder, "-s"], at);

        var check = new SmtpCheck();
        await RealServer.WellAsync(at, check, $"250 {RealServer.Name}");
        await RealServer.WellAsync(at, check with { ExpectGreeting = "ESMTP", Ehlo = "probe.test", ExpectCapability = ["STARTTLS", "SIZE"] }, $"250 {RealServer.Name}");
        await RealServer.WellAsync(at, check with { Tls = server.Tls, ExpectCapability = ["SIZE", "8BITMIME"] }, $"250 {RealServer.Name}");
        await RealServer.WellAsync(tls, check with { Tls = server.Tls, TlsFromStart = true }, $"250 {RealServer.Name}");

        await RealServer.FailsAsync(at, check with { ExpectCapability = ["AUTH PLAIN"] }, "does not offer AUTH PLAIN");
        await RealServer.FailsAsync(at, check with { ExpectGreeting = "Exim" }, $"the greeting was '220 {RealServer.Name} ESMTP Postfix', without 'Exim'");
        await RealServer.FailsAsync(at, check with { ExpectCode = [554] }, $"the greeting was '220 {RealServer.Name} ESMTP Postfix', expected 554");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { ServerName = "other.test" } }, "the certificate is for server.test, not for other.test");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { CertificateDays = 30 } }, "the certificate expires on ");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { Authority = null } }, "the certificate is not trusted");
        await RealServer.FailsAsync(tls, check, "timeout after 1000.0 ms while waiting for the greeting", timeoutMs: 1000);
        await RealServer.FailsAsync(at, check with { Tls = server.Tls, TlsFromStart = true }, "TLS handshake failed");

        await server.EndAsync(at, check);
    }
}
