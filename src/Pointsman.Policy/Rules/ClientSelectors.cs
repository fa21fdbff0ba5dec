using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Topology;

namespace Pointsman.Policy.Rules;

/// <summary>Which clients a selector means. The one place that knows; restrictions and orders ask here.</summary>
/// <remarks>
/// A place of which only the region is known is in no country: no rule that names countries means it. And <c>policy.defaultRegion</c> is geography's
/// alone: a client of unknown place is <c>unknown</c> to a rule, whatever region geography takes for it.
/// </remarks>
public static class ClientSelectors
{
    public static bool AnyMatches(ImmutableArray<ClientSelector> selectors, Place client)
    {
        foreach (var selector in selectors)
        {
            if (Matches(selector, client)) return true;
        }
        return false;
    }

    public static bool Matches(ClientSelector selector, Place client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return selector.Kind switch
        {
            ClientSelectorKind.Country => client.Country == selector.Code,
            ClientSelectorKind.Continent => client.Continent == selector.Code,
            ClientSelectorKind.Region => client.Region == selector.Code,
            ClientSelectorKind.Union => client.Country is { } country && Unions.Has(selector.Code, country),
            ClientSelectorKind.Unknown => !client.IsKnown,
            _ => false,
        };
    }
}
