using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Policy.Outlook;

/// <summary>
/// What would be if a site took no new users: the same plan compiled from the same snapshot with that one order more, and the two held against each
/// other, class by class. So what is foretold is what the one decision function will do, and nothing else.
/// </summary>
public static class DrainOutlook
{
    /// <summary>Foretells an order that takes users away. Two compiles of the services: not for the query path.</summary>
    /// <param name="plan">As it is now, at the node that is asked.</param>
    public static DrainForecast Of(Plan plan, Override order)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(order);
        var snapshot = plan.Snapshot with { Overrides = [.. plan.Snapshot.Overrides.Where(one => one.Key != order.Key).Append(order).OrderBy(one => one.Key)] };
        var after = Plan.Compile(snapshot, plan.Places, plan);
        var services = plan.Services.Where(service => (order.Key.Service is null || order.Key.Service == service.Service.Id) && service.Sites.Any(row => row.Site.Id == order.Key.Site));
        return new DrainForecast(order.Key, [.. services.Select(service => Compare(plan.Snapshot, service, after.Services[service.Index], order.Key.Site))]);
    }

    private static ServiceForecast Compare(Snapshot snapshot, ServicePlan before, ServicePlan after, SiteId site)
    {
        var row = before.Sites.Select(planned => planned.Site.Id).ToList().IndexOf(site);
        var concerns = ImmutableArray.CreateBuilder<DrainConcern>();
        if (!snapshot.Ready) concerns.Add(new DrainConcern(ConcernKind.NotReady, true, "this node has not yet probed the others once, and cannot tell"));
        else if (before.Service.UseDnsRespond) AddLost(before, after, row, concerns);
        var (sharesBefore, sharesAfter) = (Shares(before, row, before), Shares(after, row, before));
        var connections = ConnectionsOf(snapshot, before.Sites[row].Vips, site);
        var others = Enumerable.Range(0, before.Sites.Length).Where(other => other != row).Select(other => Other(snapshot, after, other, sharesBefore[other], sharesAfter[other], connections)).ToImmutableArray();
        if (sharesBefore[row] > 0) AddCrowded(others, connections, concerns);
        return new ServiceForecast(before.Service, StateOf(before.Table.Sites[row]), sharesBefore[row], connections, others, concerns.ToImmutable());
    }

    /// <summary>Whoever gets an answer now and will not then.</summary>
    private static void AddLost(ServicePlan before, ServicePlan after, int row, ImmutableArray<DrainConcern>.Builder concerns)
    {
        var lost = new List<int>();
        for (ushort number = 0; number < before.Classes.Orders.Length; number++)
        {
            if (before.ReachOf(number).Verdict != Verdict.Answer || after.ReachOf(number).Verdict == Verdict.Answer) continue;
            var reach = before.Classes.ReachOf[number];
            if (!lost.Contains(reach)) lost.Add(reach);
        }

        foreach (var reach in lost)
        {
            var allowed = before.Candidates.Where(candidate => before.Classes.Reaches[reach].Allows(candidate.Row)).ToList();
            var all = allowed.Count == before.Candidates.Length;
            var states = string.Join(", ", allowed.Where(candidate => candidate.Row != row).Select(candidate => $"{candidate.Site.Name} is {StateOf(after.Table.Sites[candidate.Row])}{(after.Table.Sites[candidate.Row].Reason is { Length: > 0 } why ? $" ({why})" : candidate.DownReason.Length > 0 ? $" ({candidate.DownReason})" : "")}"));
            var instead = after.ReachOf((ushort)before.Classes.ReachOf.IndexOf(reach)).Verdict == Verdict.NoData ? "would get no address" : "would be answered with what policy.whenAllDown names";
            var site = before.Candidates[row].Site.Name;
            concerns.Add(all
                ? new DrainConcern(ConcernKind.LastSite, true, $"{site} is the last healthy site: users {instead}{(states.Length == 0 ? "" : "; " + states)}")
                : new DrainConcern(ConcernKind.ClientsLeft, true, $"{site} is the last healthy site for the clients that restrictions keep at {string.Join(", ", allowed.Select(candidate => candidate.Site.Name))}{ClientsOf(before, allowed)}: they {instead}{(states.Length == 0 ? "" : "; " + states)}"));
        }
    }

    private static string ClientsOf(ServicePlan service, List<Candidate> allowed)
    {
        var rules = service.Service.Policy.Restrictions.Where(rule => rule.OrElse == OrElse.Nothing && allowed.All(candidate => rule.Sites.Contains(candidate.Site.Id))).SelectMany(rule => rule.Clients).Select(client => client.ToString()).Distinct().ToList();
        return rules.Count == 0 ? "" : $" ({string.Join(", ", rules)})";
    }

    private static void AddCrowded(ImmutableArray<OtherSite> others, long connections, ImmutableArray<DrainConcern>.Builder concerns)
    {
        foreach (var other in others)
        {
            if (other.Expected is not { } expected || expected <= other.Connections) continue;
            if (other.Max is { } max && expected > max) concerns.Add(new DrainConcern(ConcernKind.OverFull, false, $"{other.Site.Name} would have some {expected} connections and takes {max}"));
            else if (other.Target is { } target && expected > target) concerns.Add(new DrainConcern(ConcernKind.OverTarget, false, $"{other.Site.Name} would have some {expected} connections, above its target of {target}"));
        }

        var open = others.Where(other => other.ShareAfter > 0).ToList();
        if (open.Count == 0 || open.Any(other => other.Max is null)) return;
        var room = open.Sum(other => Math.Max(0, other.Max!.Value - other.Connections));
        if (connections > room) concerns.Add(new DrainConcern(ConcernKind.NoRoom, false, $"{connections} connections have to go elsewhere, and the others have room for {room}"));
    }

    /// <param name="share">Who takes the drained site's users: in the proportion in which the plan shares out afterwards.</param>
    private static OtherSite Other(Snapshot snapshot, ServicePlan after, int row, double shareBefore, double share, long moving)
    {
        var planned = after.Sites[row];
        var vips = after.Service.Vips.Where(vip => vip.Site == planned.Site.Id).ToImmutableArray();
        var connections = ConnectionsOf(snapshot, vips, planned.Site.Id);
        var knows = snapshot.Self == planned.Site.Id || snapshot.FreshStateOf(planned.Site.Id) is not null;
        long? Sum(Func<Vip, int?> of) => vips.Any(vip => of(vip) is null) ? null : vips.Sum(vip => (long)of(vip)!.Value);
        return new OtherSite(planned.Site, StateOf(after.Table.Sites[row]), shareBefore, share, connections, Sum(vip => vip.MaxConnections), Sum(vip => vip.Target), knows ? connections + (long)Math.Round(moving * share) : null);
    }

    /// <summary>By row, 0 to 1: over those classes that the drained site serves now, all alike. How many users a class has is not known here.</summary>
    private static double[] Shares(ServicePlan of, int row, ServicePlan before)
    {
        var shares = new double[of.Sites.Length];
        var classes = 0;
        for (ushort number = 0; number < before.Classes.Orders.Length; number++)
        {
            if (before.SharesOf(number).All(part => part.Row != row)) continue;
            var parts = of.SharesOf(number);
            var sum = (double)parts.Sum(part => part.Weight);
            if (sum <= 0) continue;
            classes++;
            foreach (var (other, weight) in parts) shares[other] += weight / sum;
        }

        return classes == 0 ? shares : [.. shares.Select(share => share / classes)];
    }

    private static long ConnectionsOf(Snapshot snapshot, ImmutableArray<Vip> vips, SiteId site) =>
        vips.Sum(vip => (long)((site == snapshot.Self ? snapshot.Local.GetValueOrDefault(vip.Key) : snapshot.StateOf(site)?.ReportOf(vip.Key))?.ConnectionsActive ?? 0));

    private static string StateOf(HandOffRow line) => line.Standing switch
    {
        Standing.DownByOwnWord => "down",
        Standing.SeenOverloaded => "overloaded",
        Standing.ForcedDown => "forced down",
        Standing.ForcedUp => "forced up",
        _ => line.Standing.ToString().ToLowerInvariant(),
    };
}
