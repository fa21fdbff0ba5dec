using System.Net;
using Microsoft.AspNetCore.Http;
using Pointsman.Dns.Wire;
using Pointsman.Model;
using Pointsman.Node.Output;
using Pointsman.Node.Wiring;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.Admin;

/// <summary><c>/api/v1/explain</c>: reads the question, finds the plan that answers it, and says what is wrong with either.</summary>
internal static class ExplainEndpoint
{
    // A name has 255 octets at the most, an address or a time far fewer.
    private const int LongestParameter = 300;

    // How many sites or services an error lists before it stops helping.
    private const int MostListed = 12;

    public static async Task<IResult> AnswerAsync(NodeHost host, string? name, string? client, string? type, string? at, string? arrivedAt, CancellationToken stop)
    {
        if (host.Writer.Plan is not { } plan) return Problem(StatusCodes.Status503ServiceUnavailable, "starting", "the node has only just started; ask again in a moment");
        if (new[] { name, client, type, at, arrivedAt }.Any(parameter => parameter?.Length > LongestParameter)) return Bad($"a parameter has more than {LongestParameter} characters");
        if (string.IsNullOrEmpty(name)) return Bad("name: which service? None was given");
        if (!TryReadAddress(client, out var address)) return Bad($"client: must be an IP address, was '{Printable.Line(client ?? "")}'");
        var kind = type is null or "" ? "A" : type.ToUpperInvariant();
        if (kind is not ("A" or "AAAA" or "HTTPS")) return Bad($"type: must be A, AAAA or HTTPS, was '{Printable.Line(type!)}'");

        DateTimeOffset? instant = null;
        var remark = "";
        if (!string.IsNullOrEmpty(at))
        {
            var past = await host.Past.AtAsync(at, plan, stop);
            if (past.Plan is null) return past.IsBusy ? Problem(StatusCodes.Status503ServiceUnavailable, "busy", past.Why) : Bad($"at: {past.Why}");
            (plan, remark, instant) = (past.Plan, past.Remark, past.Instant);
        }

        var cluster = plan.Snapshot.Cluster;
        if (Find(plan, name) is not ({ } service, var row)) return Unknown(host, cluster, name);
        Site? arrived = null;
        if (!string.IsNullOrEmpty(arrivedAt))
        {
            if ((arrived = cluster.FindSite(arrivedAt)) is null) return Bad($"arrivedAt: there is no site '{Printable.Line(arrivedAt)}'{Nearest(arrivedAt, cluster.Sites.Select(site => site.Name))}");
            if (row is not null) return Bad($"arrivedAt: {Printable.Line(name)} is one site's own name, and nothing is handed on from it; ask for {service.Name}");
            if (service.Vips.All(vip => vip.Site != arrived.Id)) return Bad($"arrivedAt: {arrived.Name} does not offer {service.Name}: {Listed(service.Vips.Select(vip => cluster.FindSite(vip.Site)?.Name).OfType<string>().Distinct())} do");
        }

        return Results.Json(ExplainViews.Of(plan, new ExplainQuestion(Bare(name).ToLowerInvariant(), service, row, address, kind, arrived, instant, remark)), JsonText.Options);
    }

    private static bool TryReadAddress(string? text, out IPAddress address)
    {
        address = IPAddress.None;
        // "10.1" is read as 10.0.0.1 by IPAddress, and whoever wrote it meant something else.
        if (text is null || (!text.Contains(':', StringComparison.Ordinal) && text.Count(c => c == '.') != 3) || !IPAddress.TryParse(text, out var read)) return false;
        address = read.IsIPv4MappedToIPv6 ? read.MapToIPv4() : read;
        return true;
    }

    // The service's own name, or SITE.SERVICE [S18].
    private static (Service? Service, int? Row) Find(Plan plan, string name)
    {
        if (plan.Snapshot.Cluster.FindService(name) is { } own) return (own, null);
        var bare = Bare(name);
        foreach (var service in plan.Services)
        {
            for (var row = 0; row < service.Sites.Length; row++)
            {
                if (bare.Equals($"{service.Sites[row].Site.Name}.{service.Service.Name}", StringComparison.OrdinalIgnoreCase)) return (service.Service, row);
            }
        }

        return (null, null);
    }

    private static IResult Unknown(NodeHost host, Cluster cluster, string name)
    {
        var known = cluster.Services.Select(service => service.Name);
        var zone = DomainName.TryParse(Bare(name), out var parsed)
            ? host.Configuration.Zones.Where(zone => parsed.IsAtOrBelow(zone.Origin)).MaxBy(zone => zone.Origin.Labels)
            : null;
        var what = zone is null
            ? $"there is no service '{Printable.Line(name)}'"
            : $"'{Printable.Line(name)}' is no service: the zone {zone.Origin} answers it from its file, and nothing is chosen";
        return Problem(StatusCodes.Status404NotFound, "unknown service", what + Nearest(name, known));
    }

    private static string Nearest(string name, IEnumerable<string> known) =>
        (NearestName.Of(name, known) is { } nearest ? $" (did you mean {nearest}?)" : "") + $"; the configuration has {Listed(known)}";

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count == 0 ? "none" : string.Join(", ", all.Take(MostListed)) + (all.Count > MostListed ? $" and {all.Count - MostListed} more" : "");
    }

    private static string Bare(string name) => name.EndsWith('.') ? name[..^1] : name;

    private static IResult Bad(string detail) => Problem(StatusCodes.Status400BadRequest, "bad request", detail);

    private static IResult Problem(int status, string title, string detail) => Results.Problem(statusCode: status, title: title, detail: detail);
}
