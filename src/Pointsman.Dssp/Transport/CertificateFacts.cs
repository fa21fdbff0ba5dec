using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pointsman.Dssp.Transport;

/// <summary>What people want to know of a certificate: whose, by whom, until when, and which one exactly.</summary>
/// <param name="Fingerprint">SHA-256 of the whole certificate, hex.</param>
public sealed record CertificateFacts(string Subject, string Issuer, DateTimeOffset NotAfter, string Fingerprint)
{
    internal static CertificateFacts Of(X509Certificate2 certificate) =>
        new(certificate.Subject, certificate.Issuer, certificate.NotAfter.ToUniversalTime(), FingerprintOf(certificate));

    internal static string FingerprintOf(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
}
