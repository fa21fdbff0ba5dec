using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Node.Admin;

/// <summary>What is asked of <c>explain</c>, looked up in the plan that shall answer.</summary>
/// <param name="Row">The site of <c>SITE.SERVICE</c>, as a row of the service; null = the service's own name.</param>
/// <param name="Type">A, AAAA or HTTPS: which of a site's addresses are shown.</param>
/// <param name="ArrivedAt">The user stands at this site, which hands on; null = a DNS answer.</param>
/// <param name="At">The past instant asked for; null = now.</param>
/// <param name="Remark">What is not as it was then; empty when all is.</param>
internal sealed record ExplainQuestion(string Name, Service Service, int? Row, IPAddress Client, string Type, Site? ArrivedAt, DateTimeOffset? At, string Remark);

internal static class ExplainViews
{
    // Each probe that ends makes a snapshot, and nobody probes more seldom than this unless he says so.
    private static readonly TimeSpan longestSilence = TimeSpan.FromSeconds(10);

    public static ExplainView Of(Policy.Plans.Plan plan, ExplainQuestion asked)
    {
        var index = plan.IndexOf(asked.Service.Id);
        var who = Client.From(asked.Client);
        var explained = asked switch
        {
            { Row: { } row } => Decider.ExplainSite(plan, index, row, who),
            { ArrivedAt: { } site } => Decider.Explain(plan, index, who, new Arrival(site.Id, [])),
            _ => Decider.Explain(plan, index, who, Turn.Number(0)),
        };
        var policy = asked.Service.Policy;
        return new ExplainView
        {
            Service = asked.Service.Name,
            Name = asked.Name,
            Type = asked.Type,
            Client = asked.Client.ToString(),
            ClientPrefix = explained.ClientPrefix.ToString(),
            Country = explained.Place.Place.Country,
            Region = explained.Region,
            PlaceSource = explained.Place.Place.Source,
            Place = PlaceOf(explained.Place, asked.Client),
            Class = explained.Decision.Class,
            Scope = explained.Decision.Scope,
            TtlSeconds = explained.Decision.TtlSeconds,
            Verdict = NodeViews.Word(explained.Decision.Verdict),
            Answered = explained.Decision.Count,
            Metrics = [.. policy.Metrics.Select(metric => JsonNamingPolicy.KebabCaseLower.ConvertName(metric.ToString()))],
            Sites = [.. explained.Sites.Select(site => new ExplainedSiteView(site.Site.Name, [.. site.Vips.Where(vip => IsOf(vip, asked.Type)).Select(vip => vip.ToString())], site.Weight, Math.Round(site.Share, 4)))],
            Excluded = [.. explained.Excluded.Select(site => new ExcludedSiteView(site.Site.Name, site.Stage, site.Reason))],
            Candidates = [.. explained.Candidates.Select(candidate => CandidateOf(candidate))],
            Trace = [.. Before(asked, explained.SnapshotTime), .. explained.Trace.Select(line => new TraceLineView(line.Stage, line.Text)), .. After(explained, asked)],
            Snapshot = new ExplainSnapshotView(
                explained.SnapshotId,
                explained.SnapshotTime,
                asked.At,
                asked.At is { } at ? Math.Round(Math.Max(0, (at - explained.SnapshotTime).TotalSeconds), 3) : null,
                plan.Snapshot.Cluster.FindSite(plan.Snapshot.Self)?.Name ?? "",
                plan.Snapshot.Cluster.Digest),
        };
    }

    private static IEnumerable<TraceLineView> Before(ExplainQuestion asked, DateTimeOffset snapshot)
    {
        const string Stage = "history";
        if (asked.Remark.Length > 0) yield return new TraceLineView(Stage, asked.Remark);
        if (asked.At is { } at && at - snapshot > longestSilence)
        {
            yield return new TraceLineView(Stage, string.Create(CultureInfo.InvariantCulture,
                $"nothing is kept of the {(at - snapshot).TotalSeconds:0} s before the time asked for: nothing changed, or the node was stopped, or its disk was full"));
        }
    }

    // What stands between the decision and the packet.
    private static IEnumerable<TraceLineView> After(Explanation explained, ExplainQuestion asked)
    {
        const string Stage = "answer";
        if (asked.ArrivedAt is not null || explained.Decision.Count == 0) yield break;
        var chosen = explained.Sites.Take(explained.Decision.Count).ToList();
        if (asked.Type == "HTTPS")
        {
            yield return new TraceLineView(Stage, asked.Service.Https is null
                ? "HTTPS is not set for this service: an HTTPS record of the zone itself is answered, or none"
                : $"one HTTPS record with the addresses of {string.Join(", ", chosen.Select(site => site.Site.Name))} as hints");
            yield break;
        }

        var addresses = chosen.SelectMany(site => site.Vips).Where(vip => IsOf(vip, asked.Type)).Select(vip => vip.Address).Distinct().ToList();
        yield return new TraceLineView(Stage, addresses.Count == 0
            ? $"no {asked.Type} record: none of the sites chosen has such an address"
            : $"{asked.Type} {string.Join(", ", addresses)}");
    }

    private static PlaceView PlaceOf(PlaceMatch match, IPAddress client)
    {
        var place = match.Place;
        var prefix = match.Prefix.ToString();
        var carried = client.AddressFamily == AddressFamily.InterNetworkV6 && !prefix.Contains(':', StringComparison.Ordinal) && !client.IsIPv4MappedToIPv6;
        return new PlaceView(place.IsKnown, place.Country, place.Continent, place.Region, place.Latitude, place.Longitude, place.Name, place.Source, place.Source is null ? null : match.Provenance, prefix, carried);
    }

    private static CandidateView CandidateOf(ExplainedCandidate candidate) => new()
    {
        Site = candidate.Site.Name,
        Outcome = candidate switch { { Place: not null } => "answered", { Share: > 0 } => "eligible", _ => "out" },
        Stage = candidate.Out?.Stage,
        Reason = candidate.Out?.Reason,
        Share = Math.Round(candidate.Share, 4),
        Weight = candidate.Weight,
        Admit = Math.Round(candidate.Admit, 6),
        Tier = candidate.Tier,
        Where = candidate.Where,
        Self = candidate.IsSelf,
        Table = new CandidateTableView(
            candidate.Line.Weight,
            Math.Round(candidate.Line.Share, 4),
            NodeViews.Word(candidate.Line.Standing),
            candidate.Line.Reason.Length == 0 ? null : candidate.Line.Reason,
            candidate.ByCapacity ? "capacity" : "weights",
            candidate.SiteWeight,
            candidate.VotesDown,
            candidate.Observers,
            NodeViews.Word(candidate.Vote)),
        SeenBy = candidate.SeenBy.ToDictionary(seen => seen.Tester.Name, SightingOf),
        SeenByMe = candidate.Mine is { } mine ? SightingOf(mine) : null,
        Vips = [.. candidate.Vips.Select(VipOf)],
    };

    private static SightingView SightingOf(Sighting seen) => new(
        NodeViews.Word(seen.State),
        seen.ResponseMicros is { } micros ? Math.Round(micros / 1000.0, 3) : null,
        Seconds(seen.Age),
        seen.Place,
        seen.Points,
        seen.Reason.Length == 0 ? null : seen.Reason,
        seen.Votes,
        seen.IsFresh,
        Seconds(seen.HeardAge))
    {
        Flaps = seen.Flaps > 0 ? seen.Flaps : null,
        HeldForSeconds = Seconds(seen.HeldFor),
        Probes = seen.IsNoProber ? false : null,
        Remembered = seen.IsRemembered ? true : null,
    };

    private static CandidateVipView VipOf(ExplainedVip vip) => new(
        vip.Address.ToString(),
        vip.IsLive,
        vip.Report is { } said ? NodeViews.Word(said.Condition) : null,
        vip.Report?.ConnectionsActive,
        vip.Report?.ConnectionsTarget,
        vip.Report?.ConnectionsMax,
        vip.Report is { } report ? Math.Round((double)report.AdmitMillionths / VipReport.AdmitAll, 6) : null,
        vip.Report?.ServersUp,
        vip.Report?.ServersTotal,
        Seconds(vip.Age),
        vip.IsFresh);

    private static double? Seconds(TimeSpan? age) => age is { } span ? Math.Round(span.TotalSeconds, 1) : null;

    private static bool IsOf(Endpoint vip, string type) => type switch
    {
        "A" => vip.Address.AddressFamily == AddressFamily.InterNetwork,
        "AAAA" => vip.Address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true,
    };
}
