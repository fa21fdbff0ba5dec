using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Model;

namespace Pointsman.Dssp.Pki;

/// <summary>
/// Who signed an operator's order: a certificate of the cluster's own authority that names an operator of this cluster, and his signature over what the
/// order says. What was good when it was given stays good: the certificate must hold at the order's beginning and to its end, so that it plays
/// no part when the order is read, and one that has run out can make none that is in force.
/// </summary>
/// <remarks>Not safe for several threads. There is no list of revoked certificates: a key that got lost is made worthless by a new authority.</remarks>
public sealed class OperatorSignatures
{
    // Certificates whose chain was built lately; a cluster has a few operators.
    private const int Remembered = 64;

    private readonly string cluster;
    private readonly X509Certificate2Collection authorities;
    private readonly Dictionary<string, X509Certificate2?> certificates = new(StringComparer.Ordinal);

    private OperatorSignatures(string cluster, X509Certificate2Collection authorities) => (this.cluster, this.authorities) = (cluster, authorities);

    /// <summary>With no authority: no signed order is believed.</summary>
    public static OperatorSignatures None(string cluster) => new(cluster, []);

    /// <param name="authority">A PEM file of one or more certificates; null = none.</param>
    /// <exception cref="IOException">It cannot be read, or holds none.</exception>
    public static OperatorSignatures Load(string cluster, string? authority)
    {
        if (authority is null) return None(cluster);
        var loaded = new X509Certificate2Collection();
        try
        {
            loaded.ImportFromPemFile(authority);
            return loaded.Count > 0 ? new OperatorSignatures(cluster, loaded) : throw new CryptographicException("no certificate in it");
        }
        catch (Exception exception) when (exception is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"the authority file {authority} is no good: {exception.Message}", exception);
        }
    }

    /// <summary>Null when an operator of this cluster gave the order; else why it counts for nothing.</summary>
    public string? Fault(Override order, string site, string? service)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Signature is not { } signature) return "it is not signed";
        if (Known(signature) is not { } certificate) return "its certificate is none";
        if (order.Since < certificate.NotBefore || order.Ends > certificate.NotAfter) return $"it holds from {order.Since:u} to {order.Ends:u}, its certificate from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = order.Since.UtcDateTime;
        if (!chain.Build(certificate)) return "its certificate does not hold: " + string.Join(", ", chain.ChainStatus.Select(status => status.Status));
        if (SiteUri.OperatorOf(certificate) is not { } signer) return "its certificate names no operator (SAN URI pointsman://CLUSTER/operator/NAME)";
        if (!string.Equals(signer.Cluster, cluster, StringComparison.Ordinal)) return $"it is of cluster '{signer.Cluster}', not '{cluster}'";
        if (!string.Equals(signer.Name, order.Who, StringComparison.Ordinal)) return $"it says that '{order.Who}' gave it, its certificate is of '{signer.Name}'";
        return Verifies(certificate, order.SignedBytes(cluster, site, service), signature.Value.AsSpan()) ? null : "its signature is not of what it says";
    }

    /// <summary>Signs an order as the operator whose certificate and key these are.</summary>
    /// <exception cref="CryptographicException">The key is no ECDSA or RSA key.</exception>
    public static Override Sign(Override order, X509Certificate2 certificate, string cluster, string site, string? service)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(certificate);
        var bytes = order.SignedBytes(cluster, site, service);
        using var ecdsa = certificate.GetECDsaPrivateKey();
        using var rsa = certificate.GetRSAPrivateKey();
        var value = ecdsa?.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ?? rsa?.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ?? throw new CryptographicException("the operator's key is neither ECDSA nor RSA");
        return order with { Signature = new OverrideSignature([.. certificate.RawData], [.. value]) };
    }

    /// <summary>The operator and the cluster that a certificate names; null = none.</summary>
    public static (string Cluster, string Name)? IdentityOf(X509Certificate2 certificate) => SiteUri.OperatorOf(certificate);

    private static bool Verifies(X509Certificate2 certificate, byte[] bytes, ReadOnlySpan<byte> value)
    {
        try
        {
            using var ecdsa = certificate.GetECDsaPublicKey();
            if (ecdsa is not null) return ecdsa.VerifyData(bytes, value, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            using var rsa = certificate.GetRSAPublicKey();
            return rsa is not null && rsa.VerifyData(bytes, value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // a key or a signature of impossible bytes proves nothing
        }
    }

    private X509Certificate2? Known(OverrideSignature signature)
    {
        var name = Convert.ToHexString(SHA256.HashData(signature.Certificate.AsSpan()));
        if (certificates.TryGetValue(name, out var known)) return known;
        if (certificates.Count >= Remembered)
        {
            foreach (var old in certificates.Values) old?.Dispose();
            certificates.Clear();
        }

        try
        {
            return certificates[name] = X509CertificateLoader.LoadCertificate(signature.Certificate.AsSpan());
        }
        catch (CryptographicException)
        {
            return certificates[name] = null;
        }
    }
}
