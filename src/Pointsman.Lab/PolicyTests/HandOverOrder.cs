using System.Collections.Immutable;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Lab.PolicyTests;

/// <summary>
/// The sites that a client is handed to, one after another: those that share its turns now; then, were they down, those that would in their place; and so
/// on to the last. Found by deciding, not by reading the policy: each step takes the sites of the one before down and asks the decision again.
/// </summary>
/// <param name="Groups">Sites of one group share the turns. A redirect's groups are single sites.</param>
/// <param name="First">The decision under the circumstances as given.</param>
/// <param name="Plan">The plan that made it, of a site that is up.</param>
public sealed record HandOverOrder(ImmutableArray<ImmutableArray<SiteId>> Groups, Decision First, Plan Plan)
{
    public IEnumerable<SiteId> Sites => Groups.SelectMany(group => group);

    /// <param name="world">Of one service alone.</param>
    /// <returns>Null when no site is up that could decide.</returns>
    public static HandOverOrder? Of(ConfiguredWorld world, in Client client, Circumstances circumstances)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentNullException.ThrowIfNull(circumstances);
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<SiteId>>();
        (Decision Decision, Plan Plan)? first = null;
        var now = circumstances;
        // Ends: each turn but the first takes at least one site more down.
        while (world.AnyUp(now) is { } self)
        {
            var plan = world.Plan(self, now);
            var decision = Decider.Decide(plan, 0, client, Turn.Number(0));
            first ??= (decision, plan);
            // What a stale answer names is down already: it is the whole answer, and nothing comes after it.
            var isStale = decision.Verdict == Verdict.Stale;
            if (decision.Verdict != Verdict.Answer && !(isStale && groups.Count == 0)) break;
            var group = plan.Services[0].SharesOf(decision.Class).OrderByDescending(part => part.Weight).Select(part => plan.Services[0].Sites[part.Row].Site.Id)
                .ToImmutableArray();
            // A site that is down and answered all the same, because a down-budget keeps it, is part of what comes now, and takes over from nobody later.
            if (groups.Count > 0) group = [.. group.Where(site => !now.IsDown(site))];
            if (group.IsEmpty) break;
            groups.Add(group);
            if (isStale) break;
            now = now with { DownSites = [.. now.DownSites.Union(group)] };
        }
        return first is { } made ? new HandOverOrder(groups.ToImmutable(), made.Decision, made.Plan) : null;
    }

    /// <summary>Where a user goes who arrived at a site that hands on, and from there on, if each hands on in turn.</summary>
    /// <param name="world">Of one service alone.</param>
    /// <param name="arrivedAt">A site that is up.</param>
    public static HandOverOrder OfRedirect(ConfiguredWorld world, in Client client, Circumstances circumstances, SiteId arrivedAt)
    {
        ArgumentNullException.ThrowIfNull(world);
        var plan = world.Plan(arrivedAt, circumstances);
        var walk = RedirectWalk.Of(plan, 0, client, arrivedAt);
        return new HandOverOrder([.. walk.Hops.Select(row => ImmutableArray.Create(plan.Services[0].Sites[row].Site.Id))], walk.First, plan);
    }
}
