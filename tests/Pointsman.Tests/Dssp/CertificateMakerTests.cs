using System.Formats.Asn1;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Dssp.Pki;

namespace Pointsman.Tests.Dssp;

public sealed class CertificateMakerTests
{
    private static readonly DateTimeOffset s_now = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
    private static readonly PemPair s_authority = CertificateMaker.MakeAuthority("x", s_now, TimeSpan.FromDays(10));

    [Fact]
    [Trait("rfc", "5280 §4.1.2.2")]
    public void Serial_numbers_are_positive_of_20_octets_at_most_and_all_different()
    {
        var serials = Enumerable.Range(0, 32).Select(_ => Make([]).SerialNumberBytes.ToArray()).ToList();
        Assert.All(serials, serial =>
        {
            Assert.InRange(serial.Length, 1, 20);
            Assert.True(new BigInteger(serial, isBigEndian: true) > 0, Convert.ToHexString(serial));
        });
        Assert.Distinct(serials.Select(Convert.ToHexString));
    }

    [Fact]
    [Trait("rfc", "5280 §4.2.1.6")]
    public void Alternative_names_are_the_URI_under_6_and_each_address_under_7()
    {
        using var certificate = Make([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")]);
        var extension = certificate.Extensions.Single(extension => extension.Oid!.Value == "2.5.29.17");
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        Assert.Equal("pointsman://x/y", names.ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, 6)));
        Assert.Equal([192, 0, 2, 1], names.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 7)));
        Assert.Equal(IPAddress.Parse("2001:db8::1").GetAddressBytes(), names.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 7)));
        Assert.False(names.HasData);
        // What another reader of certificates makes of it.
        Assert.True(certificate.MatchesHostname("192.0.2.1") && certificate.MatchesHostname("2001:db8::1"));
    }

    [Fact]
    [Trait("rfc", "5280 §4.2.1.9")]
    public void The_authority_signs_ends_and_no_further_authority()
    {
        using var authority = X509Certificate2.CreateFromPem(s_authority.Certificate, s_authority.Key);
        using var site = Make([]);
        Assert.True(IsTrusted(site, authority));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var unkeyed = request.Create(authority, s_now, s_now.AddDays(5), [1]);
        using var between = unkeyed.CopyWithPrivateKey(key);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=leaf", leafKey, HashAlgorithmName.SHA256).Create(between, s_now, s_now.AddDays(4), [2]);
        Assert.False(IsTrusted(leaf, authority, between));
    }

    private static X509Certificate2 Make(IPAddress[] addresses) =>
        X509Certificate2.CreateFromPem(CertificateMaker.MakeSite(s_authority, "x", "y", addresses, s_now, TimeSpan.FromDays(9)).Certificate);

    private static bool IsTrusted(X509Certificate2 certificate, X509Certificate2 authority, params X509Certificate2[] between)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ExtraStore.AddRange(between);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = s_now.UtcDateTime.AddDays(1);
        return chain.Build(certificate);
    }
}
