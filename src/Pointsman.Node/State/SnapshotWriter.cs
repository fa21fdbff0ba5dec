using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Threading.Channels;
using Pointsman.Dssp;
using Pointsman.Dssp.Pki;
using Pointsman.Health;
using Pointsman.Model;
using Pointsman.Policy.Plans;
using Pointsman.Policy.Publishing;
using Pointsman.Policy.Tables;
using Pointsman.Topology;

namespace Pointsman.Node.State;

/// <summary>
/// The one writer of snapshots. Whatever changes (a probe's result, a peer's word, a VIP at its limit, a new configuration) comes in through
/// one channel, is applied by one loop, and ends as one new snapshot, compiled to a plan and published. Nothing else writes; whatever answers
/// reads the published plan once and never waits.
/// </summary>
/// <remarks>Changes that come close together share a snapshot: the loop empties the channel before it publishes. Nothing waits for more to come,
/// so that bad news is in the answers at once; but for numbers that move while nobody comes or goes.</remarks>
internal sealed class SnapshotWriter(SiteId self, TimeProvider time, EventLog log, WriterOutputs outputs) : IAsyncDisposable
{
    /// <summary>Short against any interval, long against the time between two of a thousand targets' results.</summary>
    private static readonly TimeSpan NumbersTogether = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Action> changes = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HealthBoard board = new();
    private readonly Dictionary<SiteId, SiteState> states = [];
    private readonly StateDiary diary = new(log);

    // How long after an order's end, at the latest, a node whose clock was set notices.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly List<Action> afterPublish = [];
    private Cluster cluster = new() { Name = "", Sites = [], Services = [] };
    private Places places = Places.Shipped;
    private FrozenDictionary<ServiceId, ImmutableArray<SiteId>> lastGood = FrozenDictionary<ServiceId, ImmutableArray<SiteId>>.Empty;
    private bool ready;
    private SelfReport selfReport;
    private long nextId = 1;
    private Task loop = Task.CompletedTask;
    private volatile Plan? plan;
    private readonly OwnersWord word = new();
    private readonly OverrideBook orders = new(self, log);
    private OverrideDiary? ordersDiary;
    private ImmutableArray<Override> inForce = [];
    private Rulings rulings = Rulings.None;
    private ITimer? ending;
    private bool changed;
    private ITimer? waking;
    private ITimer? numbers;
    private bool numbersWait;
    private volatile Publishable publishable = new(false, SelfReport.None, false, [], [], FrozenDictionary<VipKey, VipReport>.Empty, Rulings.None, []);

    // What DSSP may publish, as of the last snapshot. Volatile as one reference.
    private sealed record Publishable(bool Ready, SelfReport SelfReport, bool Muted, ImmutableArray<Observation> Observations, ImmutableArray<PreferenceOrder> Orders, FrozenDictionary<VipKey, VipReport> Admitted, Rulings Rulings, ImmutableArray<Override> PassedOn);

    /// <summary>The plan in force; null until the first configuration was applied.</summary>
    public Plan? Plan => plan;

    public bool IsReady => publishable.Ready;

    public bool IsMuted => publishable.Muted;

    public void Start() => loop = RunAsync();

    /// <summary>Takes a checked configuration; done when the first plan made from it is published.</summary>
    public Task ConfigureAsync(Cluster next, Places nextPlaces, IEnumerable<ProbeTarget> targets) => PostAndPublishAsync(() =>
    {
        cluster = next;
        places = nextPlaces;
        board.Replace(targets, Instant.Read(time));
        orders.Use(next, time.GetUtcNow());
        Obey();
        foreach (var gone in states.Keys.Where(site => next.FindSite(site) is null).ToArray()) states.Remove(gone);
        TellServerStates();
    });

    /// <summary>What was known before the last stop, for the time until the first probe round is done [S11].</summary>
    public void Restore(FrozenDictionary<ServiceId, ImmutableArray<SiteId>> sites) => Post(() => lastGood = sites);

    /// <summary>What was known of the targets before the last stop. To be called before the first configuration.</summary>
    public void Remember(IEnumerable<(TargetKey Key, TrackedHealth Health)> known)
    {
        var all = known.ToArray();
        Post(() => board.Remember(all));
    }

    /// <summary>What is known of every target now. Any thread.</summary>
    public Task<(TargetKey Key, TrackedHealth Health)[]> TrackedAsync()
    {
        var read = new TaskCompletionSource<(TargetKey, TrackedHealth)[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Reads only: nothing is to be published for it.
        if (!changes.Writer.TryWrite(() => read.SetResult([.. board.All]))) read.SetResult([]);
        return read.Task;
    }

    /// <summary>The services of this site that were held before the last stop.</summary>
    public void RestoreHeld(ImmutableArray<ServiceId> services) => Post(() => word.Restore(services));

    /// <summary>The operator's word: what this site holds back takes its users again. Null = every service. Done when that is published; which ones it was.</summary>
    public async Task<ImmutableArray<ServiceId>> FailbackAsync(ServiceId? service)
    {
        var released = ImmutableArray<ServiceId>.Empty;
        await PostAndPublishAsync(() => released = word.Release(service));
        return released;
    }

    /// <summary>Whose signatures count from now on; orders known already are held against them with the next configuration.</summary>
    public void Believe(OperatorSignatures signatures) => Post(() => orders.Believe(signatures));

    /// <summary>The orders that were known before the last stop.</summary>
    public void RestoreOrders(ImmutableArray<Override> stored) => Post(() => orders.Restore(stored));

    /// <summary>An operator's order, given to this node; null when it holds and is published, else why it does not.</summary>
    public async Task<string?> OrderAsync(Override order)
    {
        string? fault = null;
        await PostAndPublishAsync(() =>
        {
            if ((fault = orders.Take(order, time.GetUtcNow())) is null) Obey();
        });
        return fault;
    }

    /// <summary>All orders known here, and what was refused; any thread.</summary>
    public OverrideBook Orders => orders;

    /// <summary>From time to time: tells of forced sites that somebody may have forgotten.</summary>
    public void RemindOfOrders() => changes.Writer.TryWrite(() => ordersDiary?.Remind(cluster, time.GetUtcNow()));

    /// <summary>How each own VIP stands, and which services this site holds back.</summary>
    public AdmissionMemory Admission => word.Memory;

    public void ProbeEnded(ProbeTarget target, ProbeResult result, Instant endedAt) => changes.Writer.TryWrite(() => Apply(target, result, endedAt));

    public void Accepted(SiteState state) => Post(() =>
    {
        if (cluster.FindSite(state.Site) is null) return;
        diary.Heard(cluster, self, states.GetValueOrDefault(state.Site), state, Instant.Read(time));
        if (state.Site != self && orders.Hear(state.Site, state.Overrides, time.GetUtcNow())) Obey();
        // Judged and kept in the book: nobody reads them in the column again.
        states[state.Site] = state.Overrides.IsEmpty ? state : state with { Overrides = [] };
    });

    /// <summary>Another site says that this VIP is down: it is looked at now, and still counts as up here [S9].</summary>
    public void Suspected(VipKey vip, SiteId by) => Post(() =>
    {
        if (!board.Suspect(vip, Instant.Read(time))) return;
        diary.Suspected(cluster, vip, by, Instant.Read(time));
        outputs.ProbeNow(new TargetKey(vip));
    });

    /// <summary>Something read live (a VIP's condition, a column's age) is not what it was: publish anew.</summary>
    public void Refresh() => Post(static () => { });

    public void VipChanged(VipKey vip, VipCondition condition) => Post(() => diary.VipChanged(cluster, vip, condition));

    /// <summary>The first round of probes is done: from now on this node has a view of its own. Done when that is published.</summary>
    public Task FirstRoundDoneAsync() => PostAndPublishAsync(() =>
    {
        if (ready) return;
        ready = true;
        log.Add("ready", "the first round of probes is done");
    });

    /// <summary>What this site says of itself from now on; done when <see cref="Report"/> says so.</summary>
    public Task SetSelfReportAsync(SelfReport report) => PostAndPublishAsync(() => selfReport = report);

    /// <summary>What this node would tell its peers now; null while it has no view of its own. Any thread.</summary>
    public LocalReport? Report()
    {
        var now = publishable;
        if (!now.Ready || plan is not { } current) return null;
        var reports = AllReports(current.Snapshot.Cluster, outputs.VipReports(), current.Snapshot.Local, now.Rulings).Select(report => now.Rulings.Into(OwnersWord.Into(report, now.Admitted))).ToImmutableArray();
        return new LocalReport
        {
            SelfReport = now.SelfReport,
            VotesMuted = now.Muted,
            MemoryFreeBytes = Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet),
            Sessions = reports.Sum(report => report.ConnectionsActive),
            Vips = reports,
            Observations = now.Observations,
            Orders = now.Orders,
            Tables = () => plan?.TableWord,
            Overrides = now.PassedOn,
        };
    }

    private void Post(Action change) => changes.Writer.TryWrite(() =>
    {
        change();
        changed = true;
    });

    private Task PostAndPublishAsync(Action change)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            change();
            afterPublish.Add(done.SetResult);
        });
        return done.Task;
    }

    private async Task RunAsync()
    {
        while (await changes.Reader.WaitToReadAsync())
        {
            try
            {
                while (changes.Reader.TryRead(out var change)) change();
                if (changed) Publish();
            }
            catch (Exception bug)
            {
                // A bug in one change must not end the publishing of all others: the plan before stays in force, and the event says so.
                log.Add("bug", $"a change could not be published: {bug}");
            }
        }
    }

    private void Apply(ProbeTarget target, ProbeResult result, Instant endedAt)
    {
        if (board.Apply(target, result, endedAt) is not { } step) return;
        if (step.ProbeAgain) outputs.ProbeNow(target.Key);
        if (!step.Changed)
        {
            PublishSoon();
            return;
        }

        changed = true;
        diary.ProbeChanged(cluster, target, step, endedAt);
        if (target.Key.Server is { } server) outputs.SetServerUp(target.Key.Vip, server, IsUsed(target.Key.Vip, step.Next.Observation.IsUp));
    }

    /// <summary>
    /// An average moved by a hair: true of every probe, and a large mesh has hundreds a second. They wait for each other a moment, so that what a snapshot costs is paid a few
    /// times a second; what comes or goes is published at once, and they with it.
    /// </summary>
    private void PublishSoon()
    {
        if (numbersWait) return;
        numbersWait = true;
        numbers ??= time.CreateTimer(_ => changes.Writer.TryWrite(() => changed |= numbersWait), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        numbers.Change(NumbersTogether, Timeout.InfiniteTimeSpan);
    }

    private void TellServerStates()
    {
        foreach (var vip in cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == self))
        {
            foreach (var (server, seen) in board.Servers(vip.Key)) outputs.SetServerUp(vip.Key, server, IsUsed(vip.Key, seen.IsUp));
        }
    }

    /// <summary>An own real server takes connections: as it is measured, unless an operator says otherwise.</summary>
    private bool IsUsed(VipKey vip, bool isUp) => rulings.For(vip.Site, vip.Service)?.Kind switch { OverrideKind.ForceUp => true, OverrideKind.ForceDown => false, _ => isUp };

    /// <summary>The orders, or those in force, may be other ones: makes them so here.</summary>
    private void Obey()
    {
        var now = time.GetUtcNow();
        var before = inForce;
        inForce = orders.Known.InForce(now);
        rulings = Rulings.Of(inForce);
        (ordersDiary ??= new OverrideDiary(log, orders.NameOf)).InForce(cluster, inForce, orders.Known, Instant.Read(time));
        outputs.OrdersChanged();
        ending ??= time.CreateTimer(_ => changes.Writer.TryWrite(Ended), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // The wall clock may be set meanwhile: looked at again each minute.
        ending.Change(orders.Known.NextEnd(now) is { } end ? (end - now < LookAgain ? end - now : LookAgain) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (before.SequenceEqual(inForce)) return;
        TellServerStates();
        // Whoever lifts an order, or forces up, wants users back: nothing is held that he would have to let go a second time.
        foreach (var gone in before.Where(old => old.Key.Site == self && inForce.All(one => one.Key != old.Key))) word.Release(gone.Key.Service);
        foreach (var forced in inForce.Where(one => one.Key.Site == self && one.Kind == OverrideKind.ForceUp && !before.Contains(one))) word.Release(forced.Key.Service);
    }

    private void Ended()
    {
        var before = inForce;
        Obey();
        changed |= !before.SequenceEqual(inForce);
    }

    /// <summary>Time alone has passed: what an own VIP admits may have to change with it. Where it does not, there is nothing to publish.</summary>
    private void Woken() => changed |= Admit(LocalReports());

    private bool Admit(FrozenDictionary<VipKey, VipReport> local)
    {
        var told = word.Next(cluster, self, local, outputs.Arrivals(), states, Instant.Read(time), out var wake);
        diary.Admitted(cluster, self, word.Memory.Views);
        waking ??= time.CreateTimer(_ => changes.Writer.TryWrite(Woken), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        waking.Change(wake ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return told;
    }

    private void Publish()
    {
        (changed, numbersWait) = (false, false);
        var mine = board.RemoteObservations();
        var local = LocalReports();
        Admit(local);
        var muted = Isolation.IsMuted(cluster, self, mine);
        var published = states.GetValueOrDefault(self)?.Orders ?? [];
        var preferred = Ordering.Next(cluster, self, mine, published);
        diary.Muted(muted);
        var said = selfReport == SelfReport.None ? rulings.SelfReportOf(self) : selfReport;
        publishable = new Publishable(ready, said, muted, [.. mine.Values.OrderBy(seen => seen.Vip.Service).ThenBy(seen => seen.Vip.Site)], preferred, word.Published, rulings, orders.ToPassOn);

        var snapshot = new Snapshot
        {
            Id = nextId++,
            Time = time.GetUtcNow(),
            Now = Instant.Read(time),
            Cluster = cluster,
            Self = self,
            States = states.ToFrozenDictionary(),
            Mine = mine,
            Local = local,
            LastGood = lastGood,
            Overrides = inForce,
            Ready = ready,
        };
        var next = Plan.Compile(snapshot, places, plan);
        lastGood = next.LastGood();
        plan = next;
        diary.Compiled(next);
        outputs.Published(next);
        outputs.LocalChanged();
        foreach (var done in afterPublish) done();
        afterPublish.Clear();
    }

    private FrozenDictionary<VipKey, VipReport> LocalReports()
    {
        var external = new Dictionary<VipKey, VipReport>();
        foreach (var vip in cluster.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == self && vip.Servers.IsDefaultOrEmpty))
        {
            // Served by something else: no connections to count here, but it is probed as its own one real server.
            var up = board.Servers(vip.Key).Any(server => server.Seen.IsUp);
            external[vip.Key] = new VipReport { Vip = vip.Key, Condition = up ? VipCondition.Up : VipCondition.Down, ConnectionsMax = vip.MaxConnections, ServersUp = up ? 1 : 0, ServersTotal = 1 };
        }

        return AllReports(cluster, outputs.VipReports(), external, rulings).ToFrozenDictionary(report => report.Vip);
    }

    // The switch's live reports, and what stands in the snapshot for VIPs that the switch does not serve.
    private ImmutableArray<VipReport> AllReports(Cluster of, ImmutableArray<VipReport> live, IReadOnlyDictionary<VipKey, VipReport> others, Rulings obeyed)
    {
        var reports = ImmutableArray.CreateBuilder<VipReport>();
        foreach (var vip in of.Services.SelectMany(service => service.Vips).Where(vip => vip.Site == self))
        {
            var report = live.FirstOrDefault(report => report.Vip == vip.Key) ?? others.GetValueOrDefault(vip.Key);
            if (report is not null) reports.Add(vip.Disabled ? report with { Condition = VipCondition.Disabled } : obeyed.Into(report));
        }

        return reports.ToImmutable();
    }

    public async ValueTask DisposeAsync()
    {
        if (waking is not null) await waking.DisposeAsync();
        if (numbers is not null) await numbers.DisposeAsync();
        if (ending is not null) await ending.DisposeAsync();
        changes.Writer.TryComplete();
        await loop;
    }
}
