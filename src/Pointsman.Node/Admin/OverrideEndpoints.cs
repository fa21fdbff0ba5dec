using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pointsman.Model;
using Pointsman.Node.Output;
using Pointsman.Node.Wiring;
using Pointsman.Policy.Outlook;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.Admin;

/// <summary>
/// Operators' orders over the admin API. Unsigned ones are taken about the node's own site alone; about another site only what an operator
/// signed counts, and it is held against the authority here as it is at every node that hears of it.
/// </summary>
internal static class OverrideEndpoints
{
    /// <summary>The member <c>code</c> of a problem: what a script, and the command line, goes by.</summary>
    public const string AnotherSite = "another-site", Unsafe = "unsafe", NotBelieved = "not-believed";

    public static void Map(RouteGroupBuilder api, NodeHost host)
    {
        api.MapGet("/overrides", (bool? all) => host.Writer.Plan is { } plan ? Results.Json(OverrideViewing.All(host, plan, all == true, DateTimeOffset.UtcNow), JsonText.Options) : ApiEndpoints.NotYet())
            .Produces<OverridesView>().WithSummary("Operators' orders in force; ?all=true also those that ended or were lifted and are still remembered");
        api.MapPost("/overrides", (HttpContext context, OverrideRequest order) => OrderAsync(host, context, order))
            .Produces<OrderedView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Drain, force up, force down, or clear: a site or one of its services. Unsigned: the node's own site alone");
        api.MapGet("/can-drain", (string? site, string? service) => TryFind(host, site, service, out var plan, out var key, out var bad)
                ? Results.Json(OverrideViewing.CanDrain(host, plan, DrainOutlook.Of(plan, Order(key, OverrideKind.Drain))), JsonText.Options)
                : bad)
            .Produces<CanDrainView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Whether the others have room for a site's users, who would get nobody, and who still comes; ?site= and &service=");
        api.MapGet("/residual", (string? site, string? service) => TryFind(host, site, service, out var plan, out var key, out var bad)
                ? Results.Json(OverrideViewing.Residual(host, plan, key), JsonText.Options)
                : bad)
            .Produces<ResidualView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("The connections and arrivals that a site's VIPs still have; ?site= and &service=");
    }

    private static async Task<IResult> OrderAsync(NodeHost host, HttpContext context, OverrideRequest asked)
    {
        if (!OverrideViewing.TryKind(asked.Kind, out var kind)) return Bad($"kind: must be drain, force-up, force-down or clear, was '{Printable.Line(asked.Kind ?? "")}'");
        if (!TryFind(host, asked.Site, asked.Service, out var plan, out var key, out var bad)) return bad;
        var cluster = plan.Snapshot.Cluster;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var (who, why) = (Printable.Line(asked.Who ?? ""), Printable.Line(asked.Why ?? ""));
        if (who.Length is 0 or > OverrideLimits.WhoCharacters) return Bad($"who: must have 1 to {OverrideLimits.WhoCharacters} characters, had {who.Length}");
        if (why.Length > OverrideLimits.WhyCharacters) return Bad($"why: must have at most {OverrideLimits.WhyCharacters} characters, had {why.Length}");
        if (asked.Until is { } until && (until <= now || until - now > OverrideLimits.LongestLife)) return Bad($"until: must lie in the future, at most {OverrideLimits.LongestLife.TotalDays:0} days, was {until:u}");
        if (!TrySignature(asked, out var signature)) return Bad("certificate and signature: must be base64, with since and stamp beside them");
        if (signature is null && key.Site != plan.Snapshot.Self) return Elsewhere(host, cluster, key);

        var order = new Override
        {
            Key = key,
            Kind = kind,
            Who = who,
            Why = why,
            Since = asked.Since is { } since && signature is not null ? since : now,
            Until = asked.Until is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end.ToUnixTimeMilliseconds()) : null,
            Stamp = asked.Stamp is { } stamp && signature is not null ? stamp : Override.StampAfter(host.Writer.Orders.Known[key]?.Stamp ?? 0, now),
            Signature = signature,
        };
        var name = host.Writer.Orders.NameOf(key);
        var concerns = kind is OverrideKind.Drain or OverrideKind.ForceDown ? DrainOutlook.Of(plan, order) : null;
        var from = context.Connection.RemoteIpAddress;
        if (concerns is { IsRefused: true } && asked.Force != true)
        {
            host.Log.Add("audit", $"{asked.Kind} of {name} asked for by {who} from {from} and refused: {string.Join("; ", OverrideViewing.Concerns(concerns).Where(one => one.Refuses).Select(one => $"{one.Service}: {one.Text}"))}");
            return Results.Problem(
                statusCode: StatusCodes.Status409Conflict,
                title: "somebody would be left without a healthy site",
                detail: string.Join("; ", OverrideViewing.Concerns(concerns).Where(one => one.Refuses).Select(one => $"{one.Service}: {one.Text}")) + ". --force does it all the same",
                extensions: new Dictionary<string, object?> { ["code"] = Unsafe, ["concerns"] = OverrideViewing.Concerns(concerns) });
        }

        host.Log.Add("audit", $"{asked.Kind} of {name} ordered by {order}, from {from}{(signature is null ? "" : ", signed")}{(asked.Force == true ? ", forced" : "")}", cluster.FindSite(key.Site)?.Name, key.Service is { } service ? cluster.FindService(service)?.Name : null);
        var (fault, kept) = await host.OrderAsync(order);
        if (fault is not null)
            return Results.Problem(statusCode: StatusCodes.Status403Forbidden, title: "not believed", detail: $"the order about {name} is not believed: {fault}", extensions: new Dictionary<string, object?> { ["code"] = NotBelieved });
        var also = host.Writer.Orders.Known.InForce(now).Where(one => one.Key.Site == key.Site && one.Key != key).Select(one => OverrideViewing.View(cluster, one, now));
        return Results.Json(new OrderedView(OverrideViewing.View(cluster, order, now), kept, concerns is null ? [] : OverrideViewing.Concerns(concerns), [.. also]), JsonText.Options);
    }

    private static IResult Elsewhere(NodeHost host, Cluster cluster, OverrideKey key)
    {
        var site = cluster.FindSite(key.Site)!.Name;
        var nodes = OverrideViewing.NodesOf(cluster, key.Site);
        return Results.Problem(
            statusCode: StatusCodes.Status409Conflict,
            title: "another site's node",
            detail: $"this is a node of {host.Identity.Site.Name}, and about {site} it takes only what an operator signed (--operator-cert, --operator-key): ask a node of {site}{(nodes.IsEmpty ? "" : $" ({string.Join(", ", nodes)})")}, or sign",
            extensions: new Dictionary<string, object?> { ["code"] = AnotherSite, ["nodes"] = nodes });
    }

    private static bool TryFind(NodeHost host, string? siteName, string? serviceName, [NotNullWhen(true)] out Plan? plan, out OverrideKey key, [NotNullWhen(false)] out IResult? bad)
    {
        (plan, key, bad) = (host.Writer.Plan, default, null);
        if (plan is null) bad = ApiEndpoints.NotYet();
        else if (string.IsNullOrEmpty(siteName)) bad = Bad("site: which site? None was given");
        else if (plan.Snapshot.Cluster.FindSite(siteName) is not { } site)
        {
            var names = plan.Snapshot.Cluster.Sites.Select(known => known.Name).ToArray();
            var near = NearestName.Of(siteName, names) is { } nearest ? $" (did you mean {nearest}?)" : "";
            bad = Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "unknown site", detail: $"there is no site '{Printable.Line(siteName)}'{near}; the configuration has {string.Join(", ", names)}");
        }
        else if (string.IsNullOrEmpty(serviceName)) key = new OverrideKey(site.Id, null);
        else if (plan.Snapshot.Cluster.FindService(serviceName) is not { } service) bad = ApiEndpoints.UnknownService(plan, serviceName);
        else if (service.Vips.All(vip => vip.Site != site.Id)) bad = Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "not offered there", detail: $"{site.Name} does not offer {service.Name}");
        else key = new OverrideKey(site.Id, service.Id);
        return bad is null;
    }

    // Both or neither, with what they cover.
    private static bool TrySignature(OverrideRequest asked, out OverrideSignature? signature)
    {
        signature = null;
        if (asked.Certificate is null && asked.Signature is null) return true;
        if (asked is not { Certificate: { } certificate, Signature: { } value, Since: not null, Stamp: not null }) return false;
        var (certificateBytes, valueBytes) = (new byte[OverrideLimits.CertificateBytes], new byte[OverrideLimits.SignatureBytes]);
        if (!Convert.TryFromBase64String(certificate, certificateBytes, out var certificateLength) || !Convert.TryFromBase64String(value, valueBytes, out var valueLength)) return false;
        signature = new OverrideSignature([.. certificateBytes.AsSpan(0, certificateLength)], [.. valueBytes.AsSpan(0, valueLength)]);
        return true;
    }

    private static Override Order(OverrideKey key, OverrideKind kind) => new() { Key = key, Kind = kind, Who = "nobody", Since = DateTimeOffset.UnixEpoch, Stamp = 0 };

    private static IResult Bad(string detail) => Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "bad request", detail: detail);
}
