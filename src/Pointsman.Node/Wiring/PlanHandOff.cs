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
        return HandOffVerdict.Redirect(target.Site.Id, RedirectAuthority.Of(request.Service, target.Site, target.Vips[0].Address));
    }
}
