using System.Security.Cryptography.X509Certificates;

namespace Pointsman.Dssp.Pki;

/// <summary>Whom a certificate names to the other sites, as people read it.</summary>
public static class PeerName
{
    /// <summary><c>site SITE of cluster CLUSTER</c>; null when it names no site.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return SiteUri.Of(certificate) is { } identity ? $"site {identity.Site} of cluster {identity.Cluster}" : null;
    }
}
