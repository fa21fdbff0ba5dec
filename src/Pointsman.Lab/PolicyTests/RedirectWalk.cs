using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Lab.PolicyTests;

/// <summary>The way of a user whom every site sends on: hop after hop, with the visited sites in the token as the switch writes them [S19].</summary>
/// <param name="Hops">The sites in the order of the redirects, the first one arrived at not among them.</param>
/// <param name="First">The first redirect's decision.</param>
/// <param name="Ended">False: after as many hops as there are sites the user is still sent on.</param>
public readonly record struct RedirectWalk(ImmutableArray<SiteId> Hops, Decision First, bool Ended)
{
    /// <param name="service">Index into <see cref="Plan.Services"/>.</param>
    public static RedirectWalk Of(Plan plan, int service, in Client client, SiteId arrivedAt)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var sites = plan.Services[service].Sites;
        // The sites visited so far, then the one where the user stands.
        var way = new SiteId[sites.Length + 1];
        way[0] = arrivedAt;
        Decision first = default;
        // Who never comes back has been everywhere after as many hops as there are sites; one hop more is a loop.
        for (var hops = 0; hops < sites.Length; hops++)
        {
            var decision = Decider.Decide(plan, service, client, new Arrival(way[hops], way.AsSpan(0, hops)));
            if (hops == 0) first = decision;
            if (decision.Verdict != Verdict.Answer) return new RedirectWalk([.. way.AsSpan(1, hops)], first, true);
            way[hops + 1] = sites[decision[0]].Site.Id;
        }
        return new RedirectWalk([.. way.AsSpan(1)], first, false);
    }
}
