using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// Lays open what each site's line in the table is made of: read off the very columns, rows and candidates that the tables and stages were computed
/// from, with the functions that computed them. Nothing is judged here.
/// </summary>
internal static class Evidence
{
    public static ImmutableArray<ExplainedCandidate> Of(Plan plan, ServicePlan service, in Client client, Place place, Explanation explanation)
    {
        var (rows, columns) = plan.TablesOf(service.Service.Id);
        var order = service.Classes.Orders[service.Find(client).Class];
        var shares = explanation.Sites.ToDictionary(site => site.Site.Id, site => site);
        var candidates = ImmutableArray.CreateBuilder<ExplainedCandidate>(rows.Count);
        foreach (var candidate in service.Candidates)
        {
            var id = candidate.Site.Id;
            var vote = service.Table.Votes[candidate.Row];
            var tier = order.TierOf[candidate.Row];
            candidates.Add(new ExplainedCandidate
            {
                Site = candidate.Site,
                IsSelf = candidate.IsSelf,
                Line = candidate.Line,
                ByCapacity = HandOffTable.IsFewSites(service.Service.Policy, rows.Count),
                VotesDown = vote.Down,
                Observers = vote.Observers,
                Vote = service.Service.Policy.Vote,
                SiteWeight = Stages.EligibilityStage.SiteWeightOf(candidate, service.Service.Policy),
                SeenBy = [.. plan.Snapshot.Cluster.Sites.Where(site => site.Id != id).Select(tester => SeenBy(tester, candidate.Row, plan.Snapshot, rows, columns))],
                Mine = candidate.IsSelf ? null : Mine(candidate, plan.Snapshot),
                Vips = [.. candidate.Vips.Select(vip => VipOf(vip, candidate, plan.Snapshot, columns))],
                Tier = tier == TierOrder.Never ? null : tier + 1,
                Where = service.Classes.Rules.Describe(candidate.Row, place),
                Admit = (double)candidate.Admit / VipReport.AdmitAll,
                Weight = service.Weights[candidate.Row],
                Share = shares.TryGetValue(id, out var share) ? share.Share : 0,
                Place = PlaceIn(explanation.Decision, candidate.Row),
                Out = explanation.Excluded.Where(site => site.Site.Id == id).Select(site => (ExcludedSite?)site).FirstOrDefault(),
            });
        }
        return candidates.MoveToImmutable();
    }

    private static Sighting SeenBy(Site tester, int row, Snapshot snapshot, ServiceRows rows, ColumnSet columns)
    {
        var heard = snapshot.StateOf(tester.Id) is { } state ? snapshot.Now - state.SentAt : (TimeSpan?)null;
        if (columns.Of(tester.Id) is not { } column) return new Sighting(tester, heard, false, false, HealthState.Unknown, null, null, null, 0, "");
        var sight = column.SightOf(rows.Vips[row].AsSpan());
        var read = column.Rows(rows);
        if (read.Sees[row] is null) return new Sighting(tester, heard, true, false, HealthState.Unknown, null, null, null, 0, "does not probe it") { IsNoProber = true };
        var place = read.Order.IndexOf(row);
        return new Sighting(
            tester,
            heard,
            true,
            !column.State.VotesMuted,
            sight.State,
            sight.Best?.ResponseMicros,
            AgeOf(rows.Vips[row], column.State.Observations, snapshot.Now),
            place < 0 ? null : place + 1,
            place < 0 ? 0 : PreferenceOrders.WeightOf(place, rows.Service.Policy.Weights.AsSpan()),
            ReasonOf(rows.Vips[row], column.State.Observations));
    }

    private static Sighting Mine(Candidate candidate, Snapshot snapshot)
    {
        var sight = SiteSight.Of(candidate.Vips.AsSpan(), snapshot.Mine);
        var self = snapshot.Cluster.FindSite(snapshot.Self) ?? candidate.Site;
        if (!candidate.Vips.Any(vip => snapshot.Mine.ContainsKey(vip.Key))) return new Sighting(self, null, true, false, HealthState.Unknown, null, null, null, 0, "not probed from here: what its probers say counts") { IsNoProber = true };
        var latest = Latest(candidate.Vips, snapshot.Mine.Values);
        return new Sighting(self, null, true, false, sight.State, sight.Best?.ResponseMicros, snapshot.Now - latest?.MeasuredAt, null, 0, latest?.LastReply ?? "")
        {
            Flaps = latest?.Flaps ?? 0,
            HeldFor = latest?.HeldUntil - snapshot.Now,
            IsRemembered = latest?.IsRemembered ?? false,
        };
    }

    private static ExplainedVip VipOf(Vip vip, Candidate candidate, Snapshot snapshot, ColumnSet columns)
    {
        var isLive = candidate.LiveVips.Any(live => live.Key == vip.Key);
        var column = columns.Of(vip.Site);
        var report = column?.ReportOf(vip.Key);
        if (candidate.IsSelf && snapshot.Local.TryGetValue(vip.Key, out var mine))
        {
            // As it stands now, but for what only counts once it is published.
            var told = report is null ? mine : mine with { ConnectionsTarget = report.ConnectionsTarget, AdmitMillionths = report.AdmitMillionths };
            return new ExplainedVip(vip.Address, isLive, told, TimeSpan.Zero, true);
        }

        if (column is null || report is null) return new ExplainedVip(vip.Address, isLive, null, null, false);
        return new ExplainedVip(vip.Address, isLive, report, snapshot.Now - column.State.SentAt, column.State.IsCapacityFresh(snapshot.Now));
    }

    // Of several VIPs the one that was looked at last; a peer may name one twice, and its last word counts.
    private static Observation? Latest(ImmutableArray<Vip> vips, IEnumerable<Observation> observations)
    {
        Observation? latest = null;
        foreach (var observation in observations)
        {
            if (vips.Any(vip => vip.Key == observation.Vip) && (latest is null || observation.MeasuredAt >= latest.MeasuredAt)) latest = observation;
        }
        return latest;
    }

    private static TimeSpan? AgeOf(ImmutableArray<Vip> vips, IEnumerable<Observation> observations, Instant now) => now - Latest(vips, observations)?.MeasuredAt;

    private static string ReasonOf(ImmutableArray<Vip> vips, IEnumerable<Observation> observations) => Latest(vips, observations)?.LastReply ?? "";

    private static int? PlaceIn(in Decision decision, int row)
    {
        for (var place = 0; place < decision.Count; place++)
        {
            if (decision[place] == row) return place + 1;
        }
        return null;
    }
}
