using System.Collections.Immutable;
using System.Net;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Lab.Verification;

/// <summary>
/// Tries a configuration: every service, every kind of client, under every failure asked for, as seen by every site that sees it differently; and
/// sends such clients on from site to site. What it finds is a counter-example; what it does not find, for what was tried, is not there.
/// </summary>
/// <remarks>
/// Two sites decide alike when they see the same [S7]: with sites or addresses down all survivors do, so one of them is asked; of a cut link its two ends
/// and one other. One service after another, each alone (services do not ask for each other), on all cores.
/// </remarks>
public sealed class Verifier(Cluster cluster, Places places, Failures failures)
{
    /// <summary>Of one service; after the third the reader has seen the point.</summary>
    private const int MostBreachesOfService = 3;

    /// <summary>
    /// When all is up every kind of client is sent on from every site. A failure changes who is up, which answers tell too; so under each failure one in so
    /// many kinds is sent on, from one site, each kind and each site in its turn.
    /// </summary>
    private const int KindsWalked = 8;

    /// <param name="progress">Told after each service how many are done; from any thread.</param>
    public VerifierReport Run(ImmutableArray<Service> services, Action<int>? progress = null, CancellationToken stop = default)
    {
        var whole = new ConfiguredWorld(cluster, places);
        _ = whole.AllUp;
        var samples = PlaceSamples.Of(places, out var finer);
        var reports = new ServiceReport[services.Length];
        var done = 0;
        Parallel.For(0, services.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop }, index =>
        {
            reports[index] = Check(whole, services[index], samples, stop);
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        return new VerifierReport([.. reports], finer);
    }

    /// <summary>One decision alone, for any client; null = it breaks nothing.</summary>
    /// <param name="plan">Of one service alone, of a <see cref="ConfiguredWorld"/> under the circumstances, as the site sees it.</param>
    /// <param name="arrivedAt">The user stands there and is sent on; null = a DNS answer.</param>
    public static Breach? Check(Plan plan, Circumstances circumstances, SiteId self, IPAddress client, SiteId? arrivedAt)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(circumstances);
        if (!plan.Services[0].Service.UseDnsRespond || plan.Services[0].Sites.IsEmpty) return null;
        var kind = ClientKinds.Of(plan.Services[0], [new PlaceSample(plan.Places.Lookup(client).Place, client)])[0];
        var check = new PlanCheck(plan, circumstances, self);
        return arrivedAt is { } site ? check.CheckRedirects(kind, site) : check.CheckAnswer(kind);
    }

    private ServiceReport Check(ConfiguredWorld whole, Service service, ImmutableArray<PlaceSample> samples, CancellationToken stop)
    {
        if (!service.UseDnsRespond || service.Vips.IsEmpty) return new ServiceReport(service, 0, 0, 0, 0, 0, [], IsDecided: false);
        var world = whole.ForService(service);
        var kinds = ClientKinds.Of(world.AllUp.Services[0], samples);
        var offering = service.Vips.Select(vip => vip.Site).Distinct().ToArray();
        var breaches = ImmutableArray.CreateBuilder<Breach>();
        long cases = 0, answers = 0, redirects = 0, empty = 0;
        foreach (var circumstances in failures.For(service, cluster))
        {
            stop.ThrowIfCancellationRequested();
            var isAllUp = cases++ == 0;
            foreach (var self in Views(circumstances, world))
            {
                var check = new PlanCheck(world.Plan(self, circumstances), circumstances, self);
                for (var index = 0; index < kinds.Length && breaches.Count < MostBreachesOfService; index++)
                {
                    answers++;
                    if (check.CheckAnswer(kinds[index]) is { } breach) breaches.Add(breach);
                    if (!service.HttpRedirect) continue;
                    if (!isAllUp && (cases + index) % KindsWalked != 0) continue;
                    foreach (var start in isAllUp ? offering : [offering[(int)((cases + index) / KindsWalked % offering.Length)]])
                    {
                        if (!circumstances.IsDown(start) && check.CheckRedirects(kinds[index], start) is { } lost) breaches.Add(lost);
                    }
                }
                redirects += check.Redirects;
                empty += check.EmptyByPolicy;
                if (breaches.Count >= MostBreachesOfService) return Report();
            }
        }
        return Report();

        ServiceReport Report() => new(service, kinds.Length, cases, answers, redirects, empty, breaches.ToImmutable(), IsDecided: true);
    }

    /// <summary>One site of each group that sees the same.</summary>
    private static IEnumerable<SiteId> Views(Circumstances circumstances, ConfiguredWorld world)
    {
        if (world.Cluster.Sites.FirstOrDefault(site => !circumstances.IsDown(site.Id) && !circumstances.CutLinks.Any(link => link.Touches(site.Id))) is { } other)
            yield return other.Id;
        foreach (var end in circumstances.CutLinks.SelectMany(link => (SiteId[])[link.One, link.Other]).Distinct())
        {
            if (!circumstances.IsDown(end)) yield return end;
        }
    }
}

/// <summary>What was tried of one service, and what came out.</summary>
/// <param name="Kinds">Kinds of clients.</param>
/// <param name="Cases">Circumstances, none among them.</param>
/// <param name="Answers">Decisions held against the rules.</param>
/// <param name="Redirects">Ways of users whom every site sends on.</param>
/// <param name="EmptyByPolicy">Of the answers, those without a site because the configuration says so.</param>
/// <param name="Breaches">The first few.</param>
/// <param name="IsDecided">False: its names are answered from the zone alone, or it has no VIP: there is nothing to try.</param>
public sealed record ServiceReport(Service Service, int Kinds, long Cases, long Answers, long Redirects, long EmptyByPolicy, ImmutableArray<Breach> Breaches, bool IsDecided);

/// <param name="Finer">Places whose networks are all smaller than the longest scope: they are decided as the networks around them, and were not tried apart.</param>
public sealed record VerifierReport(ImmutableArray<ServiceReport> Services, int Finer)
{
    public IEnumerable<Breach> Breaches => Services.SelectMany(service => service.Breaches);
    public bool IsProven => !Breaches.Any();
}
