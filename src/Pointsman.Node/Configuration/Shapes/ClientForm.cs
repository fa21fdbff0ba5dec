using Pointsman.Model;
using Pointsman.Node.Output;
using Pointsman.Policy.Rules;
using Pointsman.Topology;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>How clients are named in every rule about them: <c>DE</c> or <c>country:DE</c>, <c>continent:EU</c>, <c>region:ripe</c>, <c>union:eu</c>, <c>unknown</c>.</summary>
internal static class ClientForm
{
    private static readonly string[] s_kinds = ["country", "continent", "region", "union"];
    private static readonly string[] s_continents = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

    public static readonly Form<ClientSelector> Selector = new(
        "a country (DE or country:DE), continent:EU, region:ripe, union:eu or unknown",
        text => TryParse(text, out var selector) ? (true, selector) : (false, default),
        "^(unknown|(country:)?[A-Za-z]{2}|continent:[A-Za-z]{2}|region:[a-z]+|union:[a-z]+)$",
        Hint);

    private static bool TryParse(string text, out ClientSelector selector)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var code = text[(colon + 1)..];
        selector = text switch
        {
            "unknown" => ClientSelector.Unknown,
            _ when colon < 0 || text.StartsWith("country:", StringComparison.Ordinal) => new ClientSelector(ClientSelectorKind.Country, code.ToUpperInvariant()),
            _ when text.StartsWith("continent:", StringComparison.Ordinal) => new ClientSelector(ClientSelectorKind.Continent, code.ToUpperInvariant()),
            _ when text.StartsWith("region:", StringComparison.Ordinal) => new ClientSelector(ClientSelectorKind.Region, code),
            _ when text.StartsWith("union:", StringComparison.Ordinal) => new ClientSelector(ClientSelectorKind.Union, code),
            _ => default,
        };
        return selector.Kind switch
        {
            ClientSelectorKind.Country => selector.Code?.Length == 2 && Places.IsCountry(selector.Code),
            ClientSelectorKind.Continent => s_continents.Contains(selector.Code),
            ClientSelectorKind.Region => Regions.All.Contains(selector.Code),
            ClientSelectorKind.Union => Unions.All.Contains(selector.Code),
            _ => true,
        };
    }

    private static string? Hint(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var code = text[(colon + 1)..];
        if (colon < 0)
        {
            if (code.Equals("EU", StringComparison.OrdinalIgnoreCase)) return "the member states are union:eu, the continent is continent:EU";
            if (Regions.All.Contains(code.ToLowerInvariant())) return $"did you mean 'region:{code.ToLowerInvariant()}'?";
        }
        if (code.Equals("UK", StringComparison.OrdinalIgnoreCase)) return "the United Kingdom's letters are GB";
        return (colon < 0 ? "country" : text[..colon]) switch
        {
            "country" => null,
            "continent" => $"continents are {string.Join(", ", s_continents)}",
            "region" => $"regions are {string.Join(", ", Regions.All)}",
            "union" => $"unions are {string.Join(", ", Unions.All)}",
            var kind => NearestName.Of(kind, s_kinds) is { } nearest ? $"did you mean '{nearest}:{code}'?" : null,
        };
    }
}
