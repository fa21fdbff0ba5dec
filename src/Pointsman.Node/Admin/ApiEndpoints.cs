using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pointsman.Model;
using Pointsman.Node.Output;
using Pointsman.Node.Wiring;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.Admin;

/// <summary>The addresses below /api/v1. Each answer is made from one plan, so that it is true of one instant.</summary>
internal static class ApiEndpoints
{
    // A long poll ends before any proxy's patience does.
    private const int LongestWaitSeconds = 30;

    public static void Map(WebApplication app, NodeHost host)
    {
        var api = app.MapGroup("/api/v1");
        api.MapGet("/status", async () => host.Writer.Plan is { } plan
                ? Results.Json(NodeViews.Status(host, plan, await PeersAsync(host), DateTimeOffset.UtcNow), JsonText.Options)
                : NotYet())
            .Produces<StatusView>().WithSummary("This node, its services and its peers");
        api.MapGet("/sites", async () => host.Writer.Plan is { } plan
                ? Results.Json(NodeViews.Sites(plan, await PeersAsync(host), (await host.Writer.TrackedAsync()).ToLookup(one => one.Key.Vip)), JsonText.Options)
                : NotYet())
            .Produces<SitesView>().WithSummary("Every site and its VIPs: as seen from here and by its own word");
        api.MapGet("/services/{service}/table", (string service) => OfService(host, service, NodeViews.Table))
            .Produces<TableView>().WithSummary("The live hand-off table of one service");
        api.MapGet("/services/{service}/matrix", (string service) => OfService(host, service, NodeViews.Matrix))
            .Produces<MatrixView>().WithSummary("The live response-time matrix of one service");
        api.MapGet("/dssp", async (string? site) =>
            {
                var cluster = host.Configuration.Cluster;
                var one = string.IsNullOrEmpty(site) ? null : cluster.FindSite(site);
                if (!string.IsNullOrEmpty(site) && one is null) return Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "unknown site", detail: $"there is no site '{Printable.Line(site)}'; the configuration has {string.Join(", ", cluster.Sites.Select(known => known.Name))}");
                return await DsspDump.OfAsync(host, one?.Id) is { } view ? Results.Json(view, JsonText.Options) : NotYet();
            })
            .Produces<DsspView>().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Everything said and heard by DSSP: of each peer its last word, stream and counters, and this node's own last word; ?site= for one peer");
        api.MapGet("/events", async (long? after, int? wait, CancellationToken stop) =>
            {
                var from = after ?? 0;
                var events = wait is > 0
                    ? await host.Log.WaitAfterAsync(from, TimeSpan.FromSeconds(Math.Min(wait.Value, LongestWaitSeconds)), stop)
                    : host.Log.After(from);
                var next = events.IsEmpty ? from : events[^1].Number;
                return Results.Json(new EventsView(next, [.. events.Select(entry => new EventView(entry.Number, entry.Time, entry.Kind, entry.Site, entry.Service, entry.Text))]), JsonText.Options);
            })
            .Produces<EventsView>().WithSummary("What happened, oldest first; ?after=N for news, &wait=S to wait for it");
        api.MapGet("/explain", (string? name, string? client, string? type, string? at, string? arrivedAt, CancellationToken stop) => ExplainEndpoint.AnswerAsync(host, name, client, type, at, arrivedAt, stop))
            .Produces<ExplainView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The decision for one client, its whole trace and every candidate, now or at a past instant (?at=)");
        api.MapPost("/reload", async (HttpContext context) =>
            {
                host.Log.Add("audit", $"reload asked for by {context.Connection.RemoteIpAddress}");
                var loaded = await host.ReloadAsync();
                return loaded.Configuration is { } applied
                    ? Results.Json(new ReloadView(true, applied.Cluster.Digest, applied.Cluster.Generation, [.. loaded.Warnings.Select(warning => warning.ToString())]), JsonText.Options)
                    : Results.Problem(statusCode: StatusCodes.Status422UnprocessableEntity, title: "the configuration in force stays", detail: string.Join('\n', loaded.Errors));
            })
            .Produces<ReloadView>().ProducesProblem(StatusCodes.Status422UnprocessableEntity).WithSummary("Read the configuration again and apply it whole, or leave all as it is");
        api.MapPost("/failback", async (HttpContext context, string? site, string? service) => await FailbackAsync(host, context, site, service))
            .Produces<FailbackView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Let the node's own site take users again where it holds itself back (policy.failback); ?site= its name, &service= one of its services");
        OverrideEndpoints.Map(api, host);
        app.MapGet("/livez", () => Results.Text("ok\n")).ExcludeFromDescription();
        app.MapGet("/readyz", () => host.Writer.IsReady ? Results.Text("ok\n") : Results.Text("not ready: the first round of probes is not done\n", statusCode: StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription();
    }

    private static async Task<System.Collections.Immutable.ImmutableArray<Dssp.PeerStatus>> PeersAsync(NodeHost host) =>
        host.Dssp is { } dssp ? await dssp.PeersAsync() : [];

    private static IResult OfService<TView>(NodeHost host, string name, Func<Plan, Service, TView> view)
    {
        if (host.Writer.Plan is not { } plan) return NotYet();
        return plan.Snapshot.Cluster.FindService(name) is { } service ? Results.Json(view(plan, service), JsonText.Options) : UnknownService(plan, name);
    }

    private static async Task<IResult> FailbackAsync(NodeHost host, HttpContext context, string? site, string? service)
    {
        if (host.Writer.Plan is not { } plan) return NotYet();
        if (string.IsNullOrEmpty(site)) return Bad("site: which site? None was given");
        var own = host.Identity.Site.Name;
        if (plan.Snapshot.Cluster.FindSite(site) is null) return Bad($"site: there is no site '{Printable.Line(site)}'; the configuration has {string.Join(", ", plan.Snapshot.Cluster.Sites.Select(known => known.Name))}");
        if (site != own) return Results.Problem(statusCode: StatusCodes.Status409Conflict, title: "another site's node", detail: $"this is a node of {own}, and each site holds back itself alone: ask a node of {Printable.Line(site)} (--node)");
        Service? one = null;
        if (!string.IsNullOrEmpty(service) && (one = plan.Snapshot.Cluster.FindService(service)) is null) return UnknownService(plan, service);
        host.Log.Add("audit", $"failback of {own}{(one is null ? "" : "/" + one.Name)} asked for by {context.Connection.RemoteIpAddress}", own, one?.Name);
        var released = await host.FailbackAsync(one);
        if (released.IsEmpty) return Results.Problem(statusCode: StatusCodes.Status409Conflict, title: "nothing is held", detail: $"{own} holds {(one is null ? "no service" : one.Name + " not")} back, or is still down");
        return Results.Json(new FailbackView(own, released), JsonText.Options);
    }

    private static IResult Bad(string detail) => Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "bad request", detail: detail);

    internal static IResult UnknownService(Plan plan, string name)
    {
        var known = plan.Snapshot.Cluster.Services.Select(service => service.Name).ToArray();
        var near = NearestName.Of(name, known) is { } nearest ? $" (did you mean {nearest}?)" : "";
        return Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "unknown service", detail: $"there is no service '{Printable.Line(name)}'{near}; the configuration has {string.Join(", ", known)}");
    }

    internal static IResult NotYet() => Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "starting", detail: "the node has only just started; ask again in a moment");
}
