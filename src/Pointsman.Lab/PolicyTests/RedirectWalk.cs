using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Lab.PolicyTests;

/// <summary>The way of a user whom every site sends on: hop after hop, with the visited sites in the token as the switch writes them [S19].</summary>
public readonly record struct RedirectWalk
{
    /// <summary>The rows of the plan's sites in the order of the redirects; the site first arrived at is not among them.</summary>
    public required ImmutableArray<int> Hops { get; init; }

    /// <summary>The first redirect's decision.</summary>
    public required Decision First { get; init; }

    /// <summary>False: after as many hops as there are sites the user is still sent on.</summary>
    public required bool Ended { get; init; }

    /// <param name="service">Index into <see cref="Plan.Services"/>.</param>
    public static RedirectWalk Of(Plan plan, int service, in Client client, SiteId arrivedAt)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var hops = new int[plan.Services[service].Sites.Length];
        var length = Take(plan, service, client, arrivedAt, hops, out var first, out var ended);
        return new RedirectWalk { Hops = [.. hops.AsSpan(0, length)], First = first, Ended = ended };
    }

    /// <summary>As <see cref="Of"/>, without allocating: for who takes millions.</summary>
    /// <param name="hops">Room for as many rows as the service has sites.</param>
    /// <returns>How many of them were filled.</returns>
    public static int Take(Plan plan, int service, in Client client, SiteId arrivedAt, Span<int> hops, out Decision first, out bool ended)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var sites = plan.Services[service].Sites;
        // The sites visited so far, then the one where the user stands.
        Span<SiteId> way = sites.Length < MostOnStack ? stackalloc SiteId[MostOnStack] : new SiteId[sites.Length + 1];
        way[0] = arrivedAt;
        first = default;
        // Who never comes back has been everywhere after as many hops as there are sites; one hop more is a loop.
        for (var hop = 0; hop < sites.Length; hop++)
        {
            var decision = Decider.Decide(plan, service, client, new Arrival(way[hop], way[..hop]));
            if (hop == 0) first = decision;
            if (decision.Verdict != Verdict.Answer)
            {
                ended = true;
                return hop;
            }
            hops[hop] = decision[0];
            way[hop + 1] = sites[decision[0]].Site.Id;
        }
        ended = false;
        return sites.Length;
    }

    // More than a cluster may have sites.
    private const int MostOnStack = 128;
}
