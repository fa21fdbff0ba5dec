using System.Collections.Immutable;
using System.Text.Json;
using Pointsman.Model;
using Pointsman.Node.State;
using Pointsman.Node.Wiring;
using Pointsman.Policy.Outlook;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Node.Admin;

/// <summary>An operator's order, as the API and <c>-o json</c> show it.</summary>
/// <param name="Service">Null = the whole site.</param>
/// <param name="Kind">drain, force-up, force-down, clear.</param>
/// <param name="Until">Null = until it is lifted, a year at most.</param>
/// <param name="Signed">By the operator's certificate; else the word of the site itself.</param>
/// <param name="Forgotten">A force of more than a day.</param>
internal sealed record OverrideView(string Site, string? Service, string Kind, string Who, string Why, DateTimeOffset Since, DateTimeOffset? Until, double AgeSeconds, bool Signed, bool InForce, bool Forgotten, ulong Stamp);

/// <param name="Refused">What peers' words brought that counts for nothing.</param>
internal sealed record OverridesView(string Cluster, string Self, DateTimeOffset Now, IReadOnlyList<OverrideView> Overrides, IReadOnlyList<RefusedOverridesView> Refused);

internal sealed record RefusedOverridesView(string Site, string Reason, long Count);

/// <summary>An order to a node. <c>since</c>, <c>stamp</c>, <c>certificate</c> and <c>signature</c> (base64) are given together, by who signs.</summary>
/// <param name="Force">Also when somebody is left without a healthy site.</param>
internal sealed record OverrideRequest(string? Site, string? Service, string? Kind, string? Who, string? Why, DateTimeOffset? Until, bool? Force, DateTimeOffset? Since, ulong? Stamp, string? Certificate, string? Signature);

/// <param name="Kept">It is on the node's disk; else it would not outlive a restart of the whole cluster.</param>
/// <param name="Concerns">What spoke against it and did not forbid it, or was forced.</param>
/// <param name="Also">Other orders about the same site that are in force still.</param>
internal sealed record OrderedView(OverrideView Override, bool Kept, IReadOnlyList<ConcernView> Concerns, IReadOnlyList<OverrideView> Also);

/// <param name="Kind">not-ready, last-site, clients-left, over-full, over-target, no-room.</param>
internal sealed record ConcernView(string Service, string Kind, bool Refuses, string Text);

/// <param name="CanDrain">Nothing speaks against it.</param>
/// <param name="Comes">Who still comes there now.</param>
internal sealed record CanDrainView(string Site, string? Service, bool CanDrain, bool Refused, IReadOnlyList<ConcernView> Concerns, IReadOnlyDictionary<string, ServiceForecastView> Services, ResidualView Comes);

/// <param name="Share">Of the turns of the clients who get it at all, 0 to 1.</param>
internal sealed record ServiceForecastView(string State, double Share, long Connections, IReadOnlyDictionary<string, OtherSiteView> Others);

/// <param name="Expected">Connections with its part of those that leave; null = nothing fresh is known of it.</param>
internal sealed record OtherSiteView(string State, double ShareBefore, double ShareAfter, long Connections, long? MaxConnections, long? TargetConnections, long? Expected);

/// <summary>The traffic that a site's VIPs still have.</summary>
/// <param name="Observed">This is a node of that site: arrivals are counted here. Else connections are the site's last word, and arrivals are not known.</param>
/// <param name="Arrived">Connections since the node started, probes among them; null = not known.</param>
/// <param name="ProbesPerSecond">So many of the arrivals are the other sites' probes.</param>
/// <param name="Unobserved">VIPs that something else serves: nobody counts there.</param>
/// <param name="TtlSeconds">The longest of the services concerned.</param>
/// <param name="Nodes">Admin addresses of the site's nodes.</param>
internal sealed record ResidualView(bool Observed, long Connections, long? Arrived, double ProbesPerSecond, IReadOnlyList<string> Unobserved, double TtlSeconds, IReadOnlyList<string> Nodes);

internal static class OverrideViewing
{
    public static OverrideView View(Cluster cluster, Override one, DateTimeOffset now) => new(
        cluster.FindSite(one.Key.Site)?.Name ?? one.Key.Site.ToString(),
        one.Key.Service is { } service ? cluster.FindService(service)?.Name ?? service.ToString() : null,
        WordOf(one.Kind),
        one.Who,
        one.Why,
        one.Since,
        one.Until,
        Math.Round(Math.Max(0, (now - one.Since).TotalSeconds), 1),
        one.IsSigned,
        one.IsInForce(now),
        one.IsInForce(now) && one.Kind != OverrideKind.Drain && now - one.Since >= OverrideDiary.ForgottenAfter,
        one.Stamp);

    public static OverridesView All(NodeHost host, Plan plan, bool endedToo, DateTimeOffset now)
    {
        var cluster = plan.Snapshot.Cluster;
        return new OverridesView(
            cluster.Name,
            host.Identity.Site.Name,
            now,
            [.. host.Writer.Orders.Known.All.Where(one => endedToo || one.IsInForce(now)).Select(one => View(cluster, one, now))],
            [.. host.Writer.Orders.Refused.OrderBy(pair => pair.Key.From).ThenBy(pair => pair.Key.Why).Select(pair => new RefusedOverridesView(cluster.FindSite(pair.Key.From)?.Name ?? pair.Key.From.ToString(), Kebab(pair.Key.Why.ToString()), pair.Value))]);
    }

    public static ImmutableArray<ConcernView> Concerns(DrainForecast forecast) =>
        [.. forecast.Services.SelectMany(service => service.Concerns.Select(concern => new ConcernView(service.Service.Name, Kebab(concern.Kind.ToString()), concern.Refuses, concern.Text)))];

    public static CanDrainView CanDrain(NodeHost host, Plan plan, DrainForecast forecast)
    {
        var cluster = plan.Snapshot.Cluster;
        return new CanDrainView(
            cluster.FindSite(forecast.Key.Site)!.Name,
            forecast.Key.Service is { } service ? cluster.FindService(service)!.Name : null,
            forecast.IsFine,
            forecast.IsRefused,
            Concerns(forecast),
            forecast.Services.ToDictionary(one => one.Service.Name, one => new ServiceForecastView(
                one.State,
                Math.Round(one.Share, 4),
                one.Connections,
                one.Others.ToDictionary(other => other.Site.Name, other => new OtherSiteView(other.State, Math.Round(other.ShareBefore, 4), Math.Round(other.ShareAfter, 4), other.Connections, other.Max, other.Target, other.Expected)))),
            Residual(host, plan, forecast.Key));
    }

    public static ResidualView Residual(NodeHost host, Plan plan, OverrideKey key)
    {
        var (snapshot, cluster) = (plan.Snapshot, plan.Snapshot.Cluster);
        var services = cluster.Services.Where(service => key.Service is null || service.Id == key.Service).ToList();
        var vips = services.SelectMany(service => service.Vips).Where(vip => vip.Site == key.Site).ToList();
        var isSelf = key.Site == snapshot.Self;
        var live = isSelf ? host.Vips.Reports().ToDictionary(report => report.Vip) : [];
        var connections = vips.Sum(vip => (long)((isSelf ? live.GetValueOrDefault(vip.Key) : snapshot.StateOf(key.Site)?.ReportOf(vip.Key))?.ConnectionsActive ?? 0));
        var counted = isSelf ? host.Vips.Counters().Where(one => vips.Any(vip => vip.Key == one.Vip)).Sum(one => one.Accepted) : (long?)null;
        var probers = cluster.Sites.Length - 1;
        var probes = services.Sum(service => service.Vips.Count(vip => vip.Site == key.Site && !vip.Servers.IsDefaultOrEmpty) * probers * service.Probe.Iterations / Math.Max(0.001, service.Probe.Interval.TotalSeconds));
        return new ResidualView(
            isSelf,
            connections,
            counted,
            Math.Round(probes, 3),
            [.. vips.Where(vip => vip.Servers.IsDefaultOrEmpty).Select(vip => vip.Address.ToString())],
            services.Where(service => service.Vips.Any(vip => vip.Site == key.Site)).Select(service => service.Ttl.TotalSeconds).DefaultIfEmpty(0).Max(),
            NodesOf(cluster, key.Site));
    }

    public static ImmutableArray<string> NodesOf(Cluster cluster, SiteId site) => [.. cluster.FindSite(site)?.Nodes.Select(node => node.Admin).OfType<Endpoint>().Select(admin => $"http://{admin}") ?? []];

    public static bool TryKind(string? word, out OverrideKind kind)
    {
        OverrideKind? found = word switch { "drain" => OverrideKind.Drain, "force-up" => OverrideKind.ForceUp, "force-down" => OverrideKind.ForceDown, "clear" => OverrideKind.Clear, _ => null };
        kind = found ?? default;
        return found is not null;
    }

    /// <summary>The order that holds for a VIP; null = none.</summary>
    public static string? WordFor(Snapshot snapshot, Vip vip) => Rulings.Of(snapshot.Overrides).For(vip.Site, vip.Service) is { } order ? WordOf(order.Kind) : null;

    private static string WordOf(OverrideKind kind) => Kebab(kind.ToString());

    private static string Kebab(string word) => JsonNamingPolicy.KebabCaseLower.ConvertName(word);
}
