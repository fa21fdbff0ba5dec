using System.Collections.Frozen;
using System.Collections.Immutable;
using Pointsman.Dssp;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Publishing;

namespace Pointsman.Lab.Load;

/// <summary>
/// One site's node under load: the very machines of the real one. Its probes end at the tracker, its words are made by the ordering and the DSSP
/// machine, its plan is compiled as the one writer does it, and whoever asks is answered by the one decision. What it does not have is the wire: frames
/// are handed over as they are (the other simulation takes them through the codec), and a plan is made when it is asked for, at most once a second.
/// </summary>
internal sealed class Speaker(LoadWorld world, Site site, int index, int seed)
{
    private readonly TurnCursors cursors = new((ulong)seed);
    private HealthBoard board = new();
    private FrozenDictionary<VipKey, Observation>? mine;
    private FrozenDictionary<ServiceId, ImmutableArray<SiteId>> lastGood = FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty;
    private DsspMachine? machine;
    private AdmissionMemory admission = AdmissionMemory.None;
    private FrozenDictionary<SiteId, SiteState>? states;
    private ulong incarnation;
    private Plan? plan;
    private bool isStale = true;
    private long snapshots;
    private int compiledAt = -1;
    private Instant? wakeAt;
    private Instant? admissionAt;

    public Site Site { get; private set; } = site;
    public int Index => index;
    public bool Runs => machine is not null;

    /// <summary>Changes with every start and stop: what was asked for in another life is not done in this one.</summary>
    public int Life { get; private set; }

    public ImmutableArray<ProbeTarget> Targets { get; private set; } = [];

    private FrozenDictionary<VipKey, Observation> Mine => mine ??= board.RemoteObservations();

    public void Start()
    {
        if (machine is not null) return;
        Life++;
        machine = new DsspMachine(new DsspIdentity(world.Cluster, Site.Id, ++incarnation), world.Now);
        (board, mine, plan, isStale) = (new HealthBoard(), null, null, true);
        (wakeAt, admissionAt, admission, states) = (null, null, AdmissionMemory.None, null);
        Aim();
        Tick();
    }

    /// <summary>Without a word.</summary>
    public void Stop()
    {
        Life++;
        (machine, plan) = (null, null);
    }

    public void Configure()
    {
        Site = world.Cluster.FindSite(Site.Id)!;
        Aim();
        Drive(() => machine!.Reconfigure(world.Cluster, world.Now));
        Tick();
    }

    public void Connected(SiteId peer) => Drive(() => machine!.Connected(peer, world.Now));

    public void Disconnected(SiteId peer) => machine?.Disconnected(peer);

    public void Receive(SiteId peer, DsspFrame frame)
    {
        if (machine is null) return;
        foreach (var effect in machine.Receive(peer, frame, world.Now)) Carry(effect);
        // A word that renews another lets it age later, never sooner: the waking that is planned is early enough. Asking a hundred columns at each word is dear.
        if (frame.State is null || wakeAt is null) Replan();
    }

    /// <summary>Something that this node says of itself, or sees, changed.</summary>
    public void Tick()
    {
        isStale = true;
        Drive(() => machine!.Tick(world.Now, Report()));
    }

    /// <summary>Looks at its own load, as a node does with every probe that ends: a word leaves only when it admits another part than it said last.</summary>
    public void LookAtLoad()
    {
        if (machine is not { } running) return;
        var admitted = Admit();
        if (running.LastPublished is not { } last || !admitted.All(report => last.ReportOf(report.Vip)?.AdmitMillionths == report.AdmitMillionths)) Tick();
    }

    /// <summary>A probe of another site's VIP ended.</summary>
    /// <returns>Null when nobody waits for it any more.</returns>
    public HealthStep? Probed(ProbeTarget target, ProbeResult result)
    {
        if (machine is null || board.Apply(target, result, world.Now) is not { } step) return null;
        mine = null;
        isStale = true;
        if (step.Changed) Tick();
        return step;
    }

    public Observation? Sees(VipKey vip) => board.Find(new TargetKey(vip))?.Observation;

    /// <summary>The plan in force.</summary>
    public Plan Plan(int second)
    {
        if (plan is not null && (!isStale || compiledAt == second)) return plan;
        (isStale, compiledAt) = (false, second);
        plan = Policy.Plans.Plan.Compile(Snapshot(), world.Places, plan);
        lastGood = plan.LastGood();
        return plan;
    }

    public Decision Answer(int second, in Client client) => Decider.Decide(Plan(second), world.Service, client, cursors.Next(AddressKind.A, world.Now));

    public Decision Redirect(int second, in Client client, ReadOnlySpan<SiteId> visited) =>
        Decider.Decide(Plan(second), world.Service, client, new Arrival(Site.Id, visited));

    private void Aim()
    {
        Targets = [.. Health.Targets.Remote(world.Cluster, Site.Id)];
        board.Replace(Targets);
        mine = null;
        isStale = true;
    }

    private Snapshot Snapshot() => new()
    {
        Id = ++snapshots,
        Time = DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(world.Now.Micros),
        Now = world.Now,
        Cluster = world.Cluster,
        Self = Site.Id,
        States = States,
        Mine = Mine,
        Local = world.Measured(index).ToFrozenDictionary(measured => measured.Report.Vip, measured => measured.Report),
        LastGood = lastGood,
    };

    private FrozenDictionary<SiteId, SiteState> States => states ??= machine!.States.ToFrozenDictionary();

    private ImmutableArray<VipReport> Admit()
    {
        var word = Admission.Next(world.Cluster, Site.Id, admission, world.Measured(index), States, world.Now);
        admission = word.Next;
        if (word.Wake is { } wake && (admissionAt is not { } planned || wake < planned))
        {
            admissionAt = wake;
            var life = Life;
            world.Timeline.At(wake, () =>
            {
                if (life != Life || admissionAt != wake) return;
                admissionAt = null;
                LookAtLoad();
            });
        }
        return word.Published;
    }

    private LocalReport Report()
    {
        var reports = Admit();
        return new LocalReport
        {
            VotesMuted = Isolation.IsMuted(world.Cluster, Site.Id, Mine),
            Sessions = reports.Sum(report => report.ConnectionsActive),
            Vips = reports,
            Observations = [.. Mine.Values.OrderBy(seen => seen.Vip.Service).ThenBy(seen => seen.Vip.Site)],
            Orders = Ordering.Next(world.Cluster, Site.Id, Mine, machine!.LastPublished?.Orders ?? []),
        };
    }

    private void Drive(Func<IReadOnlyList<IDsspEffect>> work)
    {
        if (machine is null) return;
        foreach (var effect in work()) Carry(effect);
        Replan();
    }

    private void Carry(IDsspEffect effect)
    {
        switch (effect)
        {
            case SendFrame send:
                world.Send(index, send.Peer, send.Frame);
                break;
            case VipSuspected suspected when board.Suspect(suspected.Vip, world.Now):
                mine = null;
                world.Prober.Now(this, suspected.Vip);
                break;
            case StateAccepted or StateAged:
                (isStale, states) = (true, null);
                break;
        }
    }

    /// <summary>Wakes the machine when it asks to be, and never twice for one asking.</summary>
    private void Replan()
    {
        if (machine?.NextWake(world.Now) is not { } wake || (wakeAt is { } planned && planned <= wake)) return;
        wakeAt = wake;
        var life = Life;
        world.Timeline.At(wake, () =>
        {
            if (life != Life || wakeAt != wake) return;
            wakeAt = null;
            Tick();
        });
    }
}
