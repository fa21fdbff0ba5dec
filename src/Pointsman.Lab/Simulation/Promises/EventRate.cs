using Pointsman.Model;

namespace Pointsman.Lab.Simulation.Promises;

/// <summary>
/// EVENTs are bounded whatever flaps: in any minute a node sends at most one a second of its own accord (good news and changed orders wait for that), one for
/// each thing that it saw die or that was done to its own site, and one a second for what it admits.
/// </summary>
internal sealed class EventRate(LabCluster lab) : IPromise
{
    private const int AMinute = 61;
    private static readonly TimeSpan minute = TimeSpan.FromMinutes(1);
    private readonly Dictionary<SiteId, Queue<Instant>> events = [];
    private readonly Dictionary<SiteId, Queue<Instant>> causes = [];

    public string Words => "in a minute a node sends at most 61 EVENTs, one more for each that it saw die or that was done to it, and 61 more of what it admits";

    public string? SawDown(LabNode node, VipKey vip)
    {
        Recent(causes, node).Enqueue(lab.Timeline.Now);
        return null;
    }

    // A life begins with a word to everybody, and ends with the memory of the last.
    public string? Started(LabNode node)
    {
        Recent(causes, node).Enqueue(lab.Timeline.Now);
        return null;
    }

    public string? FaultsChanged()
    {
        foreach (var node in lab.Nodes) Recent(causes, node).Enqueue(lab.Timeline.Now);
        return null;
    }

    public string? Published(LabNode node, SiteState word)
    {
        if (!word.IsEvent) return null;
        var sent = Recent(events, node);
        sent.Enqueue(lab.Timeline.Now);
        if (sent.Count <= AMinute) return null;
        var most = AMinute + Recent(causes, node).Count + ((word.Reasons & EventReasons.AdmitChanged) != EventReasons.None ? AMinute : 0);
        return sent.Count > most ? $"{node.Site} sent more than {most} EVENTs within a minute, the last of {word.Reasons}" : null;
    }

    private Queue<Instant> Recent(Dictionary<SiteId, Queue<Instant>> all, LabNode node)
    {
        if (!all.TryGetValue(node.Site.Id, out var recent)) all[node.Site.Id] = recent = [];
        while (recent.TryPeek(out var oldest) && lab.Timeline.Now - oldest > minute) recent.Dequeue();
        return recent;
    }
}
