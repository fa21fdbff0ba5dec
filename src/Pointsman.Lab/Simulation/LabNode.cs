using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Publishing;
using Pointsman.Policy.Tables;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// One site's node: the very machines of the real one (targets, health board, ordering, admission, isolation, DSSP, plan and decision), on a clock of its
/// own. What it lacks is the shell: sockets, threads, files.
/// </summary>
public sealed class LabNode
{
    /// <summary>Up to so many sites a node looks at itself with every probe that ends, as a real one does; past them once in an interval of probes: millions of probes find what was found before.</summary>
    private const int SitesThatLookAlways = 16;

    private readonly LabCluster lab;
    private readonly Random random;
    private readonly LabClock clock;
    private readonly Dictionary<SiteId, SiteState> believed = [];
    private readonly ImmutableArray<Vip> own;
    private readonly LabOrders orders;
    private LabProbes? probes;
    private AdmissionMemory admission = AdmissionMemory.None;
    private DsspMachine? machine;
    private ulong stored;
    private int life;
    private Instant? wakeAt;
    private bool looks;

    internal LabNode(LabCluster lab, Site site, int seed)
    {
        (this.lab, Site) = (lab, site);
        random = new Random(seed);
        clock = new LabClock(lab.Timeline, TimeSpan.FromSeconds(random.Next(1, 1_000_000)));
        own = [.. lab.Cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == site.Id)];
        Answers = new LabAnswers(lab, this);
        orders = new LabOrders(this);
    }

    public Site Site { get; }
    public bool Runs => machine is not null;

    /// <summary>The first round of probes is done: it speaks, and answers by what it sees [S11].</summary>
    public bool IsReady { get; private set; }

    public LabAnswers Answers { get; }

    /// <summary>Changes with every start and crash.</summary>
    public int Lives => life;

    /// <summary>What it holds of every site.</summary>
    public ImmutableDictionary<SiteId, SiteState> States
    {
        get
        {
            var states = machine?.States ?? ImmutableDictionary<SiteId, SiteState>.Empty;
            return believed.Count == 0 ? states : states.SetItems(believed);
        }
    }

    public SiteState? LastPublished => machine?.LastPublished;

    public IEnumerable<PeerStatus> Peers => machine?.Peers ?? [];

    /// <summary>What its own probes say of a site now, for the first service.</summary>
    public HealthState Sees(SiteId site) => Sees(lab.Cluster.Services[0], site);

    /// <summary>The best of what its own probes say of the site's addresses.</summary>
    public HealthState Sees(Service service, SiteId site)
    {
        HealthState? best = null;
        foreach (var vip in service.Vips)
        {
            if (vip.Site != site) continue;
            var seen = Sees(vip.Key);
            if (best is not { } other || Rank(seen) > Rank(other)) best = seen;
        }
        return best ?? HealthState.Unknown;

        // Of what nobody has looked at nobody knows that it is down.
        static int Rank(HealthState state) => state switch { HealthState.Up => 3, HealthState.Suspect => 2, HealthState.Unknown => 1, _ => 0 };
    }

    public HealthState Sees(VipKey vip) => probes?.Sees(vip) ?? HealthState.Unknown;

    /// <summary>The versions of DSSP that it speaks from its next start on.</summary>
    public DsspVersions Versions { get; set; } = DsspVersions.All;

    public int EventsPublished { get; private set; }

    /// <summary>An operator has ordered something of this site that still holds.</summary>
    public bool IsOrdered => orders.IsAny;

    /// <summary>What operators want of the sites, as far as it has come to this node.</summary>
    public ImmutableArray<Override> Orders => orders.InForce;

    /// <summary>On its own clock.</summary>
    public Instant Now => clock.Now;

    internal LabClock Clock => clock;

    internal FrozenDictionary<VipKey, Observation> Observations => probes?.Observations ?? FrozenDictionary<VipKey, Observation>.Empty;

    /// <summary>Starts the process.</summary>
    /// <param name="diskLost">It does not know what it had stored.</param>
    /// <param name="clockLost">Its wall clock went back to the beginning.</param>
    public void Start(bool diskLost = false, bool clockLost = false)
    {
        if (machine is not null) return;
        life++;
        var wall = clockLost ? 1 : clock.WallMilliseconds;
        machine = new DsspMachine(new DsspIdentity(lab.Cluster, Site.Id, Math.Max(wall, diskLost ? 0 : stored + 1), Versions), Now);
        (wakeAt, looks, admission, IsReady) = (null, false, AdmissionMemory.None, false);
        believed.Clear();
        if (diskLost) orders.Lose();
        Answers.Restart(diskLost);
        probes = new LabProbes(lab, this, random);
        probes.Start();
        IsReady = probes.IsFirstRoundDone;
        lab.Watch.Started(this);
        Tick();
    }

    /// <summary>The process dies without a word.</summary>
    public void Crash()
    {
        (machine, probes, IsReady) = (null, null, false);
        life++;
    }

    /// <summary>Something about its own VIPs.</summary>
    public void ConditionChanged()
    {
        Changed();
        Tick();
    }

    /// <summary>What an operator tells this node of its own site; nothing when the node is not there to hear it.</summary>
    internal void Order(OverrideKind kind)
    {
        if (machine is null) return;
        orders.Give(kind);
        // Who lifts an order wants users back: nothing is held that he would have to let go a second time.
        if (kind == OverrideKind.Clear) admission = Admission.Release(admission, null, out _);
        Changed();
        Tick();
    }

    /// <summary>The table of the first service that this node computes of its own columns.</summary>
    public HandOffTable Table() => Answers.Table(0);

    public Snapshot Snapshot() => Answers.Snapshot();

    internal void Connected(SiteId peer) => Drive(() => machine!.Connected(peer, Now));

    internal void Disconnected(SiteId peer)
    {
        machine?.Disconnected(peer);
        Replan();
    }

    internal void Receive(SiteId peer, Envelope envelope)
    {
        if (machine is null) return;
        if (!envelope.TryOpen(Now, out var frame, out var fault))
        {
            Drive(() => machine.ReceivedCorrupt(peer, fault, Now));
            return;
        }
        foreach (var effect in machine.Receive(peer, frame, Now)) Carry(effect);
        if (lab.Settings.Tampering.BelievesOldWords && frame.State is { } word) Believe(word);
        // A word that renews another lets it age later, never sooner: the waking that is planned is early enough. Asking a hundred columns at each word is dear.
        if (frame.State is null || wakeAt is null) Replan();
    }

    /// <summary>A probe ended.</summary>
    internal void Probed(VipKey vip, in HealthStep step, bool isFirstRoundDone)
    {
        IsReady |= isFirstRoundDone;
        if (step.Changed || isFirstRoundDone) Changed();
        if (step.WentDown) lab.Watch.SawDown(this, vip);
        if (step.Changed || isFirstRoundDone || lab.Cluster.Sites.Length <= SitesThatLookAlways) Tick();
        else LookSoon();
    }

    /// <summary>What its own VIPs are, as its switch would report them.</summary>
    internal IEnumerable<VipReport> Measured() => own.Select(vip => orders.Rulings.Into(new VipReport
    {
        Vip = vip.Key,
        Condition = lab.World.ConditionOf(vip.Key),
        ConnectionsActive = lab.World.LoadOf(Site.Id),
        ConnectionsMax = vip.MaxConnections,
    }));

    /// <summary>In this life, when its own clock has gone on by so much.</summary>
    internal void Later(TimeSpan own, Action work)
    {
        var started = life;
        lab.Timeline.After(clock.TrueSpan(own), () =>
        {
            if (life == started) work();
        });
    }

    private void LookSoon()
    {
        if (looks) return;
        looks = true;
        Later(lab.Settings.Probe.Interval, () =>
        {
            looks = false;
            Tick();
        });
    }

    private void Tick() => Drive(() => machine!.Tick(Now, Report()));

    private void Drive(Func<IReadOnlyList<IDsspEffect>> work)
    {
        if (machine is null) return;
        foreach (var effect in work()) Carry(effect);
        Replan();
    }

    /// <summary>Null while it has no view of its own: then it only listens.</summary>
    private LocalReport? Report()
    {
        if (!IsReady) return null;
        var report = new LocalReport
        {
            SelfReport = orders.Rulings.SelfReportOf(Site.Id),
            VotesMuted = Isolation.IsMuted(lab.Cluster, Site.Id, Observations),
            Vips = Admitted(),
            Observations = [.. Observations.Values.OrderBy(seen => seen.Vip.Service).ThenBy(seen => seen.Vip.Site)],
            Orders = Ordering.Next(lab.Cluster, Site.Id, Observations, machine!.LastPublished?.Orders ?? []),
            Overrides = orders.ToPassOn,
        };
        return lab.Settings.Tampering.Says is { } other ? other(this, report) : report;
    }

    private ImmutableArray<VipReport> Admitted()
    {
        // Probes end all the time, so that it is asked as often as it wants to be.
        var step = Admission.Next(lab.Cluster, Site.Id, admission, [.. Measured().Select(report => new MeasuredVip(report))], States, Now);
        admission = step.Next;
        return [.. step.Published.Select(orders.Rulings.Into)];
    }

    private void Carry(IDsspEffect effect)
    {
        switch (effect)
        {
            case SendFrame send:
                lab.Network.Send(Site.Id, send.Peer, lab.EnvelopeOf(send.Frame, Now));
                break;
            case ClosePeer close:
                lab.Network.Close(Site.Id, close.Peer);
                break;
            case VipSuspected suspected when probes!.Suspect(suspected.Vip, Now):
                Changed();
                break;
            case StateAged:
                Changed();
                break;
            case StateAccepted { State: var word } when word.Site == Site.Id:
                stored = word.Incarnation;
                if (word.IsEvent) EventsPublished++;
                lab.Watch.Published(this, word);
                Changed();
                break;
            case StateAccepted accepted:
                believed.Remove(accepted.State.Site);
                orders.Hear(accepted.State.Site, accepted.State.Overrides);
                lab.Watch.Accepted(this, accepted.State);
                Changed();
                break;
        }
    }

    private void Believe(SiteState word)
    {
        if (machine!.States.TryGetValue(word.Site, out var held) && held.Sequence == word.Sequence && held.Incarnation == word.Incarnation) return;
        believed[word.Site] = word;
        lab.Watch.Accepted(this, word);
        Changed();
    }

    private void Changed()
    {
        Answers.Change();
        lab.Watch.Changed(this);
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
