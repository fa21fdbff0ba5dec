using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>As written: sites are still names.</summary>
internal sealed record WrittenRestriction(Mark Mark, string Path, ImmutableArray<Written<ClientSelector>> Clients, ImmutableArray<Written<string>> Sites, OrElse OrElse);

/// <inheritdoc cref="WrittenRestriction"/>
internal sealed record WrittenOrder(Mark Mark, string Path, ImmutableArray<Written<ClientSelector>> Clients, ImmutableArray<Written<string>> Order);

/// <summary><c>services.*.policy.restrict[]</c> and <c>orders[]</c>: rules about some of the clients.</summary>
internal static class ClientRuleKeys
{
    private const int MostSelectors = 300;

    private static readonly Key<ImmutableArray<Written<ClientSelector>>> clients = Required("clients",
        new ListOf<Written<ClientSelector>>(ClientForm.Selector.Placed(), 1, MostSelectors, orOne: true),
        "Whom the rule is about. `union:eu` is the 27 member states; `unknown` a client of unknown place (`defaultRegion` does not count here).", []);
    private static readonly Key<ImmutableArray<Written<string>>> sites = Required("sites", new ListOf<Written<string>>(Names.Label.Placed(), 1, 1000, orOne: true),
        "The only sites that they may get: in DNS answers, redirects and `whenAllDown` alike.", []);
    private static readonly Key<OrElse> orElse = Optional("orElse", new Choice<OrElse>([("nothing", OrElse.Nothing), ("anywhere", OrElse.Anywhere)]),
        "What they get when none of these can take them: no address, or a site as if the rule were not there.", OrElse.Nothing, "nothing");

    public static readonly KeyTable RestrictionTable = new("services.*.policy.restrict", [clients, sites, orElse]);

    private static readonly Key<ImmutableArray<Written<string>>> order = Required("order", new ListOf<Written<string>>(Names.Label.Placed(), 1, 1000),
        "Their sites, best first; those not named come last, together.", []);

    public static readonly KeyTable OrderTable = new("services.*.policy.orders", [clients, order]);

    private static readonly Key<int?> mostSites = Optional("sites", new Whole(0, 1000).OrNone(), "At most so many sites of the service.", null, "no limit");
    private static readonly Key<int?> capacity = Optional("capacity", new Percent(0, 100).OrNone(),
        "At most this part of the service's configured connections, such as `40%`; without maxima, of its sites.", null, "no limit");

    public static readonly KeyTable DownBudgetTable = new("services.*.policy.downBudget", [mostSites, capacity]);

    public static WrittenRestriction ReadRestriction(Fields fields) => new(fields.Mark, fields.Path, fields.Get(clients), fields.Get(sites), fields.Get(orElse));

    public static WrittenOrder ReadOrder(Fields fields) => new(fields.Mark, fields.Path, fields.Get(clients), fields.Get(order));

    public static DownBudget? ReadDownBudget(Fields fields)
    {
        if (!fields.Has(mostSites) && !fields.Has(capacity)) fields.Findings.Error(fields.Mark, fields.Path, "limits nothing: give sites, capacity or both, or leave it out");
        return new DownBudget(fields.Get(mostSites), fields.Get(capacity));
    }
}
