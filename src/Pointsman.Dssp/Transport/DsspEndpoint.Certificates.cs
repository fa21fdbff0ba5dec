using System.Net;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>Whose certificates are believed, and what becomes of streams when that changes.</summary>
public sealed partial class DsspEndpoint
{
    /// <summary>This node's own certificate; null when it needs none. Any thread.</summary>
    public CertificateFacts? OwnCertificate => certificates is { } now ? CertificateFacts.Of(now.Own) : null;

    /// <summary>The authorities that are believed.</summary>
    public IEnumerable<CertificateFacts> Authorities => certificates?.Authorities.Select(CertificateFacts.Of) ?? [];

    internal SiteCertificates? CertificatesOrNull => certificates;

    internal IEnumerable<PeerStream> Streams() => slots.Values.Select(slot => slot.Stream).OfType<PeerStream>();

    internal void Raise(AlarmChanged alarm) => Guarded(() => Options.Alarm(alarm));

    /// <summary>The address of some configured node.</summary>
    internal bool IsNode(IPAddress? address) => address is not null && cluster.Sites.Any(site => site.Nodes.Any(node => node.Dssp is { } own && own.Address.Equals(address)));

    /// <summary>Takes certificate files that were renewed into use. Null, or why they are no good; then those before stay.</summary>
    internal async Task<string?> RenewCertificatesAsync()
    {
        if (certificates is null) return null;
        await reconfiguring.WaitAsync();
        try
        {
            if (LoadCertificates(cluster, listen) is not { } loaded || loaded.IsSameAs(certificates)) return null;
            certificates = loaded;
            DsspLog.Renewed(log, $"{loaded.Own.NotAfter.ToUniversalTime():yyyy-MM-dd}");
            return null;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
        finally
        {
            reconfiguring.Release();
        }
    }

    /// <summary>Ends the streams of peers whose certificate no longer holds: expired, revoked, of an authority that is believed no more.</summary>
    internal Task EndRefusedStreamsAsync() => loop.InvokeAsync(() =>
    {
        foreach (var stream in Streams())
        {
            if (stream.Certificate is not { } shown || certificates?.FaultOfPeer(shown, stream.Origin.IsOwn) is not { } fault) continue;
            Counters.CountCertificateRefused();
            Execute(machine.Refused(stream.Peer, CloseReason.CertificateRefused, fault, loop.Now));
        }
    });

    internal bool Admits(X509Certificate2? certificate)
    {
        if (Certificates.FaultOfClient(certificate) is not { } fault) return true;
        RefuseCertificate("a dialling node", fault);
        return false;
    }

    internal void RefuseCertificate(string remote, string fault)
    {
        Counters.CountCertificateRefused();
        if (IsNews($"certificate {remote} {fault}")) DsspLog.Refused(log, remote, fault);
    }

    /// <summary>A node that neither listens nor dials, alone in its cluster, needs none.</summary>
    private SiteCertificates? LoadCertificates(Cluster of, Endpoint? listens) =>
        listens is null && !DialledBy(of).Any() ? null : SiteCertificates.Load(of, Options.Identity.Self);
}
