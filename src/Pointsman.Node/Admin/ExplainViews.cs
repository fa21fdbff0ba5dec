using System.Net;
using System.Net.Sockets;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.Admin;

/// <summary>One decision and its whole trace, made by the stages that decide.</summary>
internal sealed record ExplainView
{
    public required string Service { get; init; }
    public required string Client { get; init; }

    /// <summary>The client cut to the scope: everyone in it gets the same sites.</summary>
    public required string ClientPrefix { get; init; }
    public required string? Country { get; init; }
    public required string? Region { get; init; }

    /// <summary>The file that the place comes from; null when it is unknown.</summary>
    public required string? PlaceSource { get; init; }
    public required int Class { get; init; }
    public required int Scope { get; init; }
    public required uint TtlSeconds { get; init; }

    /// <summary>answer, stale, nodata, staticonly, notready, nosite.</summary>
    public required string Verdict { get; init; }

    /// <summary>How many of <see cref="Sites"/> one answer names.</summary>
    public required int Answered { get; init; }
    public required IReadOnlyList<ExplainedSiteView> Sites { get; init; }
    public required IReadOnlyList<ExcludedSiteView> Excluded { get; init; }
    public required IReadOnlyList<TraceLineView> Trace { get; init; }
    public required SnapshotView Snapshot { get; init; }
}

internal sealed record ExplainedSiteView(string Site, IReadOnlyList<string> Vips, long Weight, double Share);

internal sealed record ExcludedSiteView(string Site, string Stage, string Reason);

internal sealed record TraceLineView(string Stage, string Text);

internal static class ExplainViews
{
    /// <param name="type">A, AAAA or HTTPS: which of a site's addresses are shown.</param>
    /// <param name="arrivedAt">The user stands at this site, which hands on; null = a DNS answer.</param>
    public static ExplainView Of(Plan plan, Service service, IPAddress client, string type, Site? arrivedAt, string remark)
    {
        var index = plan.IndexOf(service.Id);
        var who = Policy.Decisions.Client.From(client);
        var explained = arrivedAt is null
            ? Decider.Explain(plan, index, who, Turn.Number(0))
            : Decider.Explain(plan, index, who, new Arrival(arrivedAt.Id, []));
        return new ExplainView
        {
            Service = service.Name,
            Client = client.ToString(),
            ClientPrefix = explained.ClientPrefix.ToString(),
            Country = explained.Place.Place.Country,
            Region = explained.Region,
            PlaceSource = explained.Place.Place.Source,
            Class = explained.Decision.Class,
            Scope = explained.Decision.Scope,
            TtlSeconds = explained.Decision.TtlSeconds,
            Verdict = NodeViews.Word(explained.Decision.Verdict),
            Answered = explained.Decision.Count,
            Sites = [.. explained.Sites.Select(site => new ExplainedSiteView(site.Site.Name, [.. site.Vips.Where(vip => IsOf(vip, type)).Select(vip => vip.ToString())], site.Weight, Math.Round(site.Share, 4)))],
            Excluded = [.. explained.Excluded.Select(site => new ExcludedSiteView(site.Site.Name, site.Stage, site.Reason))],
            Trace = [.. remark.Length == 0 ? Array.Empty<TraceLineView>() : [new TraceLineView("history", remark)], .. explained.Trace.Select(line => new TraceLineView(line.Stage, line.Text))],
            Snapshot = new SnapshotView(explained.SnapshotId, explained.SnapshotTime),
        };
    }

    private static bool IsOf(Endpoint vip, string type) => type switch
    {
        "A" => vip.Address.AddressFamily == AddressFamily.InterNetwork,
        "AAAA" => vip.Address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true,
    };
}
