using Pointsman.Model;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>What is written below <c>probe:</c>, as the check that comes of it.</summary>
public sealed class CheckTests
{
    // Made for this test; nobody has its key.
    private const string Pem = """
        -----BEGIN CERTIFICATE-----
        MIIBdzCCAR2gAwIBAgIUYIc2dN2yMTnN5RbGqQJm4cJvQf0wCgYIKoZIzj0EAwIw
        -----END CERTIFICATE-----
        """;

    [Fact]
    [Trait("mission", "P4.2")]
    public void The_example_has_one_of_each_kind_with_its_values()
    {
        var load = ConfigurationLoader.Load(Path.Combine(SourceTree.Folder, "docs", "examples", "checks.yaml"));
        Assert.Empty(load.Errors.Select(finding => finding.ToString()));
        ProbeSettings ProbeOf(string service) => load.Configuration!.Cluster.FindService($"{service}.example.com")!.Probe;

        Assert.Equal(
            new HttpCheck
            {
                Path = "/health",
                ExpectStatus = [(200, 299)],
                ExpectBodyMatches = "(?m)^state: (ok|degraded)$",
                ExpectHeaders = [new("Content-Type", "text/plain")],
                Dialect = HttpDialect.Http2,
                Tls = new TlsSettings { CertificateDays = 14, Protocols = ["h2"] },
            },
            ProbeOf("www").Check);
        Assert.Equal(new PhaseTimeouts(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(1)), ProbeOf("www").Timeouts);
        Assert.Equal(new GrpcCheck { Service = "shop.v1.Orders", Tls = new TlsSettings { Protocols = ["h2"] } }, ProbeOf("orders").Check);
        Assert.Equal(new DnsCheck { Name = "www.example.com", Expect = ["192.0.2.10"] }, ProbeOf("ns").Check);
        Assert.Equal(new TlsCheck { Tls = new TlsSettings { CertificateDays = 14 } }, ProbeOf("ldap").Check);
        Assert.Equal(new TcpCheck { Send = [.. "PING\r\n"u8], Expect = [.. "+PONG"u8] }, ProbeOf("cache").Check);
        Assert.Equal(48, Assert.IsType<UdpCheck>(ProbeOf("time").Check).Send.Length);
        Assert.Equal(new ExecCheck { Command = ["/usr/local/lib/pointsman/check-lag", "--seconds", "30"] }, ProbeOf("database").Check);
    }

    [Fact]
    public void Where_probes_leave_from_is_read_at_the_site_the_node_and_the_probe()
    {
        var text = MemoryFiles.GoodText.Replace("probeThrough:", "probeSource: [192.0.2.7, \"2001:db8::7\"]\n    probeThrough:", StringComparison.Ordinal)
            .Replace("    serverProbe: { interval", "    serverProbe: { source: 192.0.2.8, interval", StringComparison.Ordinal);
        var load = MemoryFiles.Good().With("pointsman.yaml", text).Load();
        Assert.Empty(load.Errors.Select(finding => finding.ToString()));
        var cluster = load.Configuration!.Cluster;
        Assert.Contains(new SourceAddresses(System.Net.IPAddress.Parse("192.0.2.7"), System.Net.IPAddress.Parse("2001:db8::7")), cluster.Sites.Select(site => site.ProbeSource));
        Assert.Equal("192.0.2.8", cluster.FindService("www.example.com")!.ServerProbe.Source.IPv4!.ToString());
    }

    [Theory]
    [InlineData("", "must hold certificates in PEM form, has none")]
    [InlineData(Pem, "must hold certificates in PEM form: ")]
    public void An_authority_that_is_none_is_refused(string content, string error)
    {
        var text = MemoryFiles.GoodText.Replace("    serverProbe: { interval", "    serverProbe: { tls: { authority: ca.pem }, interval", StringComparison.Ordinal);
        var load = MemoryFiles.Good().With("pointsman.yaml", text).With("ca.pem", content).Load();
        Assert.Contains(error, Assert.Single(load.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("mission", "P5.8")]
    public void An_authority_is_part_of_the_digest()
    {
        var (one, other) = (Digest(Authority()), Digest(Authority()));
        Assert.NotEqual(one, other);

        static string Digest(string authority)
        {
            var text = MemoryFiles.GoodText.Replace("    serverProbe: { interval", "    serverProbe: { tls: { authority: ca.pem }, interval", StringComparison.Ordinal);
            var load = MemoryFiles.Good().With("pointsman.yaml", text).With("ca.pem", authority).Load();
            Assert.Empty(load.Errors.Select(finding => finding.ToString()));
            Assert.Equal(authority, Assert.IsType<TlsCheck>(load.Configuration!.Cluster.FindService("www.example.com")!.ServerProbe.Check).Tls.Authority);
            return load.Configuration.Cluster.Digest;
        }
    }

    private static string Authority()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=Authority", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }
}
