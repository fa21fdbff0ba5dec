using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Dssp.Pki;

namespace Pointsman.Tests.Dssp;

public sealed class SiteUriTests
{
    private static readonly DateTimeOffset now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    [Theory]
    [InlineData("example", "san-jose")]
    [InlineData("Example", "San-Jose")]
    [InlineData("with space", "a/b?c#d")]
    public void A_node_certificate_names_its_cluster_and_site_to_the_letter(string cluster, string site)
    {
        var authority = CertificateMaker.MakeAuthority(cluster, now, TimeSpan.FromDays(10));
        using var certificate = X509Certificate2.CreateFromPem(CertificateMaker.MakeSite(authority, cluster, site, [IPAddress.IPv6Loopback], now, TimeSpan.FromDays(9)).Certificate);
        Assert.Equal((cluster, site), SiteUri.Of(certificate));
        Assert.False(certificate.HasPrivateKey);
    }

    [Fact]
    public void A_certificate_with_two_identities_or_none_or_a_malformed_extension_names_nobody()
    {
        Assert.Null(Of(names => { names.AddUri(new Uri(SiteUri.For("a", "b"))); names.AddUri(new Uri(SiteUri.For("a", "c"))); }));
        Assert.Null(Of(names => names.AddDnsName("pointsman")));
        Assert.Null(Of(names => names.AddUri(new Uri("https://a/b"))));
        Assert.Null(Of(names => names.AddUri(new Uri("pointsman://a/b/c"))));
        Assert.Equal(("a", "b"), Of(names => { names.AddDnsName("x"); names.AddUri(new Uri(SiteUri.For("a", "b"))); names.AddIpAddress(IPAddress.Loopback); }));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x7F, 1, 2], critical: false));
        using var malformed = request.CreateSelfSigned(now, now + TimeSpan.FromDays(1));
        Assert.Null(SiteUri.Of(malformed));
    }

    [Fact]
    public void A_node_certificate_never_outlives_its_authority()
    {
        var authority = CertificateMaker.MakeAuthority("x", now, TimeSpan.FromDays(10));
        using var issuer = X509Certificate2.CreateFromPem(authority.Certificate);
        using var certificate = X509Certificate2.CreateFromPem(CertificateMaker.MakeSite(authority, "x", "y", [], now, TimeSpan.FromDays(99)).Certificate);
        Assert.Equal(issuer.NotAfter, certificate.NotAfter);
    }

    private static (string Cluster, string Site)? Of(Action<SubjectAlternativeNameBuilder> fill)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        fill(names);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(now, now + TimeSpan.FromDays(1));
        return SiteUri.Of(certificate);
    }
}
