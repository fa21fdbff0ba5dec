using System.Collections.Immutable;
using System.Net;
using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>
/// Who knows the other sites. A VIP that can take no more asks it where a client shall go; the node binds it to the one decision
/// function. Called on a forwarding thread: it must answer at once, without a lock, and must not throw.
/// </summary>
public interface IHandOff
{
    HandOffVerdict Choose(HandOffRequest request);
}

/// <param name="Service">The service that the client asked for.</param>
/// <param name="ArrivedAt">This site's VIP, which can take no more.</param>
/// <param name="Client">The client's own address, as the connection shows it. IPv4 is never shown as mapped IPv6.</param>
/// <param name="Visited">Sites that must not be chosen: those of the hop token, and always this site itself, last [S19].</param>
public readonly record struct HandOffRequest(Service Service, Vip ArrivedAt, IPAddress Client, ImmutableArray<SiteId> Visited);

/// <summary>Where the client shall go, or that no site that it has not visited has room.</summary>
public readonly record struct HandOffVerdict
{
    private HandOffVerdict(SiteId site, string authority) => (Site, Authority) = (site, authority);

    /// <summary>No other site can take the client: <see cref="RedirectSettings.Drop"/> says what happens now [S19].</summary>
    public static HandOffVerdict NothingHasRoom => default;

    /// <param name="authority">Host and port for the Location; see <see cref="RedirectAuthority.Of"/> [S18].</param>
    public static HandOffVerdict Redirect(SiteId site, string authority)
    {
        ArgumentException.ThrowIfNullOrEmpty(authority);
        return new HandOffVerdict(site, authority);
    }

    public SiteId Site { get; }

    /// <summary>Null when nothing has room.</summary>
    public string? Authority { get; }

    public bool IsRedirect => Authority is not null;
}
