using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Switching;

namespace Pointsman.Node.Wiring;

/// <summary>Binds the switch to the decision: where a user goes whom an own VIP cannot take [P6.6, S18, S19].</summary>
internal sealed class PlanHandOff : IHandOff
{
    private volatile Plan? plan;

    public void Use(Plan next) => plan = next;

    public HandOffVerdict Choose(HandOffRequest request)
    {
        if (plan is not { } current || current.IndexOf(request.Service.Id) is not (>= 0 and var index)) return HandOffVerdict.NothingHasRoom;
        var decision = Decider.Decide(current, index, Client.From(request.Client), new Arrival(request.ArrivedAt.Site, request.Visited.AsSpan()));
        if (decision.Count == 0) return HandOffVerdict.NothingHasRoom;
        var target = current.Services[index].Sites[decision[0]];
        return HandOffVerdict.Redirect(target.Site.Id, RedirectAuthority.Of(request.Service, target.Site, VipFor(current.Snapshot, target, request.ArrivedAt).Address));
    }

    // Of a site's several VIPs: not one that says it is full, and rather the port where the user arrived.
    private static Vip VipFor(Snapshot snapshot, PlannedSite target, Vip arrivedAt)
    {
        var state = snapshot.FreshStateOf(target.Site.Id);
        var best = target.Vips[0];
        var bestRank = -1;
        foreach (var vip in target.Vips)
        {
            var rank = (state?.ReportOf(vip.Key)?.Condition is VipCondition.Full ? 0 : 2) + (vip.Address.Port == arrivedAt.Address.Port ? 1 : 0);
            if (rank > bestRank) (best, bestRank) = (vip, rank);
        }

        return best;
    }
}
