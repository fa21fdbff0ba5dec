using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.State;

/// <summary>Turns changes into events for people: one line when something changes, none while it stays as it is.</summary>
internal sealed class StateDiary(EventLog log)
{
    private readonly Dictionary<ServiceId, string> tables = [];
    private bool muted;

    public void ProbeChanged(Cluster cluster, ProbeTarget target, in HealthStep step)
    {
        var site = NameOf(cluster, target.Key.Vip.Site);
        var service = cluster.FindService(target.Key.Vip.Service)?.Name;
        var what = target.Key.Server is { } server ? $"real server {server} of {service}" : $"{service} at {site} ({target.Key.Vip.Address})";
        var kind = (target.Key.Server is null ? "vip-" : "server-") + step.After.ToString().ToLowerInvariant();
        log.Add(kind, $"{what}: {Word(step.Before)} → {Word(step.After)}: {step.Next.Observation.Reason}", site, service);
    }

    public void Suspected(Cluster cluster, VipKey vip, SiteId by) =>
        log.Add("vip-suspect", $"{NameOf(cluster, by)} cannot reach {NameOf(cluster, vip.Site)} ({vip.Address}): probing it now", NameOf(cluster, vip.Site), cluster.FindService(vip.Service)?.Name);

    public void VipChanged(Cluster cluster, VipKey vip, VipCondition condition) =>
        log.Add("own-vip-" + condition.ToString().ToLowerInvariant(), $"own VIP {vip.Address} is {Word(condition)}", NameOf(cluster, vip.Site), cluster.FindService(vip.Service)?.Name);

    public void Heard(Cluster cluster, SiteId self, SiteState? before, SiteState state)
    {
        var site = NameOf(cluster, state.Site);
        if (state.Site == self) return;
        if (before is null) log.Add("site-heard", $"first word of {site}", site);
        else if (before.Incarnation != state.Incarnation) log.Add("site-restarted", $"{site} has started again", site);
        if (state.IsEvent && state.Reasons is not (EventReasons.None or EventReasons.OrderChanged)) log.Add("event-received", $"EVENT of {site}: {Word(state.Reasons)}", site);
        if ((before?.SelfReport ?? SelfReport.None) != state.SelfReport) log.Add("self-report", $"{site} says of itself: {Word(state.SelfReport)}", site);
    }

    public void Muted(bool now)
    {
        if (now == muted) return;
        muted = now;
        log.Add(now ? "isolated" : "isolation-over", now
            ? "more than half of the other sites fail for this node at once: it may be the sick one, so its votes about others are muted"
            : "most sites can be reached again: this node's votes count again");
    }

    /// <summary>Says so when a service's weights are not what they were.</summary>
    public void Compiled(Plan plan)
    {
        foreach (var service in plan.Snapshot.Cluster.Services)
        {
            var weights = string.Join(", ", plan.TableOf(service.Id)!.Sites.Select(row => $"{row.Site.Name} {row.Weight}"));
            if (tables.TryGetValue(service.Id, out var before) && before == weights) continue;
            tables[service.Id] = weights;
            log.Add("table", $"{service.Name}: {weights}", service: service.Name);
        }
    }

    private static string NameOf(Cluster cluster, SiteId site) => cluster.FindSite(site)?.Name ?? $"site {site}";

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
