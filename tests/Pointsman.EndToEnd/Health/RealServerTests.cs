using System.Diagnostics;
using System.Net;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Checks of real servers of other makes: nginx, named, openssl.</summary>
public sealed class RealServerTests : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);
    private static readonly TlsSettings s_ours = new() { Authority = TestCertificates.AuthorityPem };
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-real-").FullName;

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task Nginx_over_TLS_in_both_versions_of_HTTP()
    {
        var nginx = Peer.Require("nginx");
        var at = Loopback.NextEndPoint();
        var (certificate, key) = WriteCertificate(TestCertificates.Of("www.example.com", validDays: 30));
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid {{_folder}}/nginx.pid;
            events { }
            http {
                access_log off;
                client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy; fastcgi_temp_path {{_folder}}/fastcgi;
                uwsgi_temp_path {{_folder}}/uwsgi; scgi_temp_path {{_folder}}/scgi;
                server {
                    listen {{at}} ssl http2;
                    server_name www.example.com;
                    ssl_certificate {{certificate}};
                    ssl_certificate_key {{key}};
                    location = /health { add_header X-Load 12; return 200 "ok by $server_protocol $ssl_server_name $request_method $http_x_mine"; }
                    location = /moved { return 301 /health; }
                    location = /loop { return 302 /loop; }
                    location = /away { return 302 https://www.example.net/; }
                    location = /post { if ($request_method = POST) { return 204; } return 405; }
                }
            }
            """, TestContext.Current.CancellationToken);
        await using var process = RunningProcess.Start(nginx, ["-e", "stderr", "-c", Path.Combine(_folder, "nginx.conf")], _folder);
        await UntilOpenAsync(at, process);

        foreach (var dialect in new[] { HttpDialect.Http1, HttpDialect.Http2 })
        {
            var version = dialect == HttpDialect.Http1 ? "1.1" : "2.0";
            Sequence<string> protocols = dialect == HttpDialect.Http1 ? [] : ["h2"];
            var https = new HttpCheck { Path = "/health", Dialect = dialect, Tls = s_ours with { Protocols = protocols } };
            await ExpectAsync(https with { Headers = [new("X-Mine", "yes")], ExpectBody = $"ok by HTTP/{version} www.example.com GET yes", ExpectHeaders = [new("x-load", "12")] }, "200 OK");
            await ExpectAsync(https with { Path = "/missing" }, "status 404 Not Found, expected 200");
            await ExpectAsync(https with { Path = "/moved" }, "status 301 Moved Permanently, expected 200 (it leads to https://www.example.com");
            await ExpectAsync(https with { Path = "/moved", FollowRedirects = 1, ExpectBody = "ok" }, "200 OK");
            await ExpectAsync(https with { Path = "/loop", FollowRedirects = 5 }, "a redirect loop: 302 ");
            await ExpectAsync(https with { Path = "/away", FollowRedirects = 5 }, "302 ");
            await ExpectAsync(https with { Path = "/post", Method = "POST", Body = "a=1", ExpectStatus = [(204, 204)] }, "204 No Content");
            await ExpectAsync(https with { Path = "/health", Method = "HEAD" }, "200 OK");
            await ExpectAsync(https with { Tls = https.Tls with { CertificateDays = 31 } }, "the certificate expires on ");
            await ExpectAsync(https with { Tls = https.Tls with { ServerName = "www.example.net" } }, "the certificate is for www.example.com, not for www.example.net");
        }

        async Task ExpectAsync(HttpCheck check, string reason)
        {
            var result = await ProbeOf.RunAsync(ProbeOf.Target(at, check, timeoutMs: 20_000, iterations: 2));
            Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
            Assert.Equal(reason[0] == '2', result.Succeeded);
        }
    }

    [Theory]
    [InlineData("-tls1_3", "TLS 1.3, certificate until ")]
    [InlineData("-tls1_2", "TLS 1.2, certificate until ")]
    [InlineData("-psk", "TLS handshake failed: ")]
    [Trait("mission", "P4.2")]
    public async Task Openssl_s_handshake(string version, string reason)
    {
        var openssl = Peer.Require("openssl");
        var at = Loopback.NextEndPoint();
        var (certificate, key) = WriteCertificate(TestCertificates.Of("www.example.com"));
        string[] how = version == "-psk" ? ["-nocert", "-psk", "00112233"] : [version, "-cert", certificate, "-key", key, "-alpn", "http/1.1"];
        await using var process = RunningProcess.Start(openssl, ["s_server", "-accept", at.ToString(), "-quiet", "-naccept", "20", .. how], _folder);
        await UntilOpenAsync(at, process);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(at, new TlsCheck { Tls = s_ours }, timeoutMs: 20_000));
        Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
        if (version == "-psk") return;
        result = await ProbeOf.RunAsync(ProbeOf.Target(at, new TlsCheck { Tls = s_ours with { Protocols = ["h2", "http/1.1"] } }, timeoutMs: 20_000));
        Assert.Contains(", http/1.1, certificate until ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("mission", "P4.2")]
    [Trait("rfc", "1035 §4.2.2")]
    public async Task Named_answers_over_UDP_and_TCP()
    {
        var named = Peer.Require("named");
        // It listens only on addresses that an interface lists, which of 127.0.0.0/8 is one.
        var at = new IPEndPoint(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback));
        await File.WriteAllTextAsync(Path.Combine(_folder, "zone"), """
            $TTL 60
            @ IN SOA ns.example.com. admin.example.com. 7 3600 600 86400 60
              IN NS ns
              IN MX 10 mail
            ns IN A 192.0.2.53
            mail IN A 192.0.2.25
            $GENERATE 1-90 many IN A 198.51.100.$
            www IN A 192.0.2.1
            www IN A 192.0.2.2
            www IN AAAA 2001:db8::1
            alias IN CNAME www
            text IN TXT "v=spf1 -all"
            _ldap._tcp IN SRV 0 5 389 www
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "named.conf"), $$"""
            options {
                directory "{{_folder}}"; pid-file "{{_folder}}/named.pid"; session-keyfile "{{_folder}}/session.key";
                listen-on port {{at.Port}} { {{at.Address}}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
            };
            controls { };
            zone "example.com" { type primary; file "zone"; };
            """, TestContext.Current.CancellationToken);
        await using var process = RunningProcess.Start(named, ["-g", "-n", "1", "-c", Path.Combine(_folder, "named.conf")], _folder);
        await process.WaitForErrorAsync("all zones loaded", s_deadline);

        await ExpectAsync("www", DnsType.A, "NOERROR, 192.0.2.", "192.0.2.1", "192.0.2.2");
        await ExpectAsync("www", DnsType.Aaaa, "NOERROR, 2001:db8::1", "2001:db8::1");
        await ExpectAsync("alias", DnsType.A, "NOERROR, 192.0.2.", "192.0.2.2");
        await ExpectAsync("alias", DnsType.Cname, "NOERROR, www.example.com", "WWW.example.com");
        await ExpectAsync("", DnsType.Mx, "NOERROR, 10 mail.example.com", "10 mail.example.com");
        await ExpectAsync("", DnsType.Ns, "NOERROR, ns.example.com", "ns.example.com");
        await ExpectAsync("", DnsType.Soa, "NOERROR, ns.example.com admin.example.com 7 3600 600 86400 60");
        await ExpectAsync("text", DnsType.Txt, "NOERROR, v=spf1 -all", "v=spf1 -all");
        await ExpectAsync("_ldap._tcp", DnsType.Srv, "NOERROR, 0 5 389 www.example.com", "0 5 389 www.example.com");
        await FailAsync(Check("nobody"), "NXDOMAIN, expected NOERROR");
        await FailAsync(Check("text"), "NOERROR, no A, expected 1 or more");
        await FailAsync(Check("www") with { Expect = ["192.0.2.9"] }, "NOERROR, 192.0.2.");
        // What fits is sent with the mark; which of them, is its own choice.
        var cut = await RunAsync(Check("many") with { MinAnswers = 90 });
        Assert.Equal(ProbeVerdict.Failed, cut.Verdict);
        Assert.EndsWith(", expected 90 or more; the answer was truncated: try transport: tcp", cut.Reason, StringComparison.Ordinal);
        var result = await RunAsync(Check("many") with { OverTcp = true, Expect = ["198.51.100.90"], MinAnswers = 90 });
        Assert.True(result.Succeeded, result.Reason);
        result = await RunAsync(Check("www") with { Name = "www.example.org", ExpectCode = DnsCode.Refused });
        Assert.Equal((true, "REFUSED, no A"), (result.Succeeded, result.Reason));

        DnsCheck Check(string label) => new() { Name = label.Length == 0 ? "example.com" : $"{label}.example.com" };

        async Task ExpectAsync(string label, DnsType type, string reason, params string[] answers)
        {
            foreach (var overTcp in new[] { false, true })
            {
                var good = await RunAsync(Check(label) with { Type = type, OverTcp = overTcp, Expect = [.. answers] });
                Assert.True(good.Succeeded, good.Reason);
                Assert.StartsWith(reason, good.Reason, StringComparison.Ordinal);
            }
        }

        async Task FailAsync(DnsCheck check, string reason)
        {
            var bad = await RunAsync(check);
            Assert.Equal(ProbeVerdict.Failed, bad.Verdict);
            Assert.StartsWith(reason, bad.Reason, StringComparison.Ordinal);
        }

        Task<ProbeResult> RunAsync(DnsCheck check) => ProbeOf.RunAsync(ProbeOf.Target(at, check, timeoutMs: 20_000));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (string Certificate, string Key) WriteCertificate(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var paths = (Path.Combine(_folder, "certificate.pem"), Path.Combine(_folder, "key.pem"));
        TestCertificates.Write(certificate, paths.Item1, paths.Item2);
        return paths;
    }

    private static async Task UntilOpenAsync(IPEndPoint at, RunningProcess process)
    {
        var watch = Stopwatch.StartNew();
        while (!(await ProbeOf.RunAsync(ProbeOf.Target(at))).Succeeded)
        {
            Assert.True(watch.Elapsed < s_deadline, process.Error);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
