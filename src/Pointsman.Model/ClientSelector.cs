using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>Some of the clients, by what is known of their place: what every rule about clients is written with.</summary>
/// <param name="Code">A country's (ISO 3166 alpha-2) or a continent's two letters, upper case; a region or a union, lower case; empty for <see cref="ClientSelectorKind.Unknown"/>.</param>
public readonly record struct ClientSelector(ClientSelectorKind Kind, string Code)
{
    public static readonly ClientSelector Unknown = new(ClientSelectorKind.Unknown, "");

    /// <summary>As it is written in a configuration: <c>country:DE</c>, <c>continent:EU</c>, <c>region:ripe</c>, <c>union:eu</c>, <c>unknown</c>.</summary>
    public override string ToString() => Kind == ClientSelectorKind.Unknown ? "unknown" : $"{Kind.ToString().ToLowerInvariant()}:{Code}";
}

public enum ClientSelectorKind
{
    Country,
    Continent,

    /// <summary>A registry's service region, such as <c>ripe</c> [P2.1].</summary>
    Region,

    /// <summary>A union of states: <c>eu</c>, the 27 member states of the European Union.</summary>
    Union,

    /// <summary>A client of unknown place [S13].</summary>
    Unknown,
}

/// <summary>
/// Clients that may only get certain sites, in whatever stage: a failure does not break the rule, unless the rule says so. Of several rules that name a
/// client each holds.
/// </summary>
/// <param name="Clients">A client that any of these selects.</param>
/// <param name="Sites">One or more, in no order.</param>
public sealed record ClientRestriction(ImmutableArray<ClientSelector> Clients, ImmutableArray<SiteId> Sites, OrElse OrElse = OrElse.Nothing);

/// <summary>What clients get when no site that their rules name can take them.</summary>
public enum OrElse
{
    /// <summary>No address: NODATA, no redirect.</summary>
    Nothing,

    /// <summary>A site as if the rule were not there.</summary>
    Anywhere,
}

/// <summary>The static order of some clients, in place of <see cref="ServicePolicy.StaticOrder"/>; of several that name a client the first holds.</summary>
/// <param name="Order">Best first; sites not named come last, together.</param>
public sealed record ClientOrder(ImmutableArray<ClientSelector> Clients, ImmutableArray<SiteId> Order);
