using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pointsman.Dssp.Pki;

/// <summary>A certificate and its private key, both as PEM text.</summary>
public sealed record PemPair(string Certificate, string Key);

/// <summary>
/// The cluster's private authority, the nodes' and the operators' certificates, all ECDSA P-256. The authority signs nothing but what proves who a site is
/// to the other sites; nobody else ever trusts it. Time and lifetime are the caller's.
/// </summary>
public static class CertificateMaker
{
    /// <summary>Clocks of the sites may differ: a certificate is good from an hour ago.</summary>
    private static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    public static PemPair MakeAuthority(string cluster, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf($"Pointsman {cluster} authority"), key, HashAlgorithmName.SHA256);
        // RFC 5280 §4.2.1.9: a path length of zero lets it sign end entities only.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - Backdated, now + lifetime);
        return new PemPair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>A node certificate for both ends of a stream. Throws <see cref="CryptographicException"/> when the authority's texts are no good.</summary>
    public static PemPair MakeSite(PemPair authority, string cluster, string site, IEnumerable<IPAddress> addresses, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        // Both ends of a stream: server and client authentication.
        return MakeLeaf(authority, $"Pointsman {cluster} {site}", ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"], SiteUri.Extension(cluster, site, addresses), now, lifetime);
    }

    /// <summary>An operator's certificate, to sign orders with and for nothing else. Throws <see cref="CryptographicException"/> when the authority's texts are no good.</summary>
    public static PemPair MakeOperator(PemPair authority, string cluster, string name, DateTimeOffset now, TimeSpan lifetime) =>
        // Document signing: no stream can be opened with it.
        MakeLeaf(authority, $"Pointsman {cluster} operator {name}", ["1.3.6.1.5.5.7.3.36"], SiteUri.Extension(SiteUri.ForOperator(cluster, name), []), now, lifetime);

    private static PemPair MakeLeaf(PemPair authority, string subject, string[] purposes, X509Extension identity, DateTimeOffset now, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(authority);
        using var issuer = X509Certificate2.CreateFromPem(authority.Certificate, authority.Key);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(identity);
        var end = now + lifetime;
        if (end > issuer.NotAfter) end = issuer.NotAfter;
        // RFC 5280 §4.1.2.2: a serial number is positive and at most 20 octets; 16 random ones never meet again.
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        using var certificate = request.Create(issuer, now - Backdated, end, serial);
        return new PemPair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static X500DistinguishedName NameOf(string common)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(common.Length <= 64 ? common : common[..64]);
        return builder.Build();
    }
}
