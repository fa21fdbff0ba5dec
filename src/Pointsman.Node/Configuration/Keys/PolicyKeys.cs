using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>As written: sites are still names. Marks stand only where a later check needs them.</summary>
internal sealed record WrittenPolicy
{
    public required Mark Mark { get; init; }
    public required string Path { get; init; }
    public ImmutableArray<Written<Metric>> Metrics { get; init; } = [];
    public FewSites FewSites { get; init; }
    public int FewSitesBelow { get; init; }
    public ImmutableArray<Entry<int>> SiteWeights { get; init; } = [];
    public ImmutableArray<int> Weights { get; init; } = [];
    public Mark WeightsMark { get; init; }
    public TurnKind Turn { get; init; }
    public int StickyPrefix4 { get; init; }
    public int StickyPrefix6 { get; init; }
    public WhenAllDown WhenAllDown { get; init; }
    public Written<string>? LastResort { get; init; }
    public ImmutableArray<Written<string>> Order { get; init; } = [];
    public ImmutableArray<WrittenOrder> Orders { get; init; } = [];
    public ImmutableArray<WrittenRestriction> Restrictions { get; init; } = [];
    public VoteRule Vote { get; init; }
    public DownBudget? DownBudget { get; init; }
    public Mark DownBudgetMark { get; init; }
    public string? DefaultRegion { get; init; }
    public TimeSpan? SlowStart { get; init; }
    public Failback Failback { get; init; }
    public int ExplorationMillionths { get; init; }
}

/// <summary><c>services.*.policy</c> [S3, S6, S12–S16].</summary>
internal static class PolicyKeys
{
    private static readonly ServicePolicy defaults = new();

    private static readonly Key<ImmutableArray<Written<Metric>>> metric = Optional("metric",
        new ListOf<Written<Metric>>(new Choice<Metric>([
            ("geography", Metric.Geography), ("distance", Metric.Distance), ("cost", Metric.Cost), ("static", Metric.Static),
            ("response-time", Metric.ResponseTime), ("capacity", Metric.Capacity), ("throughput", Metric.Throughput)]).Placed(), 1, 7, orOne: true),
        "What best means. The first four sort sites into tiers, in the order given; the last three weigh them within a tier and stand after.",
        [], "[response-time]");
    private static readonly Key<FewSites> fewSites = Optional("fewSites", new Choice<FewSites>([("capacity", FewSites.Capacity), ("weights", FewSites.Weights)]),
        "How a service configured at fewer sites than `fewSitesBelow` shares them out: by free connections, or by the hand-off weights.", defaults.FewSites, "capacity");
    private static readonly Key<int> fewSitesBelow = Optional("fewSitesBelow", new Whole(0, 1000), "Where few ends; 0 = never few.", defaults.FewSitesBelow, "4");
    private static readonly Key<ImmutableArray<Entry<int>>> siteWeights = Optional("siteWeights", new Named<int>(Names.Label, new Whole(0, 64), 0, 1000),
        "Multiplies a site's total; 0 = never hand off there. A site not named has 1.", [], "{}");

    // [P3.9] The patent's range is 1 to 64; its own tables use 0, which takes the place out.
    private static readonly Key<ImmutableArray<int>> weights = Optional("weights", new ListOf<int>(new Whole(0, 64), 1, 16),
        "The hand-off weights: points for the first, second, … place in a preference order; the last one repeats.", defaults.Weights, "[6, 4, 2, 1]");
    private static readonly Key<TurnKind> turn = Optional("turn", new Choice<TurnKind>([("rotate", TurnKind.Rotate), ("sticky", TurnKind.Sticky)]),
        "Successive answers walk the sites in proportion, or one client network always gets the same site.", defaults.Turn, "rotate");
    private static readonly Key<int> stickyPrefix4 = Optional("stickyPrefix4", new Whole(8, 32), "Bits of an IPv4 address that name the network of a sticky turn.", defaults.StickyPrefix4, "24");
    private static readonly Key<int> stickyPrefix6 = Optional("stickyPrefix6", new Whole(16, 128), "The same for IPv6.", defaults.StickyPrefix6, "56");
    private static readonly Key<WhenAllDown> whenAllDown = Optional("whenAllDown",
        new Choice<WhenAllDown>([("last-good", WhenAllDown.LastGood), ("all", WhenAllDown.All), ("last-resort", WhenAllDown.LastResort), ("nodata", WhenAllDown.NoData)]),
        "What is answered when no site is eligible: the sites that last were, all, the one named by `lastResort`, or no address.", defaults.WhenAllDown, "last-good");
    private static readonly Key<Written<string>?> lastResort = Optional("lastResort", Names.Label.Placed().OrNone(), "The site for `whenAllDown: last-resort`.", null);
    private static readonly Key<ImmutableArray<Written<string>>> order = Optional("order", new ListOf<Written<string>>(Names.Label.Placed(), 1, 1000),
        "For the metric `static`: sites, best first; those not named come last, together.", [], "[]");
    private static readonly Key<ImmutableArray<WrittenOrder>> orders = Optional("orders",
        new ListOf<WrittenOrder>(new Section<WrittenOrder>(ClientRuleKeys.OrderTable, ClientRuleKeys.ReadOrder), 1, 1000),
        "For the metric `static`: other orders for some clients; the first that names a client holds, else `order`.", [], "[]");
    private static readonly Key<ImmutableArray<WrittenRestriction>> restrict = Optional("restrict",
        new ListOf<WrittenRestriction>(new Section<WrittenRestriction>(ClientRuleKeys.RestrictionTable, ClientRuleKeys.ReadRestriction), 1, 1000),
        "Clients that may only get certain sites, whatever fails. Every rule that names a client holds for it.", [], "[]");
    private static readonly Key<VoteRule> vote = Optional("vote", new Choice<VoteRule>([("majority", VoteRule.Majority), ("any", VoteRule.Any), ("all", VoteRule.All)]),
        "How many of the sites that probe a site must see it down to take it out at every site: more than half, one, or all of them. What a node itself sees down it never hands to.", defaults.Vote, "majority");
    private static readonly Key<DownBudget?> downBudget = Optional("downBudget", new Section<DownBudget?>(ClientRuleKeys.DownBudgetTable, ClientRuleKeys.ReadDownBudget),
        "The most that measurement alone (the vote, this node's own probes) may take out; past it sites stay in, and an alarm is raised. What operators and sites say does not count.",
        null, "no limit");
    private static readonly Key<string?> defaultRegion = Optional("defaultRegion", new Choice<string?>([.. SiteKeys.Regions.Select(name => (name, (string?)name))]),
        "The region of a client whose place is unknown; without it geography does nothing for that client.", null);

    private static readonly Key<TimeSpan?> slowStart = Optional("slowStart", new DurationShape(TimeSpan.Zero, TimeSpan.FromHours(24)),
        "How long a site that is back, or new, takes to admit all its users again; 0s = at once.", null, "the TTL, at least 10s and at most 10m");
    private static readonly Key<Failback> failback = Optional("failback", new FailbackShape(),
        "When a site that was down takes users again: at once, when `pointsman failback` says so, or after so long without a fault. Held or not, it serves when nobody else can.",
        Failback.Automatic, "automatic");
    private static readonly Key<int> exploration = Optional("exploration", new Percent(0, 50),
        "This share of turns goes to every allowed site alike, whatever its weight: so that no site is ever without users to learn from.", 0, "0%");

    public static readonly KeyTable Table = new("services.*.policy",
        [metric, weights, siteWeights, fewSites, fewSitesBelow, turn, stickyPrefix4, stickyPrefix6, whenAllDown, lastResort, order, orders, restrict, vote, downBudget, slowStart, failback, exploration, defaultRegion]);

    /// <summary>The policy of a service that gives none, at the service's place.</summary>
    public static WrittenPolicy Default(Mark mark, string path) => new()
    {
        Mark = mark,
        Path = path,
        FewSites = defaults.FewSites,
        FewSitesBelow = defaults.FewSitesBelow,
        Weights = defaults.Weights,
        WeightsMark = mark,
        Turn = defaults.Turn,
        StickyPrefix4 = defaults.StickyPrefix4,
        StickyPrefix6 = defaults.StickyPrefix6,
        WhenAllDown = defaults.WhenAllDown,
    };

    public static WrittenPolicy Read(Fields fields)
    {
        var read = new WrittenPolicy
        {
            Mark = fields.Mark,
            Path = fields.Path,
            Metrics = fields.Get(metric),
            FewSites = fields.Get(fewSites),
            FewSitesBelow = fields.Get(fewSitesBelow),
            SiteWeights = fields.Get(siteWeights),
            Weights = fields.Get(weights),
            WeightsMark = fields.MarkOf(weights),
            Turn = fields.Get(turn),
            StickyPrefix4 = fields.Get(stickyPrefix4),
            StickyPrefix6 = fields.Get(stickyPrefix6),
            WhenAllDown = fields.Get(whenAllDown),
            LastResort = fields.Get(lastResort),
            Order = fields.Get(order),
            Orders = fields.Get(orders),
            Restrictions = fields.Get(restrict),
            Vote = fields.Get(vote),
            DownBudget = fields.Get(downBudget),
            DownBudgetMark = fields.MarkOf(downBudget),
            DefaultRegion = fields.Get(defaultRegion),
            SlowStart = fields.Get(slowStart),
            Failback = fields.Get(failback),
            ExplorationMillionths = fields.Get(exploration),
        };
        CheckMetrics(fields, read);
        WarnOfNoEffect(fields, read);
        return read;
    }

    private static void CheckMetrics(Fields fields, WrittenPolicy read)
    {
        var seen = new HashSet<Metric>();
        Metric? weighing = null;
        foreach (var written in read.Metrics)
        {
            if (!seen.Add(written.Value)) fields.Findings.Error(written.Mark, written.Path, "is given twice");
            if (written.Value >= Metric.ResponseTime) weighing = written.Value;
            else if (weighing is not null)
                fields.Findings.Error(written.Mark, written.Path, "sorts sites into tiers: it must stand before the metrics that weigh sites (response-time, capacity, throughput)");
        }
        if (seen.Contains(Metric.Static) && !fields.Has(order) && !fields.Has(orders))
            fields.Findings.Error(fields.MarkOf(metric), fields.At("metric"), "static needs the key 'order' beside it: the sites, best first; or 'orders', for some of the clients");
        if (read.WhenAllDown == WhenAllDown.LastResort && !fields.Has(lastResort))
            fields.Findings.Error(fields.MarkOf(whenAllDown), fields.At("whenAllDown"), "last-resort needs the key 'lastResort' beside it: a site's name");
    }

    private static void WarnOfNoEffect(Fields fields, WrittenPolicy read)
    {
        Warn(order, read.Metrics.All(written => written.Value != Metric.Static), "the metric 'static'");
        Warn(orders, read.Metrics.All(written => written.Value != Metric.Static), "the metric 'static'");
        Warn(lastResort, read.WhenAllDown != WhenAllDown.LastResort, "'whenAllDown: last-resort'");
        Warn(stickyPrefix4, read.Turn != TurnKind.Sticky, "'turn: sticky'");
        Warn(stickyPrefix6, read.Turn != TurnKind.Sticky, "'turn: sticky'");
        Warn(defaultRegion, read.Metrics.All(written => written.Value is not (Metric.Geography or Metric.Distance)), "the metric 'geography' or 'distance'");

        void Warn(Key key, bool idle, string needs)
        {
            if (idle && fields.Has(key)) fields.Findings.Warning(fields.MarkOf(key), fields.At(key.Name), $"has no effect without {needs}");
        }
    }
}
