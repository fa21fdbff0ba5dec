using System.Globalization;
using Pointsman.Model;

namespace Pointsman.Switching;

/// <summary>The host and port that a redirect names [S18]: never the service's own name, which the client's DNS cache would lead back here.</summary>
public static class RedirectAuthority
{
    /// <summary>
    /// <see cref="RedirectTo.Address"/>: the target VIP's address and port. <see cref="RedirectTo.SiteName"/>: <c>SITE.SERVICE</c>, with the
    /// VIP's port unless it is 80, the port that an http Location means anyway.
    /// </summary>
    public static string Of(Service service, Site target, Endpoint vip)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(target);
        if (service.Redirect.To is RedirectTo.Address) return vip.ToString();
        return vip.Port == 80
            ? string.Create(CultureInfo.InvariantCulture, $"{target.Name}.{service.Name}")
            : string.Create(CultureInfo.InvariantCulture, $"{target.Name}.{service.Name}:{vip.Port}");
    }
}
