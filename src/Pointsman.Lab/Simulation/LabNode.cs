using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Publishing;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// One site's node: the very machines of the real one (DSSP, health tracking, ordering, isolation) on a clock of its own that started
/// at another instant than everybody else's, so that comparing two nodes' instants anywhere would show.
/// </summary>
public sealed class LabNode
{
    private static readonly TimeSpan FirstSpread = TimeSpan.FromSeconds(1);
    private readonly LabCluster lab;
    private readonly Random random;
    private readonly TimeSpan clockOffset;
    private readonly List<string> faults = [];
    private readonly Dictionary<SiteId, (int Life, ulong Incarnation, ulong Sequence)> newest = [];
    private HealthBoard board = new();
    private FrozenDictionary<VipKey, Observation> mine = FrozenDictionary<VipKey, Observation>.Empty;
    private AdmissionMemory admission = AdmissionMemory.None;
    private DsspMachine? machine;
    private ulong stored;
    private int life;
    private Instant? wakeAt;

    internal LabNode(LabCluster lab, Site site, int seed)
    {
        (this.lab, Site) = (lab, site);
        random = new Random(seed);
        clockOffset = TimeSpan.FromSeconds(random.Next(1, 1_000_000));
    }

    public Site Site { get; }
    public bool Runs => machine is not null;

    /// <summary>Changes with every start and crash.</summary>
    public int Lives => life;
    public ImmutableDictionary<SiteId, SiteState> States => machine?.States ?? ImmutableDictionary<SiteId, SiteState>.Empty;

    /// <summary>What its own probes say of a site now.</summary>
    public HealthState Sees(SiteId site) => mine.Values.FirstOrDefault(seen => seen.Vip.Site == site)?.State ?? HealthState.Unknown;

    public int EventsPublished { get; private set; }

    /// <summary>What it did against the rules; empty, or there is a defect.</summary>
    public IReadOnlyList<string> Faults => faults;

    private Instant Now => lab.Timeline.Now + clockOffset;

    /// <summary>Starts the process. A forgetful one lost its disk, and its wall clock went back to the beginning.</summary>
    public void Start(bool forgetful)
    {
        if (machine is not null) return;
        life++;
        var wall = forgetful ? 1UL : 1_000_000UL + (ulong)(lab.Timeline.Now.Micros / 1000);
        var incarnation = Math.Max(wall, forgetful ? 0 : stored + 1);
        machine = new DsspMachine(new DsspIdentity(lab.Cluster, Site.Id, incarnation), Now);
        (board, wakeAt, admission) = (new HealthBoard(), null, AdmissionMemory.None);
        var targets = Targets.Remote(lab.Cluster, Site.Id).ToArray();
        board.Replace(targets);
        mine = board.RemoteObservations();
        foreach (var target in targets) Later(FirstSpread * random.NextDouble(), () => Probe(target));
        Tick();
    }

    /// <summary>The process dies without a word.</summary>
    public void Crash()
    {
        machine = null;
        life++;
    }

    public void ConditionChanged() => Tick();

    /// <summary>The table that this node computes of its own columns.</summary>
    public HandOffTable Table() => HandOffTable.From(Snapshot(), lab.Cluster.Services[0]);

    public Snapshot Snapshot() => new()
    {
        Id = 1,
        Time = default,
        Now = Now,
        Cluster = lab.Cluster,
        Self = Site.Id,
        States = States.ToFrozenDictionary(),
        Mine = mine,
    };

    internal void Connected(SiteId peer) => Drive(() => machine!.Connected(peer, Now));

    internal void Disconnected(SiteId peer)
    {
        machine?.Disconnected(peer);
        Replan();
    }

    internal void Receive(SiteId peer, byte[] bytes) => Drive(() => FrameCodec.TryDecode(bytes, Now, out var frame, out var fault)
        ? machine!.Receive(peer, frame, Now)
        : machine!.ReceivedCorrupt(peer, fault));

    private void Tick() => Drive(() => machine!.Tick(Now, Local()));

    private void Drive(Func<IReadOnlyList<IDsspEffect>> work)
    {
        if (machine is null) return;
        foreach (var effect in work()) Carry(effect);
        Replan();
    }

    private LocalReport Local() => new()
    {
        VotesMuted = Isolation.IsMuted(lab.Cluster, Site.Id, mine),
        Vips = Admitted(),
        Observations = [.. mine.Values.OrderBy(seen => seen.Vip.Service).ThenBy(seen => seen.Vip.Site)],
        Orders = Ordering.Next(lab.Cluster, Site.Id, mine, machine!.LastPublished?.Orders ?? []),
    };

    private ImmutableArray<VipReport> Admitted()
    {
        var own = lab.Cluster.Services[0].Vips.Where(vip => vip.Site == Site.Id).Select(vip => new MeasuredVip(new VipReport
        {
            Vip = vip.Key,
            Condition = lab.World.ConditionOf(Site.Id),
            ConnectionsActive = lab.World.LoadOf(Site.Id),
            ConnectionsMax = vip.MaxConnections,
        }));
        // Probes end all the time, so that it is asked as often as it wants to be.
        var step = Admission.Next(lab.Cluster, Site.Id, admission, [.. own], States.ToFrozenDictionary(), Now);
        admission = step.Next;
        return step.Published;
    }

    private void Carry(IDsspEffect effect)
    {
        switch (effect)
        {
            case SendFrame send:
                lab.Network.Send(Site.Id, send.Peer, FrameCodec.Encode(send.Frame, Now));
                break;
            case ClosePeer close:
                lab.Network.Close(Site.Id, close.Peer);
                break;
            case VipSuspected suspected when board.Suspect(suspected.Vip, Now):
                mine = board.RemoteObservations();
                Probe(Targets.Remote(lab.Cluster, Site.Id).First(target => target.Key.Vip == suspected.Vip), again: false);
                break;
            case StateAccepted { State: var state } when state.Site == Site.Id:
                stored = state.Incarnation;
                if (state.IsEvent) EventsPublished++;
                break;
            case StateAccepted accepted:
                CheckMonotone(accepted.State);
                break;
        }
    }

    private void CheckMonotone(SiteState state)
    {
        if (newest.TryGetValue(state.Site, out var held) && held.Life == life && (held.Incarnation, held.Sequence).CompareTo((state.Incarnation, state.Sequence)) >= 0)
            faults.Add($"{Site} accepted {state.Incarnation}.{state.Sequence} of {state.Site} after {held.Incarnation}.{held.Sequence}");
        newest[state.Site] = (life, state.Incarnation, state.Sequence);
    }

    private void Probe(ProbeTarget target, bool again = true)
    {
        var tested = target.Key.Vip.Site;
        var settings = target.Settings;
        if (again) Later(settings.Interval * (0.95 + (0.1 * random.NextDouble())), () => Probe(target));
        var answers = lab.World.Answers(Site.Id, tested);
        var elapsed = (long)(lab.World.TimeOf(Site.Id, tested) * (0.99 + (0.02 * random.NextDouble())));
        var took = answers ? TimeSpan.FromMicroseconds(elapsed) : settings.Timeout;
        Later(took, () => Probed(target, answers && lab.World.Answers(Site.Id, tested) ? ProbeResult.Success(elapsed, "200 OK") : ProbeResult.Failure(elapsed, "no answer")));
    }

    private void Probed(ProbeTarget target, ProbeResult result)
    {
        if (board.Apply(target, result, Now) is not { } step) return;
        mine = board.RemoteObservations();
        if (step.ProbeAgain) Later(TimeSpan.FromMilliseconds(200), () => Probe(target, again: false));
        Tick();
    }

    private void Later(TimeSpan span, Action work)
    {
        var started = life;
        lab.Timeline.After(span, () =>
        {
            if (life == started && machine is not null) work();
        });
    }

    /// <summary>Wakes the machine when it asks to be, and never twice for one asking.</summary>
    private void Replan()
    {
        if (machine?.NextWake(Now) is not { } wake || (wakeAt is { } planned && planned <= wake)) return;
        wakeAt = wake;
        Later(wake - Now, () =>
        {
            if (wakeAt != wake) return;
            wakeAt = null;
            Tick();
        });
    }
}
