using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>One domain name with the same content at several sites. As configured, checked and complete.</summary>
public sealed record Service
{
    public required ServiceId Id { get; init; }

    /// <summary>The shared name: lower case, no final dot.</summary>
    public required string Name { get; init; }

    /// <summary>0 to 255 minutes, default one. Sent as it is, 0 included [P1.3, S17].</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most sites in one answer, 1 or more [S14].</summary>
    public int Answers { get; init; } = 1;

    public bool UseDnsRespond { get; init; } = true;
    public bool HttpRedirect { get; init; } = true;
    public ServicePolicy Policy { get; init; } = new();
    public ProbeSettings Probe { get; init; } = new();

    /// <summary>How each site probes its own real servers of this service [P4.3].</summary>
    public ProbeSettings ServerProbe { get; init; } = new() { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(1), Iterations = 1 };

    public RedirectSettings Redirect { get; init; } = new();

    /// <summary>What its HTTPS records say; null = it has none of its own, and a static one at its name is answered.</summary>
    public HttpsSettings? Https { get; init; }

    /// <summary>Every site's VIPs for this service, ordered by site name (ordinal), then as written.</summary>
    public ImmutableArray<Vip> Vips { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>The virtual address at which one site offers one service, and the hunt group behind it.</summary>
public sealed record Vip
{
    public required ServiceId Service { get; init; }
    public required SiteId Site { get; init; }
    public required Endpoint Address { get; init; }

    /// <summary>MaxConns of the VIP; null = no limit [P6.5].</summary>
    public int? MaxConnections { get; init; }

    /// <summary>As many connections as the site wants to have here, room for peaks left over; null = as <see cref="Target"/> says. At most <see cref="MaxConnections"/>.</summary>
    public int? TargetConnections { get; init; }

    /// <summary>As configured, else four fifths of the maximum (at least 1); null = neither is given [P2.5].</summary>
    public int? Target => TargetConnections ?? (MaxConnections is { } max ? (int)Math.Max(1, (long)max * 4 / 5) : null);

    /// <summary>Taken out of use by the configuration: not probed, not handed to, shown.</summary>
    public bool Disabled { get; init; }

    public VipMode Mode { get; init; } = VipMode.Tcp;
    public Balance Balance { get; init; } = Balance.LeastConnections;

    /// <summary>Null = each connection is chosen anew.</summary>
    public Persistence? Persistence { get; init; }

    /// <summary>The hunt group. Empty = the VIP is served by something else (an external balancer): it is probed and answered, never listened on.</summary>
    public ImmutableArray<RealServer> Servers { get; init; } = [];

    public VipKey Key => new(Service, Site, Address);
}

public enum VipMode { Tcp }

/// <summary>How a hunt group is walked: in turn; in turn by <see cref="RealServer.Weight"/>; fewest connections per weight.</summary>
public enum Balance { RoundRobin, Weighted, LeastConnections }

/// <summary>The same client address goes to the same real server until it has been silent for <paramref name="For"/> [P6.4].</summary>
public sealed record Persistence(TimeSpan For);

/// <summary>A machine behind a VIP. Weight 1 to 1000, default 1; MaxConnections null = no limit; Disabled = out of use: neither probed nor given connections.</summary>
public sealed record RealServer(Endpoint Address, int? MaxConnections = null, int Weight = 1, bool Disabled = false);

/// <summary>What to do when a VIP can take no more [S18, S19].</summary>
public sealed record RedirectSettings
{
    public RedirectTo To { get; init; } = RedirectTo.Address;
    public DropWhen Drop { get; init; } = DropWhen.WhenNothingHasRoom;
}

/// <summary>
/// HTTPS records with the addresses of the chosen sites as hints (RFC 9460 §7.3). A browser that sees one uses HTTPS only, so it is for services
/// whose VIPs speak TLS.
/// </summary>
public sealed record HttpsSettings
{
    /// <summary>Where TLS is spoken at every VIP's address; written only when it is not 443.</summary>
    public int Port { get; init; } = 443;

    /// <summary>ALPN identifiers, each once, the best first.</summary>
    public ImmutableArray<string> Protocols { get; init; } = ["h2", "http/1.1"];
}

public enum RedirectTo { Address, SiteName }

public enum DropWhen { Never, WhenNothingHasRoom, Always }
