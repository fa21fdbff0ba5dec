using System.Collections.Immutable;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Policy.Decisions;

/// <summary>Puts what the stages wrote into an <see cref="Explanation"/>.</summary>
internal static class Explanations
{
    private const string ClassStage = "class";

    /// <summary>Writes how the client's class was found, and returns its place.</summary>
    public static Place WriteClass(Plan plan, ServicePlan service, in Client client, RecordingTrace trace)
    {
        var match = plan.Places.Lookup(client.ToIPAddress());
        var place = client.PrefixLength == 0 ? Place.Unknown : match.Place;
        var found = service.Find(client);
        trace.Say(ClassStage, place.IsKnown
            ? $"{client} is in {place.Country ?? place.Region} by {match.Provenance} ({match.Prefix})"
            : $"{client} has no known place{(place.Name is { } name ? $" ({name})" : "")}");
        trace.Say(ClassStage, $"class {found.Class} of {service.Classes.Orders.Length}, scope {found.Scope}");
        if (service.Verdict is Verdict.NotReady or Verdict.StaticOnly) trace.Say(ClassStage, $"DNS does not choose now: {service.Verdict}");
        return place;
    }

    public static Explanation Make(Plan plan, ServicePlan service, in Client client, in Decision decision, Distribution distribution, RecordingTrace trace)
    {
        var place = plan.Places.Lookup(client.ToIPAddress());
        var sites = SitesOf(service, decision, distribution);
        var explanation = new Explanation
        {
            Service = service.Service,
            Client = client,
            ClientPrefix = client.Truncate(decision.Scope),
            Place = place,
            Region = service.Classes.Rules.Effective(place.Place)?.Region,
            Decision = decision,
            Sites = sites,
            // Who was taken out and is named all the same, because nothing is up, is in the answer; the trace has both.
            Excluded = [.. trace.Excluded.Where(excluded => sites.All(site => site.Site.Id != excluded.Site.Id)).DistinctBy(excluded => excluded.Site.Id)],
            Trace = [.. trace.Lines],
            SnapshotId = plan.Snapshot.Id,
            SnapshotTime = plan.Snapshot.Time,
        };
        return explanation with { Candidates = Evidence.Of(plan, service, client, place.Place, explanation) };
    }

    /// <summary>The decision's sites in their order, then the rest of the class's by weight.</summary>
    private static ImmutableArray<ExplainedSite> SitesOf(ServicePlan service, in Decision decision, Distribution distribution)
    {
        var sites = ImmutableArray.CreateBuilder<ExplainedSite>();
        var listed = new HashSet<int>();
        for (var place = 0; place < decision.Count; place++)
        {
            var row = decision[place];
            listed.Add(row);
            sites.Add(Explained(service, row, distribution));
        }
        foreach (var (row, _) in distribution.Parts.OrderByDescending(part => part.Weight))
        {
            if (listed.Add(row)) sites.Add(Explained(service, row, distribution));
        }
        return sites.ToImmutable();
    }

    private static ExplainedSite Explained(ServicePlan service, int row, Distribution distribution)
    {
        var weight = distribution.Parts.FirstOrDefault(part => part.Row == row).Weight;
        var site = service.Sites[row];
        return new ExplainedSite(
            site.Site,
            [.. site.Vips.Select(vip => vip.Address)],
            weight,
            distribution.Sum == 0 ? 0 : (double)weight / distribution.Sum);
    }
}
