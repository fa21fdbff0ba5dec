using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Who a peer is, by its certificate: a chain to the cluster's own authority (and to no other: the machine's trust store plays no part),
/// and a SAN URI <c>pointsman://CLUSTER/SITE</c> that names a configured site other than this one. Immutable; a reload makes a new one.
/// The authority file may hold several certificates, so that an authority can be replaced while both are believed.
/// </summary>
internal sealed class SiteCertificates
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2Collection authorities;
    private readonly Cluster cluster;
    private readonly SiteId self;

    private SiteCertificates(X509Certificate2 own, X509Certificate2Collection authorities, Cluster cluster, SiteId self) =>
        (Own, this.authorities, this.cluster, this.self) = (own, authorities, cluster, self);

    public X509Certificate2 Own { get; }

    public IEnumerable<X509Certificate2> Authorities => authorities;

    /// <summary>Whether the files hold other certificates than this.</summary>
    public bool IsSameAs(SiteCertificates other) =>
        Own.RawData.AsSpan().SequenceEqual(other.Own.RawData) && authorities.Select(one => one.Thumbprint).SequenceEqual(other.authorities.Select(one => one.Thumbprint), StringComparer.Ordinal);

    /// <summary>Null while a certificate that was once found good still is; else why it no longer holds.</summary>
    public string? FaultOfPeer(X509Certificate2 certificate, bool isServer) => Fault(certificate, isServer ? ServerPurpose : ClientPurpose, KnownPeerFault);

    /// <summary>Reads the three files of the configuration. Throws <see cref="IOException"/> with a plain text.</summary>
    public static SiteCertificates Load(Cluster cluster, SiteId self)
    {
        var name = cluster.FindSite(self)!.Name;
        var certificate = PathOf(cluster.Dssp.CertificateFile, "certificate", name);
        var key = PathOf(cluster.Dssp.KeyFile, "key", name);
        var authority = PathOf(cluster.Dssp.AuthorityFile, "authority", name);
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(authority);
            if (authorities.Count == 0) throw new CryptographicException("no certificate in it");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"there is no DSSP authority file {authority}: 'pointsman pki init' makes it", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"the DSSP authority file {authority} is no good: {exception.Message}", exception);
        }

        try
        {
            var loaded = new SiteCertificates(X509Certificate2.CreateFromPemFile(certificate, key), authorities, cluster, self);
            if (loaded.Fault(loaded.Own, ServerPurpose, site => site == name ? null : $"it is of site '{site}', not '{name}'") is { } fault) throw new CryptographicException(fault);
            return loaded;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"there is no DSSP certificate {certificate} with key {key}: 'pointsman pki issue {name}' makes both", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"the DSSP certificate {certificate} with key {key} is no good: {exception.Message}", exception);
        }
    }

    /// <summary>Null when a dialling peer is who it must be; else why not.</summary>
    public string? FaultOfClient(X509Certificate2? certificate) => Fault(certificate, ClientPurpose, KnownPeerFault);

    /// <summary>Null when the node that was dialled is the site that was meant; else why not.</summary>
    public string? FaultOfServer(X509Certificate2? certificate, string expected) =>
        Fault(certificate, ServerPurpose, site => site == expected ? null : $"it is of site '{site}', not '{expected}'");

    /// <summary>The site that a certificate already found good names; null when it is not configured (any more).</summary>
    public Site? SiteOf(X509Certificate2 certificate) => Identity(certificate) is { } identity ? cluster.FindSite(identity.Site) : null;

    private string? KnownPeerFault(string name)
    {
        if (cluster.FindSite(name) is not { } site) return $"site '{name}' is not configured";
        return site.Id == self ? "it claims to be this very site" : null;
    }

    private string? Fault(X509Certificate2? certificate, string purpose, Func<string, string?> siteFault)
    {
        if (certificate is null) return "it has no certificate";
        if (!cluster.Dssp.Revoked.IsEmpty && cluster.Dssp.Revoked.Contains(CertificateFacts.FingerprintOf(certificate))) return "its certificate is revoked (dssp.revoked)";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (!chain.Build(certificate)) return "its certificate does not hold: " + string.Join(", ", chain.ChainStatus.Select(status => status.Status));
        if (Identity(certificate) is not { } identity) return "its certificate names no site (SAN URI pointsman://CLUSTER/SITE)";
        return identity.Cluster == cluster.Name ? siteFault(identity.Site) : $"it is of cluster '{identity.Cluster}', not '{cluster.Name}'";
    }

    private static (string Cluster, string Site)? Identity(X509Certificate2 certificate) => Pki.SiteUri.Of(certificate);

    private static string PathOf(string? file, string what, string site) => file?.Replace("{site}", site, StringComparison.Ordinal)
        ?? throw new IOException($"dssp.{what} is not configured, and DSSP needs it");
}
