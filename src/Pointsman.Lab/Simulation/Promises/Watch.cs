using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// Looks after every step whether everything that is promised holds. A step that changes nothing of what a node says or answers costs nothing; a node that
/// changed is looked at by every promise once, however often it changed within the step.
/// </summary>
internal sealed class Watch
{
    /// <summary>Past that it is one defect that shows everywhere.</summary>
    private const int MostViolations = 20;

    /// <summary>Looking at everybody after each of a hundred sites' steps is what a hundred sites' steps cost; with many sites it is done once a second.</summary>
    private const int SitesLookedAtAlways = 16;

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(1);
    private readonly LabCluster lab;
    private readonly IPromise[] promises;
    private readonly List<LabNode> changed = [];
    private readonly List<Violation> violations = [];
    private readonly HashSet<(string, string)> said = [];
    private Instant nextLook;

    public Watch(LabCluster lab)
    {
        this.lab = lab;
        promises = lab.Settings.IsWatched
            ? [new Growth(), new EventRate(lab), new OwnSight(lab), new DownForAll(lab), new NobodyLost(lab), new Convergence(lab), new EqualTables(lab), new BadNews(lab)]
            : [];
    }

    public IReadOnlyList<Violation> Violations => violations;

    public void Started(LabNode node) => Each(promise => promise.Started(node));

    public void Published(LabNode node, SiteState word) => Each(promise => promise.Published(node, word));

    public void Accepted(LabNode node, SiteState word) => Each(promise => promise.Accepted(node, word));

    public void SawDown(LabNode node, VipKey vip) => Each(promise => promise.SawDown(node, vip));

    public void FaultsChanged() => Each(promise => promise.FaultsChanged());

    public void Changed(LabNode node)
    {
        if (promises.Length > 0 && !changed.Contains(node)) changed.Add(node);
    }

    public void Step()
    {
        if (changed.Count == 0) return;
        if (lab.Nodes.Length > SitesLookedAtAlways)
        {
            if (lab.Timeline.Now < nextLook) return;
            nextLook = lab.Timeline.Now + lookEvery;
        }
        foreach (var node in changed)
        {
            if (node.IsReady) Each(promise => promise.Changed(node));
        }
        changed.Clear();
    }

    /// <summary>Virtual time may have to pass before a promise can be judged.</summary>
    public void Later(TimeSpan span, IPromise promise, Func<string?> broken) => lab.Timeline.After(span, () => Note(promise, broken()));

    public void Note(IPromise promise, string? broken)
    {
        if (broken is null || violations.Count >= MostViolations || !said.Add((promise.Words, broken))) return;
        violations.Add(new Violation(lab.Timeline.Now, lab.Step, promise.Words, broken));
    }

    private void Each(Func<IPromise, string?> look)
    {
        foreach (var promise in promises) Note(promise, look(promise));
    }
}

/// <summary>One thing that is promised. Each call says what is broken, or null.</summary>
internal interface IPromise
{
    /// <summary>What is promised, in words.</summary>
    string Words { get; }

    /// <summary>A node begins another life.</summary>
    string? Started(LabNode node) => null;

    /// <summary>A node said something new of itself.</summary>
    string? Published(LabNode node, SiteState word) => null;

    /// <summary>A node took another's word.</summary>
    string? Accepted(LabNode node, SiteState word) => null;

    /// <summary>A node's own probes took something for dead.</summary>
    string? SawDown(LabNode node, VipKey vip) => null;

    /// <summary>What a ready node holds, sees or answers may have changed.</summary>
    string? Changed(LabNode node) => null;

    /// <summary>Something was broken or healed.</summary>
    string? FaultsChanged() => null;
}
