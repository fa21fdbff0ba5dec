using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Policy.Rules;

/// <summary>
/// What <c>policy.restrict</c> leaves to a client: "users of the EU stay in the EU". Every rule that names the client holds, so that a second rule can
/// only narrow what the first one left; a rule with <c>orElse: anywhere</c> holds as long as a site that it names can take the client.
/// </summary>
public static class Restrictions
{
    /// <summary>May this client ever get this site, whatever is down or full? What no decision breaks, and what <c>verify</c> checks.</summary>
    public static bool Allows(ServicePolicy policy, Place client, SiteId site)
    {
        ArgumentNullException.ThrowIfNull(policy);
        foreach (var rule in policy.Restrictions)
        {
            if (rule.OrElse == OrElse.Nothing && !rule.Sites.Contains(site) && ClientSelectors.AnyMatches(rule.Clients, client)) return false;
        }
        return true;
    }

    /// <summary>Is the site among those that every rule about this client names, those with <c>orElse: anywhere</c> included? They go first.</summary>
    public static bool Prefers(ServicePolicy policy, Place client, SiteId site)
    {
        ArgumentNullException.ThrowIfNull(policy);
        foreach (var rule in policy.Restrictions)
        {
            if (!rule.Sites.Contains(site) && ClientSelectors.AnyMatches(rule.Clients, client)) return false;
        }
        return true;
    }
}
