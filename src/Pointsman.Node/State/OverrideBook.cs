using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Dssp.Pki;
using Pointsman.Model;

namespace Pointsman.Node.State;

/// <summary>
/// All operators' orders that this node believes. Whatever comes, from its own admin API, a peer's word or its own disk, is judged here and nowhere else:
/// a site speaks for itself, an operator's signature for any site, everything else is refused and counted. The writer's alone, but for
/// <see cref="Known"/> and <see cref="Refused"/>, which any thread may read.
/// </summary>
internal sealed class OverrideBook(SiteId self, EventLog log)
{
    // A signature takes some hundred microseconds to look at. An honest peer brings a few new ones a day; a burst is that of a node that starts.
    private const double SignaturesBurst = 64;
    private const double SignaturesPerSecond = 16;

    // What a peer repeats each minute is not looked at each minute.
    private const int RefusalsRemembered = 1024;

    private readonly Dictionary<SiteId, (double Tokens, DateTimeOffset At)> budgets = [];
    private readonly HashSet<Override> refused = [];
    private readonly HashSet<(SiteId From, OverrideRefusal Why)> told = [];
    private Cluster cluster = new() { Name = "", Sites = [], Services = [] };
    private OperatorSignatures signatures = OperatorSignatures.None("");
    private volatile OverrideSet known = OverrideSet.Empty;
    private OverrideSet? passedOnOf;
    private ImmutableArray<Override> passedOn = [];
    private ImmutableDictionary<(SiteId From, OverrideRefusal Why), long> counts = ImmutableDictionary<(SiteId, OverrideRefusal), long>.Empty;

    public OverrideSet Known => known;

    /// <summary>What was refused, by whose word it came with and why.</summary>
    public ImmutableDictionary<(SiteId From, OverrideRefusal Why), long> Refused => Volatile.Read(ref counts);

    /// <summary>What this node tells its peers: signed orders about any site, and the own site's own.</summary>
    public ImmutableArray<Override> ToPassOn
    {
        get
        {
            if (ReferenceEquals(passedOnOf, known)) return passedOn;
            passedOnOf = known;
            return passedOn = Fitting(known.All.Where(one => one.IsSigned || one.Key.Site == self));
        }
    }

    public void Believe(OperatorSignatures next) => (signatures, _) = (next, refused.RemoveWhere(static _ => true));

    /// <summary>A new configuration: orders about what is no longer in it go, and signed ones are held against the authorities of now.</summary>
    public void Use(Cluster next, DateTimeOffset now)
    {
        cluster = next;
        refused.Clear();
        var kept = known.Keep(IsKnown).Forget(now);
        var good = OverrideSet.Of(kept.All.Where(one => !one.IsSigned || SignatureFault(one) is null));
        foreach (var lost in kept.All.Where(one => good[one.Key] is null)) log.Add("override-dropped", $"the order about {NameOf(lost.Key)} of {lost} is dropped: {SignatureFault(lost)}", SiteNameOf(lost.Key), ServiceNameOf(lost.Key));
        known = good.Count == known.Count ? known : good;
    }

    /// <summary>From the own disk: judged with the next <see cref="Use"/>.</summary>
    public void Restore(IEnumerable<Override> stored) => known = known.Merge(OverrideSet.Of(stored));

    /// <summary>What a site's word brings. True when something is new.</summary>
    public bool Hear(SiteId from, ImmutableArray<Override> orders, DateTimeOffset now)
    {
        if (orders.IsDefaultOrEmpty) return false;
        var before = known;
        foreach (var order in orders)
        {
            // Most of what is heard is known, or older than what is.
            if (known[order.Key] is { } held && OverrideSet.Compare(order, held) <= 0) continue;
            if (refused.Contains(order)) Refuse(from, OverrideRefusal.Signature, order, null);
            else if (Judge(order, from, now, out var fault) is not OverrideRefusal.None and var why) Refuse(from, why, order, fault);
            else known = known.Merge(order);
        }

        known = known.Forget(now);
        return !ReferenceEquals(known, before);
    }

    /// <summary>An order given to this very node: null when it holds from now on, else why not.</summary>
    public string? Take(Override order, DateTimeOffset now)
    {
        if (!IsKnown(order.Key)) return "it is about a site or a service that is not configured";
        if (OverrideCheck.Refuses(order, self, now) is not OverrideRefusal.None and var why) return TextOf(why);
        if (order.IsSigned && SignatureFault(order) is { } fault) return fault;
        if (known[order.Key] is { } held && OverrideSet.Compare(order, held) < 0) return $"a later one holds already: {held.Kind} by {held}";
        known = known.Merge(order).Forget(now);
        return ReferenceEquals(known[order.Key], order) || known[order.Key] == order ? null : $"the site has more than {OverrideLimits.ServicesOfASite} later orders about single services: give one about the site";
    }

    public string NameOf(OverrideKey key) => SiteNameOf(key) + (ServiceNameOf(key) is { } service ? "/" + service : "");

    private OverrideRefusal Judge(Override order, SiteId from, DateTimeOffset now, out string? fault)
    {
        fault = null;
        if (!IsKnown(order.Key)) return OverrideRefusal.UnknownPlace;
        if (OverrideCheck.Refuses(order, from, now) is not OverrideRefusal.None and var why) return why;
        if (!order.IsSigned) return OverrideRefusal.None;
        if (!TakeToken(from, now)) return OverrideRefusal.TooMany;
        fault = SignatureFault(order);
        if (fault is null) return OverrideRefusal.None;
        if (refused.Count >= RefusalsRemembered) refused.Clear();
        refused.Add(order);
        return OverrideRefusal.Signature;
    }

    private bool TakeToken(SiteId from, DateTimeOffset now)
    {
        var (tokens, at) = budgets.TryGetValue(from, out var budget) ? budget : (SignaturesBurst, now);
        tokens = Math.Min(SignaturesBurst, tokens + Math.Max(0, (now - at).TotalSeconds * SignaturesPerSecond));
        budgets[from] = (tokens >= 1 ? tokens - 1 : tokens, now);
        return tokens >= 1;
    }

    private void Refuse(SiteId from, OverrideRefusal why, Override order, string? fault)
    {
        Volatile.Write(ref counts, counts.SetItem((from, why), counts.GetValueOrDefault((from, why)) + 1));
        // Once a kind: the counter says how often.
        if (told.Add((from, why))) log.Add("override-refused", $"an order about {NameOf(order.Key)} with the word of {cluster.FindSite(from)?.Name ?? $"site {from}"} is refused: {fault ?? TextOf(why)}", cluster.FindSite(from)?.Name);
    }

    private static string TextOf(OverrideRefusal why) => why switch
    {
        OverrideRefusal.UnknownPlace => "it is about a site or a service that is not configured here",
        OverrideRefusal.Unsigned => "it is about another site, and not signed by an operator",
        OverrideRefusal.Signature => "its signature is no good",
        OverrideRefusal.Stamp => "its stamp is more than a day off: is a clock wrong?",
        OverrideRefusal.Time => $"its beginning lies in the future, or its end before that or more than {OverrideLimits.LongestLife.TotalDays:0} days after",
        _ => "more signatures than may be looked at so fast",
    };

    private string? SignatureFault(Override order) => signatures.Fault(order, SiteNameOf(order.Key) ?? "", ServiceNameOf(order.Key));

    private bool IsKnown(OverrideKey key) => cluster.FindSite(key.Site) is not null
        && (key.Service is not { } service || cluster.FindService(service)?.Vips.Any(vip => vip.Site == key.Site) == true);

    private string? SiteNameOf(OverrideKey key) => cluster.FindSite(key.Site)?.Name ?? $"site {key.Site}";

    private string? ServiceNameOf(OverrideKey key) => key.Service is { } service ? cluster.FindService(service)?.Name ?? $"service {service}" : null;

    // The own site's first, then the newest: what does not fit in a frame is what matters least. In one order, so that the same set is the same word.
    private ImmutableArray<Override> Fitting(IEnumerable<Override> all)
    {
        var bytes = 0;
        return
        [
            .. all.OrderByDescending(one => one.Key.Site == self).ThenByDescending(one => one.Stamp).ThenBy(one => one.Key)
                .Take(OverrideLimits.Carried).TakeWhile(one => (bytes += SizeOf(one)) <= OverrideLimits.CarriedBytes).OrderBy(one => one.Key),
        ];
    }

    // Four bytes a character at the most, and some for what is around.
    private static int SizeOf(Override one) => 64 + (4 * (one.Who.Length + one.Why.Length)) + (one.Signature is { } signature ? signature.Certificate.Length + signature.Value.Length : 0);
}
