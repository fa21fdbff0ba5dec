using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Rules;

namespace Pointsman.Lab.Load;

/// <summary>
/// Which sites the users of each region may ever get, regions that may get the same taken together as one group. Without restrictions there is one
/// group, which may go anywhere; with them, room at a site helps only those who may have it.
/// </summary>
internal sealed class Rights
{
    private readonly ImmutableArray<int> groupOfRegion;
    private readonly ImmutableArray<ImmutableArray<bool>> allowed;

    public Rights(LoadScenario scenario, ImmutableArray<Site> sites)
    {
        var groups = new List<ImmutableArray<bool>>();
        groupOfRegion = [.. scenario.Regions.Select(region => GroupOf([.. sites.Select(site => Restrictions.Allows(scenario.TheService.Policy, region.Place, site.Id))]))];
        allowed = [.. groups];

        int GroupOf(ImmutableArray<bool> mayGet)
        {
            var known = groups.FindIndex(group => group.AsSpan().SequenceEqual(mayGet.AsSpan()));
            if (known >= 0) return known;
            groups.Add(mayGet);
            return groups.Count - 1;
        }
    }

    public int Groups => allowed.Length;

    public int GroupOf(int region) => groupOfRegion[region];

    public bool MayGet(int group, int site) => allowed[group][site];
}
