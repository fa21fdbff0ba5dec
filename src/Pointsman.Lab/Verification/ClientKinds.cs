using System.Collections.Immutable;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Rules;
using Pointsman.Topology;

namespace Pointsman.Lab.Verification;

/// <summary>
/// Clients that stand for all: of each class one, or, if a class holds clients who may get different sites (it never should), one of each such kind. What a
/// client may get is asked of the rules for its own place, not of the class that it is in: so a class that mixes them is found out.
/// </summary>
/// <param name="Allowed">By row: no restriction forbids the site.</param>
/// <param name="Preferred">By row: the site is among those that every rule about the client names.</param>
internal sealed record ClientKind(ushort Class, Client Client, bool[] Allowed, bool[] Preferred);

internal static class ClientKinds
{
    /// <param name="plan">Of any circumstances: classes do not depend on them.</param>
    public static ImmutableArray<ClientKind> Of(ServicePlan plan, ImmutableArray<PlaceSample> samples)
    {
        var policy = plan.Service.Policy;
        var kinds = ImmutableArray.CreateBuilder<ClientKind>();
        var known = new HashSet<(ushort Class, string Rules)>();
        foreach (var sample in samples)
        {
            var client = Client.From(sample.Address);
            var number = plan.ClassOf(client);
            // Most services have no restriction: then a class is a kind.
            if (policy.Restrictions.IsEmpty)
            {
                if (known.Add((number, ""))) kinds.Add(new ClientKind(number, client, All(plan), All(plan)));
                continue;
            }
            var allowed = plan.Sites.Select(site => Restrictions.Allows(policy, sample.Place, site.Site.Id)).ToArray();
            var preferred = plan.Sites.Select(site => Restrictions.Prefers(policy, sample.Place, site.Site.Id)).ToArray();
            if (known.Add((number, string.Join(',', allowed.Concat(preferred))))) kinds.Add(new ClientKind(number, client, allowed, preferred));
        }
        return kinds.ToImmutable();
    }

    private static bool[] All(ServicePlan plan)
    {
        var all = new bool[plan.Sites.Length];
        Array.Fill(all, true);
        return all;
    }
}
