using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>TLS under a probe, good and bad: what an operator can mend is what the reason says.</summary>
public sealed class TlsProbeTests
{
    private static readonly TlsSettings s_ours = new() { Authority = TestCertificates.AuthorityPem };

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_handshake_alone_tells_version_and_the_certificates_end()
    {
        await using var server = Serving(TestCertificates.Of("www.example.com", validDays: 90));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours }));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Matches(@"^TLS 1\.[23], certificate until \d{4}-\d\d-\d\d$", result.Reason);
        Assert.InRange(result.CertificateUntil!.Value, DateTimeOffset.UtcNow.AddDays(89), DateTimeOffset.UtcNow.AddDays(91));
        Assert.True(result.TlsMicros > 0);
    }

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task HTTPS_asks_within_TLS_and_times_it_apart()
    {
        await using var server = Serving(TestCertificates.Of("www.example.com"));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok with { Tls = s_ours }, iterations: 2));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal("200 OK", result.Reason);
        Assert.True(result.TlsMicros > 0 && result.FirstByteMicros > 0);
    }

    public static TheoryData<string, string, TlsSettings> BadOnes => new()
    {
        { "expired", "the certificate expired on ", s_ours },
        { "tomorrow", "the certificate is valid only from ", s_ours },
        { "other name", "the certificate is for www.example.net, not for www.example.com", s_ours },
        { "self-signed", "the certificate is not trusted: signed by itself (CN=www.example.com)", s_ours },
        { "good", "the certificate is not trusted: issued by CN=Test Authority", new TlsSettings() },
        { "soon", "in 5 days: at least 14 are asked for", s_ours with { CertificateDays = 14 } },
        { "soon", "in 5 days: at least 14 are asked for", new TlsSettings { Verify = false, CertificateDays = 14 } },
        { "expired", "the certificate expired on ", new TlsSettings { Verify = false, CertificateDays = 1 } },
    };

    [Theory]
    [MemberData(nameof(BadOnes))]
    public async Task A_bad_certificate_fails_with_what_is_wrong_with_it(string which, string reason, TlsSettings tls)
    {
        await using var server = Serving(Certificate(which));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = tls }));
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("other name")]
    [InlineData("self-signed")]
    public async Task Any_certificate_will_do_where_none_is_verified(string which)
    {
        await using var server = Serving(Certificate(which));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = new TlsSettings { Verify = false } }));
        Assert.True(result.Succeeded, result.Reason);
    }

    [Fact]
    [Trait("rfc", "6066 §3")]
    public async Task The_name_asked_for_is_the_services_or_the_one_configured()
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = Serving(TestCertificates.Of("shop.example.net"), asked);
        await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours }));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours with { ServerName = "shop.example.net" } }));
        Assert.True(result.Succeeded, result.Reason);
        await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours with { ServerName = "192.0.2.1" } }));
        Assert.Equal(["www.example.com", "shop.example.net", ""], asked);
    }

    [Fact]
    [Trait("rfc", "7301 §3.2")]
    public async Task A_server_that_takes_none_of_the_protocols_offered_is_not_well()
    {
        await using var server = Serving(TestCertificates.Of("www.example.com"));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours with { Protocols = ["h2", "http/1.1"] } }));
        Assert.Equal((ProbeVerdict.Failed, "the server does not agree on a protocol inside TLS; offered: h2, http/1.1"), (result.Verdict, result.Reason));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "TLS handshake failed: ", "another protocol")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028", "handshake failure", "the alert of one that wants nothing of us")]
    [InlineData("\u0016\u0003\u0003\u0040\u0001", "closed in the TLS handshake", "a record that never ends")]
    [InlineData("", "closed in the TLS handshake", "nothing")]
    public async Task What_is_no_handshake_fails_with_a_reason(string reply, string reason, string what)
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.Socket.ReceiveAsync(new byte[4096], connection.Stop);
            await connection.SendAsync(reply);
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await connection.WaitAsync(50);
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours }));
        Assert.True(result.Verdict == ProbeVerdict.Failed, what);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_in_the_handshake_runs_into_its_own_limit()
    {
        await using var server = new ScriptedServer(connection => connection.HangAsync());
        var target = ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours }, timeoutMs: 60_000);
        target = target with { Settings = target.Settings with { Timeouts = new PhaseTimeouts(null, TimeSpan.FromMilliseconds(150), null) } };
        var result = await ProbeOf.RunAsync(target).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("timeout after 150.0 ms in the TLS handshake", result.Reason);
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_the_handshake_says_so()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.Socket.ReceiveAsync(new byte[4096], connection.Stop);
            connection.Reset();
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new TlsCheck { Tls = s_ours }));
        Assert.Equal((ProbeVerdict.Failed, "reset by the server"), (result.Verdict, result.Reason));
    }

    [Fact]
    public async Task A_renegotiation_is_not_followed()
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await using var tls = new SslStream(new System.Net.Sockets.NetworkStream(connection.Socket));
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = TestCertificates.Of("www.example.com"), EnabledSslProtocols = SslProtocols.Tls12, AllowRenegotiation = true }, connection.Stop);
            await tls.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, connection.Stop);
            try
            {
                await tls.NegotiateClientCertificateAsync(connection.Stop);
                await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), connection.Stop);
            }
            catch (Exception refused) when (refused is AuthenticationException or IOException)
            {
                // The prober went away, as it is to.
            }
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, ProbeOf.Ok with { Tls = s_ours }));
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.DoesNotContain("timeout", result.Reason, StringComparison.Ordinal);
    }

    private static X509Certificate2 Certificate(string which) => which switch
    {
        "expired" => TestCertificates.Of("www.example.com", validDays: -2, sinceDays: 40),
        "tomorrow" => TestCertificates.Of("www.example.com", validDays: 40, sinceDays: -2),
        "other name" => TestCertificates.Of("www.example.net"),
        "self-signed" => TestCertificates.SelfSigned("www.example.com"),
        "soon" => TestCertificates.Of("www.example.com", validDays: 6),
        _ => TestCertificates.Of("www.example.com"),
    };

    /// <summary>A good HTTPS server with this certificate; notes the names that it was asked for.</summary>
    private static ScriptedServer Serving(X509Certificate2 certificate, ConcurrentQueue<string>? asked = null) => new(async connection =>
    {
        try
        {
            await using var tls = new SslStream(new System.Net.Sockets.NetworkStream(connection.Socket));
            // Told before the client can be done with the handshake.
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateSelectionCallback = (_, name) => { asked?.Enqueue(name ?? ""); return certificate; } }, connection.Stop);
            await tls.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, connection.Stop);
            await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), connection.Stop);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // The prober did not like the certificate, or went away.
        }
    });
}
