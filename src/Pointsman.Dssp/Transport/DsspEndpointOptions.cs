using Microsoft.Extensions.Logging;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>What one node's DSSP endpoint needs, and whom it tells. All calls back come from the endpoint's one loop, never two at once; they must be quick.</summary>
public sealed record DsspEndpointOptions
{
    /// <summary>Who speaks; the certificate, key and authority files are in its cluster's <see cref="DsspSettings"/>.</summary>
    public required DsspIdentity Identity { get; init; }

    /// <summary>Where to listen; null = only dial (a node without a DSSP address).</summary>
    public Endpoint? Listen { get; init; }

    /// <summary>Reads the local view now; null = not ready to speak yet [S11].</summary>
    public required Func<Instant, LocalReport?> Local { get; init; }

    /// <summary>A newer word of a site, the own one included.</summary>
    public required Action<SiteState> Accepted { get; init; }

    /// <summary>A column or its capacity is stale now, or its site is no longer configured: compile anew.</summary>
    public Action<SiteId> Aged { get; init; } = _ => { };

    /// <summary>Probe this VIP now, out of turn.</summary>
    public Action<VipKey, SiteId> Suspected { get; init; } = (_, _) => { };

    /// <summary>Told when one begins and when it is over; the endpoint itself does not log them.</summary>
    public Action<AlarmChanged> Alarm { get; init; } = _ => { };

    /// <summary>Streams that come and go, refusals and unreachable peers; each text once.</summary>
    public required ILoggerFactory Logging { get; init; }

    /// <summary>How often the certificate files are looked at, and what ends soon.</summary>
    public TimeSpan CertificatesEvery { get; init; } = TimeSpan.FromMinutes(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
