using System.Collections.Immutable;
using System.Net;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.Wiring;

/// <summary>
/// Binds the name server to the decision: keeps each worker's cursors and every (service, site)'s rendered addresses over all plans, and makes
/// one view a plan. One writer calls <see cref="ViewOf"/>; the views are read by all workers.
/// </summary>
internal sealed class DnsAnswers
{
    private readonly TurnCursors[] cursors;
    private readonly Dictionary<(ServiceId, SiteId), (ImmutableArray<IPAddress> Addresses, AddressFragment Fragment)> rendered = [];
    private NameTable names = new([]);
    private Cluster? namesOf;
    private Plan? last;
    private AddressFragment[][] lastFragments = [];

    public DnsAnswers(int workers)
    {
        var seed = (ulong)Random.Shared.NextInt64();
        cursors = [.. Enumerable.Range(0, workers).Select(worker => new TurnCursors(seed + ((ulong)worker << 32)))];
    }

    public IDynamicAnswers ViewOf(Plan plan)
    {
        var cluster = plan.Snapshot.Cluster;
        if (!ReferenceEquals(cluster, namesOf))
        {
            names = NamesOf(plan);
            namesOf = cluster;
            rendered.Clear();
            last = null;
        }

        var fragments = new AddressFragment[plan.Services.Length][];
        for (var index = 0; index < fragments.Length; index++)
        {
            var service = plan.Services[index];
            // A plan that was spared has the very sites of the one before.
            fragments[index] = last?.Services[index].Sites == service.Sites ? lastFragments[index] : [.. service.Sites.Select(site => Render(service.Service, site))];
        }
        (last, lastFragments) = (plan, fragments);
        return new PlanAnswers(plan, names, fragments, cursors);
    }

    // Number = the service's index; after the services, SITE.SERVICE for each of a service's sites, in the order of its rows [S18].
    private static NameTable NamesOf(Plan plan) => new(
    [
        .. plan.Services.Select(service => DomainName.Parse(service.Service.Name)),
        .. plan.Services.SelectMany(service => service.Sites.Select(site => DomainName.Parse($"{site.Site.Name}.{service.Service.Name}"))),
    ]);

    // Rendered anew with another cluster, and so with other HTTPS settings.
    private AddressFragment Render(Service service, PlannedSite site)
    {
        if (rendered.TryGetValue((service.Id, site.Site.Id), out var known) && known.Addresses.SequenceEqual(site.Addresses)) return known.Fragment;
        var fragment = AddressFragment.Render(site.Addresses, service.Https is { } https ? new HttpsBinding(https.Port, https.Protocols) : null);
        rendered[(service.Id, site.Site.Id)] = (site.Addresses, fragment);
        return fragment;
    }
}

/// <summary>One plan as the name server sees it. Immutable but for the workers' own cursors.</summary>
internal sealed class PlanAnswers : IDynamicAnswers
{
    private readonly Plan plan;
    private readonly AddressFragment[][] fragments;
    private readonly (int Service, int Row)[] siteNames;
    private readonly TurnCursors[] cursors;

    public PlanAnswers(Plan plan, NameTable names, AddressFragment[][] fragments, TurnCursors[] cursors)
    {
        (this.plan, Names, this.fragments, this.cursors) = (plan, names, fragments, cursors);
        siteNames = [.. fragments.SelectMany((sites, service) => Enumerable.Range(0, sites.Length).Select(row => (service, row)))];
    }

    public NameTable Names { get; }

    public void Choose(int number, in DynamicQuery query, ref DynamicChoice choice)
    {
        var asked = number < plan.Services.Length ? number : siteNames[number - plan.Services.Length].Service;
        // Nothing to choose: what the zone itself says of HTTPS here, if anything.
        if (query.Type == RrType.HTTPS && plan.Services[asked].Service.Https is null)
        {
            choice.Verdict = DynamicVerdict.StaticOnly;
            return;
        }

        if (number >= plan.Services.Length)
        {
            var (service, row) = siteNames[number - plan.Services.Length];
            choice.TtlSeconds = plan.Services[service].TtlSeconds;
            choice.Add(fragments[service][row]);
            return;
        }

        var client = new Client(query.Client.IsIPv6, query.Client.Bits, query.Client.PrefixLength);
        var turn = cursors[query.Worker].Next(KindOf(query.Type), new Instant(query.NowMicros));
        var decision = Decider.Decide(plan, number, client, turn);
        choice.TtlSeconds = decision.TtlSeconds;
        choice.Scope = decision.Scope;
        switch (decision.Verdict)
        {
            case Verdict.StaticOnly:
                choice.Verdict = DynamicVerdict.StaticOnly;
                return;
            case Verdict.NotReady:
                // RFC 8914 §4.15: it is not that nothing is there, it is too early to say.
                choice.Verdict = DynamicVerdict.ServFail;
                choice.Reason = ExtendedError.NotReady;
                return;
            case Verdict.NoData or Verdict.NoSite:
                choice.Verdict = DynamicVerdict.NoData;
                return;
            case Verdict.Stale:
                // RFC 8914 §4.4: an answer, but one of which nothing is known to be up now.
                choice.Reason = ExtendedError.StaleAnswer;
                break;
        }

        for (var place = 0; place < decision.Count; place++) choice.Add(fragments[number][decision[place]]);
    }

    private static AddressKind KindOf(RrType type) => type switch
    {
        RrType.AAAA => AddressKind.Aaaa,
        RrType.HTTPS => AddressKind.Https,
        _ => AddressKind.A,
    };
}
