using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// What one node answers: the real plan, compiled of what the node holds as its one writer does it, and the real decision. A plan is made when somebody
/// asks for it and what it is made of has changed.
/// </summary>
public sealed class LabAnswers
{
    private static readonly Client somebody = Client.From([192, 0, 2, 1]);
    private readonly LabCluster lab;
    private readonly LabNode node;
    private FrozenDictionary<ServiceId, ImmutableArray<SiteId>> lastGood = FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty;
    private Plan? plan;
    private bool isStale = true;
    private long snapshots;

    internal LabAnswers(LabCluster lab, LabNode node) => (this.lab, this.node) = (lab, node);

    /// <summary>Another plan, another number.</summary>
    public long Number => snapshots;

    public Plan Plan
    {
        get
        {
            if (plan is null || isStale)
            {
                plan = Policy.Plans.Plan.Compile(Snapshot(), Places.Shipped, plan);
                isStale = false;
                lastGood = plan.LastGood();
            }
            return plan;
        }
    }

    public HandOffTable Table(int service) => Plan.Services[service].Table;

    public Verdict Verdict(int service) => Plan.Services[service].Verdict;

    /// <summary>Whom its answers may name first, best first; the lab's users have no place, so that all of them are one class.</summary>
    public IEnumerable<Site> Named(int service)
    {
        var of = Plan.Services[service];
        return of.SharesOf(of.ClassOf(somebody)).Select(part => of.Sites[part.Row].Site);
    }

    public bool Names(int service, SiteId site)
    {
        var of = Plan.Services[service];
        foreach (var (row, _) in of.SharesOf(of.ClassOf(somebody)))
        {
            if (of.Sites[row].Site.Id == site) return true;
        }
        return false;
    }

    /// <summary>What the one decision says to whoever has this turn.</summary>
    public Decision Decide(int service, ulong turn) => Decider.Decide(Plan, service, somebody, Turn.Number(turn));

    /// <summary>What is known or seen has changed.</summary>
    internal void Change() => isStale = true;

    /// <summary>Another life: what was good before comes from the disk, if it is still there.</summary>
    internal void Restart(bool isDiskLost)
    {
        (plan, isStale) = (null, true);
        if (isDiskLost) lastGood = FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty;
    }

    internal Snapshot Snapshot()
    {
        var snapshot = new Snapshot
        {
            Id = ++snapshots,
            Time = default,
            Now = node.Now,
            Cluster = lab.Cluster,
            Self = node.Site.Id,
            States = node.States.ToFrozenDictionary(),
            Mine = node.Observations,
            Local = node.Measured().ToFrozenDictionary(report => report.Vip),
            LastGood = lastGood,
            Overrides = node.Orders,
            Ready = node.IsReady,
        };
        return lab.Settings.Tampering.Decides is { } other ? other(node, snapshot) : snapshot;
    }
}
