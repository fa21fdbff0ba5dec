using Pointsman.Model;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Policy.Rules;
using Pointsman.Topology;

namespace Pointsman.Node.Configuration;

/// <summary>What rules about clients come to with the geography tables at hand: a rule that is about nobody, and clients whom the rules together leave no site.</summary>
internal static class RuleChecks
{
    public static void Run(WrittenConfiguration written, Cluster cluster, Places places, Findings findings)
    {
        var kinds = Kinds(written, places);
        foreach (var entry in written.Services)
        {
            var policy = entry.Value.Policy;
            foreach (var selector in policy.Restrictions.SelectMany(rule => rule.Clients).Concat(policy.Orders.SelectMany(rule => rule.Clients)))
            {
                if (!places.All.Any(place => ClientSelectors.Matches(selector.Value, place)))
                    findings.Warning(selector.Mark, selector.Path, $"no address of the geography tables is in {selector.Value}: the rule is about nobody");
            }
            if (cluster.FindService(entry.Name) is { } service) WarnOfNothingLeft(service, policy, kinds, findings);
        }
    }

    /// <summary>One place of each kind that rules can tell apart: those of the tables, and those that a rule names and a later table may have.</summary>
    private static List<Place> Kinds(WrittenConfiguration written, Places places)
    {
        var kinds = new Dictionary<(string? Country, string? Region, bool IsKnown), Place>();
        foreach (var place in places.All) kinds.TryAdd((place.Country, place.Region, place.IsKnown), place);
        foreach (var selector in written.Services.SelectMany(service => service.Value.Policy.Restrictions).SelectMany(rule => rule.Clients))
        {
            if (selector.Value.Kind != ClientSelectorKind.Country) continue;
            var place = Places.PlaceOf(selector.Value.Code, null, null, null);
            kinds.TryAdd((place.Country, place.Region, place.IsKnown), place);
        }
        return [.. kinds.Values];
    }

    private static void WarnOfNothingLeft(Service service, WrittenPolicy policy, List<Place> kinds, Findings findings)
    {
        if (policy.Restrictions.IsEmpty) return;
        var sites = service.Vips.Select(vip => vip.Site).Distinct().ToList();
        foreach (var place in kinds)
        {
            if (sites.Count == 0 || sites.Any(site => Restrictions.Allows(service.Policy, place, site))) continue;
            var last = policy.Restrictions.Last(rule => rule.OrElse == OrElse.Nothing && ClientSelectors.AnyMatches([.. rule.Clients.Select(client => client.Value)], place));
            var whom = place.Country is { } country ? $"clients in {country}" : place.Region is { } region ? $"clients in region {region}" : "clients of unknown place";
            findings.Warning(last.Mark, last.Path, $"leaves {whom} no site, together with the other rules about them: they never get an address");
            // One example: the rest may be a whole continent.
            return;
        }
    }
}
