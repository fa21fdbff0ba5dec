using System.Collections.Frozen;
using System.Net;
using CsCheck;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Rules;

namespace Pointsman.Tests.Policy.Oracle;

/// <summary>What holds for every decision of every snapshot, without saying what the decision is.</summary>
public sealed class WholeDecisionTests
{
    private static readonly Gen<(int Seed, int Client)> s_cases = from seed in Gen.Int[0, int.MaxValue] from client in Gen.Int[0, 20] select (seed, client);

    [Fact]
    public void No_answer_and_no_redirect_names_a_site_that_a_rule_forbids_the_client() =>
        (from sample in s_cases from at in Gen.Int[0, 29] from visited in Gen.Int[0, 29] select (sample, at, visited)).Sample(drawn =>
        {
            var (snapshot, plan, client) = Make(drawn.sample);
            var (service, place) = (snapshot.Cluster.Services[0], RandomSnapshot.Places.Lookup(client.ToIPAddress()).Place);
            for (var turn = 0ul; turn < 40; turn++)
                Assert.All(Chosen(plan, Decider.Decide(plan, 0, client, Turn.Number(turn * 37))), site => Assert.True(Restrictions.Allows(service.Policy, place, site)));

            var sites = plan.Services[0].Sites;
            SiteId[] been = [sites[drawn.visited % sites.Length].Site.Id];
            var arrival = new Arrival(sites[drawn.at % sites.Length].Site.Id, been);
            var decision = Decider.Decide(plan, 0, client, arrival);
            foreach (var target in Chosen(plan, decision))
            {
                Assert.True(Restrictions.Allows(service.Policy, place, target));
                Assert.NotEqual(arrival.Site, target);
                Assert.DoesNotContain(target, been);
                // [S2, S18] A node never ranks its own site, and a redirect never goes where the user stands; nobody is sent to a site that I see down.
                Assert.False(service.Vips.Where(vip => vip.Site == target).All(vip => snapshot.Mine.GetValueOrDefault(vip.Key)?.State == HealthState.Down));
            }
            Assert.True(decision.Count == 0 || decision.AnyRoom);
        }, iter: 300);

    [Fact]
    [Trait("mission", "P5.7")]
    public void From_equal_columns_and_without_a_no_of_their_own_all_nodes_decide_alike() => s_cases.Sample(sample =>
    {
        var snapshot = RandomSnapshot.Of(sample.Seed);
        var client = ClientOf(sample.Client);
        var plans = snapshot.Cluster.Sites.Select(site =>
        {
            // What its own VIPs say now is what it has said, and they are not full: for "no" alone is live.
            var said = (snapshot.FreshStateOf(site.Id)?.Vips ?? []).Select(report => report with { ConnectionsActive = 0, Condition = report.Condition == VipCondition.Full ? VipCondition.Up : report.Condition });
            var mine = snapshot with { Self = site.Id, Mine = FrozenDictionary<VipKey, Observation>.Empty, Local = said.ToFrozenDictionary(report => report.Vip) };
            return Plan.Compile(mine, RandomSnapshot.Places);
        }).ToList();
        // A survivor is one that I see up myself, my own site first of all: there nodes differ, and only there.
        if (plans.Any(plan => Decider.Explain(plan, 0, client, Turn.Number(0)).Trace.Any(line => line.Text.StartsWith("nothing ", StringComparison.Ordinal)))) return;
        var all = plans.Select(plan => string.Join(' ', Shares(plan, client).OrderBy(share => share.Key, StringComparer.Ordinal)));
        Assert.Single(all.Distinct());
    }, iter: 120);

    [Fact]
    public void All_addresses_within_a_scope_have_equal_shares_and_the_scope_does_not_depend_on_health() =>
        (from sample in s_cases from other in Gen.UInt select (sample, other)).Sample(drawn =>
        {
            var (snapshot, plan, client) = Make(drawn.sample);
            var decision = Decider.Decide(plan, 0, client, Turn.Number(0));
            if (decision.Verdict is Verdict.Answer or Verdict.Stale && snapshot.Cluster.Services[0].Policy.Turn == TurnKind.Rotate)
            {
                var mask = decision.Scope == 0 ? 0 : uint.MaxValue << (32 - decision.Scope);
                var neighbour = new Client(false, ((uint)client.Bits & mask) | (drawn.other & ~mask), 32);
                Assert.Equal(Shares(plan, client), Shares(plan, neighbour));
                var healthy = Plan.Compile(snapshot with { Mine = FrozenDictionary<VipKey, Observation>.Empty, States = FrozenDictionary<SiteId, SiteState>.Empty }, RandomSnapshot.Places);
                var again = Decider.Decide(healthy, 0, client, Turn.Number(0));
                if (again.Verdict is Verdict.Answer) Assert.Equal((decision.Class, decision.Scope), (again.Class, again.Scope));
            }
        }, iter: 300);

    [Fact]
    public void The_same_snapshot_decides_the_same_again_and_from_a_forerunner() => s_cases.Sample(sample =>
    {
        var (snapshot, plan, client) = Make(sample);
        var again = Plan.Compile(RandomSnapshot.Of(sample.Seed), RandomSnapshot.Places);
        var after = Plan.Compile(snapshot with { Id = 2 }, RandomSnapshot.Places, plan);
        for (var turn = 0ul; turn < 20; turn++)
        {
            var first = Chosen(plan, Decider.Decide(plan, 0, client, Turn.Number(turn)));
            Assert.Equal(first, Chosen(again, Decider.Decide(again, 0, client, Turn.Number(turn))));
            Assert.Equal(first, Chosen(after, Decider.Decide(after, 0, client, Turn.Number(turn))));
        }
    }, iter: 300);

    [Fact]
    [Trait("mission", "P2.5")]
    [Trait("mission", "P3.11")]
    public void A_site_that_admits_more_never_gets_less() =>
        (from sample in s_cases from which in Gen.Int[0, 29] from more in Gen.Int[1, 1_000_000] select (sample, which, more)).Sample(drawn =>
        {
            var (snapshot, plan, client) = Make(drawn.sample);
            var site = plan.Services[0].Sites[drawn.which % plan.Services[0].Sites.Length].Site;
            if (!snapshot.States.TryGetValue(site.Id, out var state)) return;
            var raised = state with { Vips = [.. state.Vips.Select(report => report with { AdmitMillionths = Math.Min(VipReport.AdmitAll, Math.Max(0, report.AdmitMillionths) + drawn.more) })] };
            var after = Plan.Compile(snapshot with { States = snapshot.States.Append(KeyValuePair.Create(site.Id, raised)).GroupBy(pair => pair.Key).ToFrozenDictionary(group => group.Key, group => group.Last().Value) }, RandomSnapshot.Places);
            var (before, now) = (Shares(plan, client).GetValueOrDefault(site.Name), Shares(after, client).GetValueOrDefault(site.Name));
            // Less than a few millionths is the rounding of integers.
            Assert.True(now >= before - 5e-6, $"{site.Name} had {before} and has {now}");
        }, iter: 700);

    private static (Snapshot Snapshot, Plan Plan, Client Client) Make((int Seed, int Client) sample)
    {
        var snapshot = RandomSnapshot.Of(sample.Seed);
        return (snapshot, Plan.Compile(snapshot, RandomSnapshot.Places), ClientOf(sample.Client));
    }

    private static Client ClientOf(int number) => Client.From(IPAddress.Parse(RandomSnapshot.Client(number)));

    private static SiteId[] Chosen(Plan plan, Decision decision) => [.. Enumerable.Range(0, decision.Count).Select(place => plan.Services[0].Sites[decision[place]].Site.Id)];

    private static Dictionary<string, double> Shares(Plan plan, Client client) =>
        Decider.Explain(plan, 0, client, Turn.Number(0)).Sites.OrderBy(site => site.Site.Name, StringComparer.Ordinal).ToDictionary(site => site.Site.Name, site => site.Share);
}
