using System.Collections.Immutable;
using Pointsman.Lab.PolicyTests;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Verification;

/// <summary>
/// Holds every decision of one plan (one service, one set of circumstances, as one site sees them) against what the configuration and the circumstances
/// themselves say: which sites are up, and which this client may get. Nothing of that is taken from the plan; only which sites earn no weight is.
/// </summary>
internal sealed class PlanCheck
{
    private readonly Plan plan;
    private readonly ServicePlan service;
    private readonly Circumstances circumstances;
    private readonly SiteId self;

    // By row.
    private readonly bool[] isUp;
    private readonly bool[] isWeighed;
    private readonly bool[] isKept;

    // Up, and of no weight all the same: the places that it takes in the orders earn nothing. The one thing that only the table can tell.
    private readonly bool[] isUnwanted;

    // Of one walk, used again by the next.
    private readonly int[] hops;
    private readonly bool[] visited;

    public PlanCheck(Plan plan, Circumstances circumstances, SiteId self)
    {
        (this.plan, service, this.circumstances, this.self) = (plan, plan.Services[0], circumstances, self);
        (hops, visited) = (new int[service.Sites.Length], new bool[service.Sites.Length]);
        isUp = [.. service.Sites.Select(site => IsUp(site.Site.Id))];
        isWeighed = [.. service.Sites.Select(site => service.Service.Policy.SiteWeights.GetValueOrDefault(site.Site.Id, 1) > 0)];
        isUnwanted = [.. service.Table.Sites.Select(line => line.Weight == 0 && line.Standing is (Standing.Up or Standing.Unmeasured or Standing.Full))];
        isKept = [.. service.Sites.Select(site => service.Kept.Any(kept => kept.Site.Id == site.Site.Id))];
    }

    /// <summary>Answers that are empty because the configuration says so: <c>orElse: nothing</c>, <c>whenAllDown: nodata</c>.</summary>
    public long EmptyByPolicy { get; private set; }

    public long Redirects { get; private set; }

    /// <summary>What a DNS answer to this kind of client breaks; null = nothing.</summary>
    public Breach? CheckAnswer(ClientKind kind)
    {
        var shares = service.SharesOf(kind.Class);
        var decision = Decider.Decide(plan, 0, kind.Client, Turn.Number(0));
        var better = FirstAcceptable(kind);
        switch (decision.Verdict)
        {
            case Verdict.Answer:
                break;
            case Verdict.Stale when better >= 0:
                return Found(BreachKind.Stale, kind, $"the answer is stale, although {NameOf(better)} is up");
            case Verdict.Stale:
                break;
            case Verdict.NoData when better < 0 && MayBeEmpty(kind):
                EmptyByPolicy++;
                return null;
            default:
                return Found(BreachKind.Empty, kind, better >= 0 ? $"no site ({decision.Verdict}), although {NameOf(better)} is up" : $"no site ({decision.Verdict}), although the policy names some for when all are down");
        }
        if (shares.IsEmpty || decision.Count == 0) return Found(BreachKind.Empty, kind, "an answer without a site");
        foreach (var (row, _) in shares)
        {
            if (CheckRow(kind, row, better, decision.Verdict == Verdict.Stale) is { } breach) return breach;
        }
        return null;
    }

    /// <summary>What the way of such a client breaks whom every site sends on, from this one.</summary>
    public Breach? CheckRedirects(ClientKind kind, SiteId arrivedAt)
    {
        Redirects++;
        var length = RedirectWalk.Take(plan, 0, kind.Client, arrivedAt, hops, out _, out var ended);
        return JudgeWay(kind, arrivedAt, hops.AsSpan(0, length), ended);
    }

    /// <param name="way">The rows of the sites that the user is sent to.</param>
    /// <param name="ended">False: the user is still sent on.</param>
    internal Breach? JudgeWay(ClientKind kind, SiteId arrivedAt, ReadOnlySpan<int> way, bool ended)
    {
        Array.Clear(visited);
        if (RowOf(arrivedAt) is >= 0 and var start) visited[start] = true;
        foreach (var row in way)
        {
            if (visited[row]) return Found(BreachKind.Loop, kind, $"the user is sent to {NameOf(row)} again", arrivedAt);
            visited[row] = true;
            if (!kind.Allowed[row]) return Found(BreachKind.OutOfPolicy, kind, $"a redirect to {NameOf(row)}, which a restriction forbids these clients", arrivedAt);
            if (!isWeighed[row]) return Found(BreachKind.OutOfPolicy, kind, $"a redirect to {NameOf(row)}, whose site weight is 0", arrivedAt);
            if (!isUp[row]) return Found(BreachKind.Down, kind, $"a redirect to {NameOf(row)}, which is down", arrivedAt);
        }
        if (!ended) return Found(BreachKind.Loop, kind, $"after {way.Length} redirects the user is still sent on", arrivedAt);
        for (var row = 0; row < isUp.Length; row++)
        {
            // Who has a weight of zero in the table gets nobody while another has one.
            if (!visited[row] && IsAcceptable(kind, row) && !isUnwanted[row])
                return Found(BreachKind.Empty, kind, $"no redirect to {NameOf(row)}, which is up and has room", arrivedAt);
        }
        return null;
    }

    private Breach? CheckRow(ClientKind kind, int row, int better, bool isStale)
    {
        if (!kind.Allowed[row]) return Found(BreachKind.OutOfPolicy, kind, $"{NameOf(row)}, which a restriction forbids these clients");
        if (isStale) return null;
        if (!isUp[row] && !isKept[row])
            return Found(BreachKind.Down, kind, better >= 0 ? $"{NameOf(row)}, which is down, although {NameOf(better)} is up" : $"{NameOf(row)}, which is down, and the answer is not marked as stale");
        if (!isWeighed[row]) return Found(BreachKind.OutOfPolicy, kind, $"{NameOf(row)}, whose site weight is 0");
        if (better >= 0 && isUnwanted[row] && !isUnwanted[better])
            return Found(BreachKind.OutOfPolicy, kind, $"{NameOf(row)}, whose total weight is 0, although {NameOf(better)} is up");
        // Zero wins over what a rule prefers, as it does over geography [S5].
        if (better >= 0 && !kind.Preferred[row] && kind.Preferred[better] && !isUnwanted[better])
            return Found(BreachKind.OutOfPolicy, kind, $"{NameOf(row)}, although {NameOf(better)} is up and a restriction names it");
        return null;
    }

    /// <summary>The row that the client had better get: one with a weight in the table before one without, then preferred before not; −1 = there is none.</summary>
    private int FirstAcceptable(ClientKind kind)
    {
        var (best, bestRank) = (-1, -1);
        for (var row = 0; row < isUp.Length; row++)
        {
            if (!IsAcceptable(kind, row)) continue;
            var rank = (isUnwanted[row] ? 0 : 2) + (kind.Preferred[row] ? 1 : 0);
            if (rank > bestRank) (best, bestRank) = (row, rank);
        }
        return best;
    }

    /// <summary>Nothing speaks against it, so that who gets none, or a worse one, has been wronged. A full site may rightly be passed over.</summary>
    private bool IsAcceptable(ClientKind kind, int row) =>
        isUp[row] && isWeighed[row] && kind.Allowed[row] && !circumstances.FullSites.Contains(service.Sites[row].Site.Id);

    /// <summary>Whether the configuration itself leaves this client nothing when nothing acceptable is up.</summary>
    private bool MayBeEmpty(ClientKind kind)
    {
        var policy = service.Service.Policy;
        return policy.WhenAllDown switch
        {
            WhenAllDown.NoData => true,
            WhenAllDown.LastResort => policy.LastResort is not { } resort || RowOf(resort) is not (>= 0 and var row) || !kind.Allowed[row],
            // What was good before is what had a weight.
            WhenAllDown.LastGood => !kind.Allowed.Where((allowed, row) => allowed && isWeighed[row]).Any(),
            _ => !kind.Allowed.Contains(true),
        };
    }

    /// <summary>[S1] An address is up when all its VIPs are, a site when an address is.</summary>
    private bool IsUp(SiteId site)
    {
        if (circumstances.IsDown(site) || circumstances.SelfReports.GetValueOrDefault(site) != SelfReport.None) return false;
        return service.Service.Vips.Where(vip => vip.Site == site).GroupBy(vip => vip.Address.Address)
            .Any(address => address.All(vip => site == self ? !circumstances.IsDown(vip.Key) : circumstances.Answers(self, vip.Key)));
    }

    private int RowOf(SiteId site)
    {
        for (var row = 0; row < service.Sites.Length; row++)
        {
            if (service.Sites[row].Site.Id == site) return row;
        }
        return -1;
    }

    private string NameOf(int row) => service.Sites[row].Site.Name;

    private Breach Found(BreachKind kind, ClientKind client, string text, SiteId? arrivedAt = null) =>
        new(kind, service.Service, client.Client, circumstances, self, arrivedAt, text, plan);
}
