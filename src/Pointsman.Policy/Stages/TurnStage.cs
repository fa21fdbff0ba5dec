using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Policy.Stages;

/// <summary>
/// Last stage, on the query path: which of the class's sites come first [P3.7]. Rotating: the slot whose turn it is [S14]. Sticky: the order
/// of a weighted rendezvous by the client's prefix, whatever the turn [S15].
/// </summary>
internal static class TurnStage
{
    public const string Name = "turn";

    public static Decision Rotate<TTrace>(ServicePlan service, Verdict verdict, Schedule schedule, ulong turn, ushort clientClass, byte scope, TTrace trace)
        where TTrace : struct, ITrace
    {
        Span<ushort> room = stackalloc ushort[Decision.MaximumSites];
        var rows = schedule.At(turn, room);
        if (trace.IsOn) trace.Say(Name, $"slot {turn % (ulong)schedule.SlotCount} of {schedule.SlotCount}: {service.Sites[rows[0]].Site.Name} comes first");
        return new Decision(verdict, service.TtlSeconds, clientClass, scope, rows);
    }

    public static Decision Stick<TTrace>(ServicePlan service, Verdict verdict, Schedule schedule, in Client client, ushort clientClass, byte scope, TTrace trace)
        where TTrace : struct, ITrace
    {
        var hash = Mixing.Of(client);
        Span<ushort> rows = stackalloc ushort[Decision.MaximumSites];
        Span<double> costs = stackalloc double[Decision.MaximumSites];
        var count = 0;
        foreach (var (row, weight) in schedule.Distribution.Parts)
        {
            var cost = Rendezvous.Cost(hash, service.Sites[row].Site.Id, weight);
            // Insertion into the best so far; what falls off the end is never listed.
            var place = count < schedule.Width ? count++ : cost < costs[count - 1] ? count - 1 : -1;
            if (place < 0) continue;
            for (; place > 0 && costs[place - 1] > cost; place--) (rows[place], costs[place]) = (rows[place - 1], costs[place - 1]);
            (rows[place], costs[place]) = ((ushort)row, cost);
        }
        if (trace.IsOn) trace.Say(Name, $"sticky: {client} always has {service.Sites[rows[0]].Site.Name} first among these");
        return new Decision(verdict, service.TtlSeconds, clientClass, scope, rows[..count]);
    }
}
