using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>What a way between two sites carries: a fault may take one and leave the other.</summary>
[Flags]
public enum Traffic { None, Probes = 1, Words = 2, All = Probes | Words }

/// <summary>What is true, whatever anybody believes: which sites serve, which ways are cut, how long each takes.</summary>
public sealed class World
{
    private readonly Dictionary<(SiteId From, SiteId To), Traffic> cuts = [];
    private readonly Dictionary<(SiteId Tester, SiteId Tested), long> micros = [];
    private readonly Dictionary<SiteId, VipCondition> conditions = [];
    private readonly Dictionary<VipKey, VipCondition> ofVips = [];
    private readonly Dictionary<SiteId, int> loads = [];
    private readonly Dictionary<SiteId, long> slow = [];
    private readonly HashSet<SiteId> dark = [];
    private readonly HashSet<SiteId> silent = [];
    private readonly HashSet<VipKey> silentVips = [];

    /// <summary>Told of every change of what is at fault.</summary>
    internal Action? Changed { get; set; }

    /// <summary>One way only; a probe or a stream needs both.</summary>
    public void Cut(SiteId from, SiteId to) => Cut(from, to, Traffic.All);

    /// <inheritdoc cref="Cut(SiteId, SiteId)"/>
    public void Cut(SiteId from, SiteId to, Traffic what)
    {
        if (from == to) return;
        cuts[(from, to)] = cuts.GetValueOrDefault((from, to)) | what;
        Changed?.Invoke();
    }

    public void Heal(SiteId from, SiteId to)
    {
        if (cuts.Remove((from, to))) Changed?.Invoke();
    }

    public void HealAll()
    {
        cuts.Clear();
        Changed?.Invoke();
    }

    public bool Passes(SiteId from, SiteId to) => Passes(from, to, Traffic.All);

    public bool Passes(SiteId from, SiteId to, Traffic what) =>
        (cuts.Count == 0 || !cuts.TryGetValue((from, to), out var cut) || (cut & what) == Traffic.None) && (dark.Count == 0 || (!dark.Contains(from) && !dark.Contains(to)));

    public bool PassesBothWays(SiteId one, SiteId other) => PassesBothWays(one, other, Traffic.All);

    public bool PassesBothWays(SiteId one, SiteId other, Traffic what) => Passes(one, other, what) && Passes(other, one, what);

    /// <summary>Pairs of sites between which something is cut, the lower number first.</summary>
    internal IEnumerable<(SiteId Low, SiteId High)> CutLinks => cuts.Keys.Select(way => way.From.CompareTo(way.To) < 0 ? way : (way.To, way.From)).Distinct();

    /// <summary>Anything but ways: a site that is dark, silent, slow, loaded, or says anything but "up".</summary>
    internal bool IsAnySiteAtFault => dark.Count > 0 || silent.Count > 0 || silentVips.Count > 0 || slow.Count > 0 || loads.Count > 0 || conditions.Count > 0 || ofVips.Count > 0;

    /// <summary>A dark site answers nothing and says nothing: its node, its VIPs and its line are gone.</summary>
    public void SetDark(SiteId site, bool isDark) => Set(dark, site, isDark);

    public bool IsDark(SiteId site) => dark.Contains(site);

    /// <summary>Its VIPs answer no probe, and its node does not know: it goes on saying that all is well.</summary>
    public void SetSilent(SiteId site, bool isSilent) => Set(silent, site, isSilent);

    public bool IsSilent(SiteId site) => silent.Contains(site);

    /// <summary>One VIP alone.</summary>
    public void SetSilent(VipKey vip, bool isSilent) => Set(silentVips, vip, isSilent);

    public VipCondition ConditionOf(SiteId site) => conditions.GetValueOrDefault(site);

    public VipCondition ConditionOf(VipKey vip) => ofVips.TryGetValue(vip, out var condition) ? condition : ConditionOf(vip.Site);

    /// <summary>Of all the site's VIPs.</summary>
    public void SetCondition(SiteId site, VipCondition condition)
    {
        foreach (var vip in ofVips.Keys.Where(vip => vip.Site == site).ToArray()) ofVips.Remove(vip);
        if (condition == VipCondition.Up) conditions.Remove(site);
        else conditions[site] = condition;
        Changed?.Invoke();
    }

    public void SetCondition(VipKey vip, VipCondition condition)
    {
        if (condition == ConditionOf(vip.Site)) ofVips.Remove(vip);
        else ofVips[vip] = condition;
        Changed?.Invoke();
    }

    /// <summary>Connections at each of a site's VIPs.</summary>
    public int LoadOf(SiteId site) => loads.GetValueOrDefault(site);

    public void SetLoad(SiteId site, int connections)
    {
        if (connections == 0) loads.Remove(site);
        else loads[site] = connections;
        Changed?.Invoke();
    }

    /// <summary>Whether a probe of the one by the other would come through.</summary>
    public bool Answers(SiteId tester, SiteId tested) => Reaches(tester, tested) && Serves(ConditionOf(tested));

    /// <inheritdoc cref="Answers(SiteId, SiteId)"/>
    public bool Answers(SiteId tester, VipKey vip) => !silentVips.Contains(vip) && Reaches(tester, vip.Site) && Serves(ConditionOf(vip));

    public void SetTime(SiteId tester, SiteId tested, long probeMicros) => micros[(tester, tested)] = probeMicros;

    /// <summary>Everything to and from this site takes so much longer.</summary>
    public void SetSlow(SiteId site, TimeSpan more)
    {
        if (more == TimeSpan.Zero) slow.Remove(site);
        else slow[site] = (long)more.TotalMicroseconds;
        Changed?.Invoke();
    }

    /// <summary>A whole probe's time; where none was set, one made of the two numbers, different for every pair and direction.</summary>
    public long TimeOf(SiteId tester, SiteId tested)
    {
        var time = micros.TryGetValue((tester, tested), out var set) ? set : 10_000 + (1_000 * ((tester.Value * 7) + (tested.Value * 13)) % 37_000);
        return slow.Count == 0 ? time : time + slow.GetValueOrDefault(tester) + slow.GetValueOrDefault(tested);
    }

    /// <summary>A word's way: half of a probe's.</summary>
    public TimeSpan WayOf(SiteId from, SiteId to) => TimeSpan.FromMicroseconds(TimeOf(from, to) / 2);

    private bool Reaches(SiteId tester, SiteId tested) => !silent.Contains(tested) && PassesBothWays(tester, tested, Traffic.Probes);

    private static bool Serves(VipCondition condition) => condition is not (VipCondition.Down or VipCondition.Disabled);

    private void Set<T>(HashSet<T> all, T one, bool isIn)
    {
        if (isIn ? all.Add(one) : all.Remove(one)) Changed?.Invoke();
    }
}
