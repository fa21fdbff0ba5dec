using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Publishing;
using Pointsman.Policy.Tables;

namespace Pointsman.Node.State;

/// <summary>Turns changes into events for people: one line when something changes, none while it stays as it is.</summary>
internal sealed class StateDiary(EventLog log)
{
    // With few sites the weights are free connections, and each that opens or closes changes them: told is what moves so much of the share.
    private const double TellableShare = 0.05;

    private readonly Dictionary<ServiceId, HandOffTable> told = [];
    private readonly Dictionary<ServiceId, string> kept = [];
    private readonly Dictionary<VipKey, AdmissionView> admitted = [];
    private readonly EventBudget budget = new(10, TimeSpan.FromSeconds(10));

    // A cluster that starts changes its tables with every site that comes.
    private readonly EventBudget tableBudget = new(30, TimeSpan.FromSeconds(5));
    private bool muted;

    public void ProbeChanged(Cluster cluster, ProbeTarget target, in HealthStep step, Instant now)
    {
        var site = NameOf(cluster, target.Key.Vip.Site);
        var service = cluster.FindService(target.Key.Vip.Service)?.Name;
        var what = target.Key.Server is { } server ? $"real server {server} of {service}" : $"{service} at {site} ({target.Key.Vip.Address})";
        var kind = (target.Key.Server is null ? "vip-" : "server-") + step.After.ToString().ToLowerInvariant();
        log.Add(kind, $"{what}: {Word(step.Before)} → {Word(step.After)}: {step.Next.Observation.LastReply}{Held(step.Next.Observation, now)}", site, service);
    }

    private static string Held(Observation seen, Instant now) => seen.HeldUntil is not { } until ? "" : string.Create(CultureInfo.InvariantCulture,
        $"; held down for {(until - now).TotalSeconds:0.#} s{(seen.Flaps == 0 ? "" : seen.Flaps == 1 ? ", it came and went once before" : $", it came and went {seen.Flaps} times before")}");

    public void Suspected(Cluster cluster, VipKey vip, SiteId by, Instant now)
    {
        if (!budget.MayTell(by.Value, "vip-suspect", now, out _)) return;
        var what = by == vip.Site ? "says that it cannot serve" : $"cannot reach {NameOf(cluster, vip.Site)}";
        log.Add("vip-suspect", $"{NameOf(cluster, by)} {what} ({vip.Address}): probing it now", NameOf(cluster, vip.Site), cluster.FindService(vip.Service)?.Name);
    }

    public void VipChanged(Cluster cluster, VipKey vip, VipCondition condition) =>
        log.Add("own-vip-" + condition.ToString().ToLowerInvariant(), $"own VIP {vip.Address} is {Word(condition)}", NameOf(cluster, vip.Site), cluster.FindService(vip.Service)?.Name);

    public void Heard(Cluster cluster, SiteId self, SiteState? before, SiteState state, Instant now)
    {
        var site = NameOf(cluster, state.Site);
        if (state.Site == self) return;
        void Tell(string kind, string text)
        {
            if (budget.MayTell(state.Site.Value, kind, now, out var kept)) log.Add(kind, kept == 0 ? text : $"{text} (and {kept} more of its kind were not told)", site);
        }

        if (before is null) Tell("site-heard", $"first word of {site}");
        else if (before.Incarnation != state.Incarnation) Tell("site-restarted", $"{site} has started again");
        if (state.IsEvent && (state.Reasons & ~(EventReasons.OrderChanged | EventReasons.AdmitChanged)) != EventReasons.None) Tell("event-received", $"EVENT of {site}: {Word(state.Reasons)}");
        if ((before?.SelfReport ?? SelfReport.None) != state.SelfReport) Tell("self-report", $"{site} says of itself: {Word(state.SelfReport)}");
    }

    /// <summary>Begin and end of what an own VIP does beside taking all its users: never each step of it.</summary>
    public void Admitted(Cluster cluster, SiteId self, ImmutableArray<AdmissionView> views)
    {
        foreach (var now in views)
        {
            var before = admitted.GetValueOrDefault(now.Vip, new AdmissionView(now.Vip, VipReport.AdmitAll, false, false, 0, false, null));
            admitted[now.Vip] = now;
            if (now.IsHeld != before.IsHeld) Say(now, now.IsHeld ? "held" : "held-over", now.IsHeld ? "it was down, and waits to be let back (policy.failback)" : "takes users again");
            if (now.IsRamping != before.IsRamping) Say(now, now.IsRamping ? "ramp" : "ramp-over", now.IsRamping ? "is back, and takes its users step by step (policy.slowStart)" : "takes its users as before");
            if (now.IsOscillating != before.IsOscillating)
                Say(now, now.IsOscillating ? "oscillation" : "oscillation-over", now.IsOscillating ? "what it admits goes to and fro: its steps are damped" : "goes to and fro no more");
            if (now.IsSpilling != before.IsSpilling && !now.IsRamping)
                Say(now, now.IsSpilling ? "spill" : "spill-over", now.IsSpilling ? "is above its target, and passes a part of its users on" : "has room for all its users again");
        }
        foreach (var gone in admitted.Keys.Except(views.Select(view => view.Vip)).ToArray()) admitted.Remove(gone);

        void Say(in AdmissionView view, string kind, string text)
        {
            var service = cluster.FindService(view.Vip.Service)?.Name;
            log.Add(kind, $"{service} at {NameOf(cluster, self)} ({view.Vip.Address}) {text}", NameOf(cluster, self), service);
        }
    }

    public void Muted(bool now)
    {
        if (now == muted) return;
        muted = now;
        log.Add(now ? "isolated" : "isolation-over", now
            ? "more than half of the other sites fail for this node at once: it may be the sick one, so its votes about others are muted"
            : "most sites can be reached again: this node's votes count again");
    }

    /// <summary>Says so when a service's weights are not what they were when last told.</summary>
    public void Compiled(Plan plan)
    {
        foreach (var service in plan.Services) Kept(service, plan.Snapshot.Now);
        foreach (var service in plan.Snapshot.Cluster.Services)
        {
            var table = plan.TableOf(service.Id)!;
            var byCapacity = service.Policy.FewSites == FewSites.Capacity && table.Sites.Length < service.Policy.FewSitesBelow;
            if (told.TryGetValue(service.Id, out var before) && !IsNews(before.Sites, table.Sites, byCapacity)) continue;
            // What is not told now is told of the next plan, of which there are many a second where this happens.
            if (!tableBudget.MayTell(service.Id.Value, "table", plan.Snapshot.Now, out _)) continue;
            told[service.Id] = table;
            log.Add("table", $"{service.Name}: {string.Join(", ", table.Sites.Select(row => $"{row.Site.Name} {row.Weight}"))}", service: service.Name);
        }
    }

    /// <summary>The alarm of the down-budget: what looks down stays in the answers. Told when it begins, when others are kept, and when it is over.</summary>
    private void Kept(ServicePlan service, Instant now)
    {
        var names = string.Join(", ", service.Kept.Select(site => site.Site.Name));
        if (names == kept.GetValueOrDefault(service.Service.Id, "") || !tableBudget.MayTell(service.Service.Id.Value, "down-budget", now, out _)) return;
        kept[service.Service.Id] = names;
        if (names.Length == 0) log.Add("down-budget-over", $"{service.Service.Name}: no more looks down than may be taken out", service: service.Service.Name);
        else
        {
            var reasons = string.Join("; ", service.Kept.Select(site => $"{site.Site.Name}: {site.Reason}"));
            log.Add("down-budget", $"{service.Service.Name}: more sites look down than policy.downBudget allows to be taken out, so these stay in the answers: {reasons}", service: service.Service.Name);
        }
    }

    private static bool IsNews(ImmutableArray<HandOffRow> before, ImmutableArray<HandOffRow> after, bool byCapacity) =>
        !before.Select(row => row.Site.Name).SequenceEqual(after.Select(row => row.Site.Name))
        || before.Zip(after).Any(pair => byCapacity
            ? (pair.First.Weight == 0) != (pair.Second.Weight == 0) || Math.Abs(pair.First.Share - pair.Second.Share) >= TellableShare
            : pair.First.Weight != pair.Second.Weight);

    private static string NameOf(Cluster cluster, SiteId site) => cluster.FindSite(site)?.Name ?? $"site {site}";

    // Flags come as "Recovered, OrderChanged".
    private static string Word<T>(T value) where T : struct, Enum => string.Join(", ", value.ToString().Split(", ").Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
}
