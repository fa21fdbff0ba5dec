using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Policy.Stages;

/// <summary>
/// The last stage of a redirect in place of the turn [P6.6, S18, S19]: of the first tier with a site that may take the user, the one that a
/// weighted rendezvous by the user's own address names; so <c>explain --arrived-at</c> can name it too. Never the site it stands at, never one it
/// came from, never one that a restriction forbids; a site with room by its own fresh word or, without one, a site that my own probe sees up.
/// </summary>
internal static class RedirectStage
{
    public const string Name = "redirect";

    public static Decision Run<TTrace>(ServicePlan service, TierOrder order, in Client client, in Arrival arrival, ushort clientClass, byte scope, TTrace trace)
        where TTrace : struct, ITrace
    {
        var hash = Mixing.Of(client);
        var eligible = service.ReachOf(clientClass).Eligible;
        var anyRoom = false;
        var bestTier = int.MaxValue;
        var bestCost = double.PositiveInfinity;
        var best = -1;
        foreach (var candidate in service.Candidates)
        {
            // Most are no nearer than who is found already: nothing more is asked of them.
            if (!trace.IsOn && anyRoom && order.TierOf[candidate.Row] > bestTier) continue;
            var hasRoom = candidate.Site.Id != arrival.Site && eligible[candidate.Row] && HasRoom(candidate);
            anyRoom |= hasRoom;
            if (!hasRoom || arrival.Excludes(candidate.Site.Id))
            {
                if (trace.IsOn && eligible[candidate.Row]) Write(candidate, arrival, trace);
                continue;
            }
            var tier = order.TierOf[candidate.Row];
            var cost = Rendezvous.Cost(hash, candidate.Site.Id, service.Weights[candidate.Row]);
            if (tier > bestTier || (tier == bestTier && cost >= bestCost)) continue;
            (bestTier, bestCost, best) = (tier, cost, candidate.Row);
        }

        if (best < 0)
        {
            if (trace.IsOn) trace.Say(Name, anyRoom ? "only sites that the user came from have room" : "no other site has room");
            return new Decision(Verdict.NoSite, service.TtlSeconds, clientClass, scope, []) { AnyRoom = anyRoom };
        }
        if (trace.IsOn)
        {
            trace.Say(Name, $"{client} goes to {service.Sites[best].Site.Name}");
            WriteLosers(service, eligible, order, best, arrival, trace);
        }
        return new Decision(Verdict.Answer, service.TtlSeconds, clientClass, scope, [(ushort)best]) { AnyRoom = true };
    }

    /// <summary>Whom the down-budget keeps in the answers although I see it down is no place to send on a user who stands here.</summary>
    private static bool HasRoom(Candidate candidate) => !candidate.IsKeptByMe && (candidate.Load.IsKnown ? candidate.Load.HasRoom : candidate.IsSeenUp);

    private static void WriteLosers<TTrace>(ServicePlan service, bool[] eligible, TierOrder order, int best, in Arrival arrival, TTrace trace)
        where TTrace : struct, ITrace
    {
        foreach (var candidate in service.Candidates)
        {
            if (candidate.Row == best || !eligible[candidate.Row] || candidate.Site.Id == arrival.Site || !HasRoom(candidate) || arrival.Excludes(candidate.Site.Id)) continue;
            trace.Exclude(Name, candidate.Site, order.TierOf[candidate.Row] > order.TierOf[best]
                ? $"{service.Sites[best].Site.Name} is in a better tier for this user"
                : $"of those in its tier the user's address falls to {service.Sites[best].Site.Name}");
        }
    }

    /// <summary>Of an eligible one: who is not has been named already.</summary>
    private static void Write<TTrace>(Candidate candidate, in Arrival arrival, TTrace trace)
        where TTrace : struct, ITrace
    {
        if (candidate.Site.Id == arrival.Site) trace.Exclude(Name, candidate.Site, "the user stands there");
        else if (arrival.Excludes(candidate.Site.Id)) trace.Exclude(Name, candidate.Site, "the user came from there");
        else if (candidate.IsKeptByMe) trace.Exclude(Name, candidate.Site, "I see it down: only the down-budget keeps it in the answers");
        else trace.Exclude(Name, candidate.Site, candidate.Load.IsKnown ? "it has no room, by its own word" : "it says nothing fresh, and I have not seen it up");
    }
}
