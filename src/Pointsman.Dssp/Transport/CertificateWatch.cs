using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Looks at the certificates once a minute: files that were renewed are taken into use by themselves, streams whose peer's certificate no longer
/// holds are ended, and what ends soon is told of. What is renewed by a tool that knows nothing of this program needs no reload.
/// </summary>
internal sealed class CertificateWatch(DsspEndpoint endpoint) : IDisposable
{
    private readonly Dictionary<(AlarmKind, SiteId), string> told = [];
    private readonly Lock gate = new();
    private ITimer? timer;

    public void Start() => timer = endpoint.Options.Time.CreateTimer(_ => _ = LookAsync(), null, endpoint.Options.CertificatesEvery, endpoint.Options.CertificatesEvery);

    public void Dispose() => timer?.Dispose();

    private async Task LookAsync()
    {
        try
        {
            Tell(AlarmKind.CertificatesUnreadable, endpoint.Options.Identity.Self, await endpoint.RenewCertificatesAsync());
            await endpoint.EndRefusedStreamsAsync();
            Expiries();
        }
        catch (ObjectDisposedException)
        {
            // The endpoint went while this looked.
        }
    }

    /// <summary>Tells what ends soon, and what does no longer.</summary>
    public void Expiries()
    {
        var now = endpoint.Options.Time.GetUtcNow();
        var self = endpoint.Options.Identity.Self;
        if (endpoint.CertificatesOrNull is { } own)
        {
            // An authority that is on its way out is no news as long as another is believed.
            var authority = own.Authorities.Select(one => Expiry(one, "the authority's certificate", now)).ToArray();
            Tell(AlarmKind.CertificateExpires, self, Expiry(own.Own, "this node's DSSP certificate", now) ?? (authority.All(text => text is not null) ? authority.FirstOrDefault() : null));
        }

        foreach (var stream in endpoint.Streams()) Tell(AlarmKind.CertificateExpires, stream.Peer, stream.Certificate is { } theirs ? Expiry(theirs, $"the DSSP certificate of site {endpoint.NameOf(stream.Peer)}", now) : null);
    }

    private static string? Expiry(X509Certificate2 certificate, string whose, DateTimeOffset now)
    {
        var (begin, end) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var warning = TimeSpan.FromTicks(Math.Min(DsspLimits.CertificateWarning.Ticks, (end - begin).Ticks / 4));
        if (end - now > warning) return null;
        return string.Create(CultureInfo.InvariantCulture, $"{whose} {(end <= now ? "has ended" : "ends")} on {end:yyyy-MM-dd HH:mm} UTC");
    }

    private void Tell(AlarmKind kind, SiteId site, string? text)
    {
        lock (gate)
        {
            var active = told.Remove((kind, site), out var before);
            if (text is not null) told[(kind, site)] = text;
            if (active == (text is not null) && (text is null || text == before)) return;
        }

        endpoint.Raise(new AlarmChanged(kind, site, text is not null, text ?? (kind == AlarmKind.CertificatesUnreadable ? "the DSSP certificate files are good again" : $"no certificate of site {endpoint.NameOf(site)} ends soon")));
    }
}
