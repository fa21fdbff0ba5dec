using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Zones;
using Pointsman.Dnstap.Transport;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Health;
using Pointsman.Health.Probes;
using Pointsman.Model;
using Pointsman.Node.Admin;
using Pointsman.Node.Configuration;
using Pointsman.Node.History;
using Pointsman.Node.Output;
using Pointsman.Node.State;
using Pointsman.Policy.Plans;
using Pointsman.Switching;
using Pointsman.Switching.HopTokens;
using Pointsman.Switching.Layer4;

namespace Pointsman.Node.Wiring;

/// <summary>
/// One node: binds the siblings to each other. Probes and peers' words go to the one writer; its plans go to the name server and the
/// switch. Nothing is decided here.
/// </summary>
internal sealed class NodeHost : IAsyncDisposable
{
    // Sessions open when the node is asked to leave get so long to end; a service manager waits at least as long by default.
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(5);
    // Far longer than large zones and tables take; a file that takes longer is not being read, it is being waited for.
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);
    private static readonly LoadResult NothingRead = new(null, [], 0);

    private readonly TimeProvider time = TimeProvider.System;
    private readonly NodeIdentity identity;
    private readonly EventLog log;
    private readonly EventBudget alarms = new(10, TimeSpan.FromSeconds(10));
    private readonly StateStore store;
    private readonly OverrideStore orders;
    private readonly SnapshotWriter writer;
    private readonly SnapshotHistory history;
    private readonly PastPlans past;
    private readonly PlanHandOff handOff = new();
    private readonly VipSwitch vips;
    private readonly ProbeScheduler probes;
    private readonly Probing probing;
    private readonly SpareMemory spare = new(TimeProvider.System, SpareMemory.GiveBack);
    private readonly SemaphoreSlim reloading = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private LoadedConfiguration configuration;
    private ZoneSet zones;
    private AnswerSettings answerSettings;
    private DnsAnswers answers = null!;
    private DnsServer? dns;
    private DnsRecording? recording;
    private DsspEndpoint? dssp;
    private AdminServer? admin;
    private Task saving = Task.CompletedTask;
    private Task<LoadResult> loading = Task.FromResult(NothingRead);
    private ulong incarnation;
    private long reloads;

    private NodeHost(LoadedConfiguration configuration, NodeIdentity identity, string stateFolder, EventLog log)
    {
        this.configuration = configuration;
        zones = ZonesOf(configuration);
        answerSettings = DnsServing.Answers(configuration.Dns, identity);
        this.identity = identity;
        this.log = log;
        store = new StateStore(stateFolder, log);
        orders = new OverrideStore(stateFolder, log);
        history = new SnapshotHistory(Path.Combine(stateFolder, "history"), log);
        history.Use(configuration.History);
        past = new PastPlans(history, time);
        vips = new VipSwitch(handOff);
        probes = new ProbeScheduler(new SocketProber(time), (target, result, endedAt) => writer!.ProbeEnded(target, result, endedAt), time, Environment.ProcessId);
        probing = new Probing(probes, log);
        writer = new SnapshotWriter(identity.Site.Id, time, log, new WriterOutputs
        {
            ProbeNow = key => probes.ProbeNow(key),
            SetServerUp = vips.SetServerUp,
            VipReports = () => vips.Reports(),
            Arrivals = () => [.. vips.Counters().Select(vip => (vip.Vip, vip.Accepted, vip.RefusedFull + vip.RefusedDescriptors + vip.RefusedTooMany))],
            LocalChanged = () => dssp?.LocalChanged(),
            OrdersChanged = () => _ = orders.SaveAsync(() => writer!.Orders.Known),
            Published = Publish,
        });
        vips.ConditionChanged += change => writer.VipChanged(change.Vip, change.Condition);
        vips.ServerFailed += (vip, server) => probes.ProbeNow(new TargetKey(vip, server));
    }

    public NodeIdentity Identity => identity;
    public LoadedConfiguration Configuration => configuration;
    public EventLog Log => log;
    public SnapshotWriter Writer => writer;
    public SnapshotHistory History => history;
    public PastPlans Past => past;
    public VipSwitch Vips => vips;
    public ProbeScheduler Probes => probes;
    public DnsServer? Dns => dns;
    public DnsRecording? Recording => recording;
    public DsspEndpoint? Dssp => dssp;
    public ulong Incarnation => incarnation;
    public DateTimeOffset StartedAt { get; private set; }
    public long Reloads => reloads;

    /// <summary>Binds every listener, then probes; returns when all is bound. Readiness comes with the first probe round.</summary>
    /// <exception cref="NodeStartException">Too few descriptors, an address is taken, or a file of DSSP is missing or bad; the message says which.</exception>
    public static async Task<NodeHost> StartAsync(LoadedConfiguration configuration, NodeIdentity identity, string stateFolder, Printer printer, CancellationToken stop)
    {
        if (DescriptorLimit.Fault(DescriptorLimit.OfProcess()) is { } tooFew) throw new NodeStartException(tooFew);
        var log = new EventLog(TimeProvider.System) { Written = entry => printer.Note($"{entry.Time:yyyy-MM-ddTHH:mm:ss.fffZ} {entry.Kind}: {entry.Text}") };
        var host = new NodeHost(configuration, identity, stateFolder, log);
        try
        {
            await host.StartAsync(stop);
            SpareMemory.GiveBack();
            return host;
        }
        catch (Exception error)
        {
            await host.DisposeAsync();
            if (error is VipBindException or DnsListenException or IOException) throw new NodeStartException(error.Message);
            throw;
        }
    }

    private async Task StartAsync(CancellationToken stop)
    {
        StartedAt = time.GetUtcNow();
        var bootMillis = (ulong)StartedAt.ToUnixTimeMilliseconds();
        var stored = store.Load();
        incarnation = Math.Max(bootMillis, (stored?.Incarnation ?? 0) + 1); // [S21]
        store.Save((stored ?? StoredState.Nothing) with { Incarnation = incarnation });

        var dnsOptions = DnsServing.Options(configuration.Dns, identity, text => log.Add("dns", text));
        answers = new DnsAnswers(dnsOptions.WorkerCount);
        if (stored is not null && StartedAt - stored.SavedAt <= configuration.Cluster.Health.Remember)
        {
            writer.Restore(Restorable(stored));
            writer.Remember(StoredTargets.Restore(stored.Health, configuration.Cluster, Instant.Read(time), StartedAt - stored.SavedAt));
        }

        writer.RestoreHeld([.. (stored ?? StoredState.Nothing).Held.Select(configuration.Cluster.FindService).OfType<Service>().Select(service => service.Id)]);
        writer.RestoreOrders(orders.Load());
        writer.Believe(OperatorTrust.Of(configuration.Cluster, identity.Site, log));
        vips.Apply(configuration.Cluster, identity.Site.Id, KeysOf(configuration));
        writer.Start();
        await writer.ConfigureAsync(configuration.Cluster, configuration.Places, Targets.For(configuration.Cluster, identity.Site.Id));
        if (!dnsOptions.Listen.IsEmpty) dns = DnsServer.Start(dnsOptions, Contents(writer.Plan!));
        if (dns is not null)
        {
            recording = new DnsRecording(dns, dnsOptions.WorkerCount, text => log.Add("dnstap", text));
            if (TapOptionsOf(configuration) is { } tap) recording.Begin(tap);
        }
        // A plan published between the two lines above found no server to hand it to.
        dns?.Publish(Contents(writer.Plan!));
        dssp = await DsspEndpoint.StartAsync(
            new DsspEndpointOptions
            {
                Identity = new DsspIdentity(configuration.Cluster, identity.Site.Id, incarnation),
                Listen = identity.Node.Dssp,
                Local = _ => writer.Report(),
                Accepted = writer.Accepted,
                Aged = _ => writer.Refresh(),
                Suspected = writer.Suspected,
                Alarm = Raise,
                Logging = new DsspEvents(log),
            },
            stop);
        if (identity.Node.Admin is { } address) admin = await AdminServer.StartAsync(this, address, stop);
        probing.Use(configuration.Cluster, Targets.For(configuration.Cluster, identity.Site.Id));
        saving = SaveNowAndThenAsync();
        _ = BecomeReadyAsync();
        log.Add("started", $"site {identity.Site.Name}, node {identity.Node.Name}: DNS {Join(identity.Node.Dns)}, DSSP {identity.Node.Dssp?.ToString() ?? "none"}, admin {identity.Node.Admin?.ToString() ?? "none"}");
    }

    // From the endpoint's loop alone. A peer that greets once well and once badly would fill the events with it.
    private void Raise(AlarmChanged alarm)
    {
        if (!alarms.MayTell(alarm.Peer.Value, alarm.Kind.ToString(), Instant.Read(time), out var kept)) return;
        log.Add(alarm.Active ? "alarm" : "alarm-over", kept == 0 ? alarm.Text : $"{alarm.Text} (and {kept} more of its kind were not told)", configuration.Cluster.FindSite(alarm.Peer)?.Name);
    }

    private async Task BecomeReadyAsync()
    {
        await probing.FirstRoundAsync(stopping.Token);
        if (stopping.IsCancellationRequested) return;
        await writer.FirstRoundDoneAsync();
        await SaveAsync(always: true); // a node that dies in its first seconds comes back with what it has just learned
        Systemd.Notify("READY=1", log);
        SpareMemory.GiveBack(); // what the listeners of the start and the first probes left
    }

    private void Publish(Plan plan)
    {
        handOff.Use(plan);
        history.Add(plan);
        dns?.Publish(Contents(plan));
    }

    private DnsContents Contents(Plan plan) => new(zones, answers.ViewOf(plan)) { Settings = answerSettings };

    /// <summary>Reads the configuration again and applies it whole, or leaves all as it is and says why [S24].</summary>
    public async Task<LoadResult> ReloadAsync()
    {
        await reloading.WaitAsync();
        try
        {
            var loaded = await LoadAgainAsync();
            if (loaded.Configuration is not { } next)
            {
                log.Add("reload-refused", $"{configuration.Path}: {Counted.Of(loaded.Errors.Count() + loaded.Unlisted, "error")}; the configuration in force stays: {loaded.Errors.First()}");
                return loaded;
            }

            if (await ApplyAsync(next) is { } refusal)
            {
                log.Add("reload-refused", refusal);
                return loaded with { Configuration = null, Findings = [.. loaded.Findings, new Finding(Severity.Error, Mark.Whole(configuration.Path), "", refusal)] };
            }

            log.Add("reloaded", $"{configuration.Path}: digest {next.Cluster.Digest[..Math.Min(12, next.Cluster.Digest.Length)]}");
            return loaded;
        }
        finally
        {
            // Else a configuration that was read and not applied would stay as long as the node.
            if (loading.IsCompleted) loading = Task.FromResult(NothingRead);
            spare.Left();
            reloading.Release();
        }
    }

    // Off this thread and with an end: a named file may be a pipe that nobody feeds, or lie on a server that is gone.
    private async Task<LoadResult> LoadAgainAsync()
    {
        if (!loading.IsCompleted) return Unreadable("the reading that an earlier reload began has not ended");
        var inForce = configuration;
        loading = Task.Run(() => ConfigurationLoader.Load(inForce.Path, inForce));
        try
        {
            return await loading.WaitAsync(LoadPatience);
        }
        catch (TimeoutException)
        {
            return Unreadable(string.Create(CultureInfo.InvariantCulture, $"reading it and the files that it names took more than {LoadPatience.TotalSeconds:0} s: is one of them a pipe, or on a server that does not answer?"));
        }
    }

    private LoadResult Unreadable(string why) => new(null, [new Finding(Severity.Error, Mark.Whole(configuration.Path), "", why)], 0);

    // Null when applied, else why not; then nothing has changed.
    private async Task<string?> ApplyAsync(LoadedConfiguration next)
    {
        if (!NodeIdentity.TryFind(next.Cluster, identity.Site.Name, identity.Node.Name, out var same, out var why)) return why;
        if (same.Site.Id != identity.Site.Id || !same.Node.Dns.SequenceEqual(identity.Node.Dns) || same.Node.Admin != identity.Node.Admin)
            return $"sites.{same.Site.Name}: the id or an address that node {same.Node.Name} listens on has changed; that needs a restart of the node";
        if (DnsServing.NeedsRestart(configuration.Dns, next.Dns) is { } key) return $"{key}: has changed; that needs a restart of the node";
        try
        {
            vips.Apply(next.Cluster, identity.Site.Id, KeysOf(next));
            try
            {
                if (dssp is not null) await dssp.ReconfigureAsync(next.Cluster, same.Node.Dssp);
            }
            catch (IOException)
            {
                vips.Apply(configuration.Cluster, identity.Site.Id, KeysOf(configuration));
                throw;
            }
        }
        catch (Exception error) when (error is VipBindException or IOException)
        {
            return error.Message;
        }

        reloads++;
        configuration = next;
        history.Use(next.History);
        zones = ZonesOf(next);
        answerSettings = DnsServing.Answers(next.Dns, same);
        if (recording is not null) await recording.ApplyAsync(TapOptionsOf(next));
        writer.Believe(OperatorTrust.Of(next.Cluster, identity.Site, log));
        var targets = Targets.For(next.Cluster, identity.Site.Id);
        await writer.ConfigureAsync(next.Cluster, next.Places, targets);
        probing.Use(next.Cluster, targets);
        return null;
    }

    /// <summary>The operator lets this site take users again where it holds itself back; null = every service. Which services that were, by name.</summary>
    public async Task<ImmutableArray<string>> FailbackAsync(Service? service)
    {
        var released = await writer.FailbackAsync(service?.Id);
        // Else a crash within the next seconds would hold them again.
        await SaveAsync(always: true);
        return [.. released.Select(id => configuration.Cluster.FindService(id)?.Name ?? id.ToString())];
    }

    /// <summary>An operator's order: published and on the disk when this is done, unless it says why not.</summary>
    public async Task<(string? Fault, bool IsKept)> OrderAsync(Override order) =>
        await writer.OrderAsync(order) is { } fault ? (fault, false) : (null, await orders.SaveAsync(() => writer.Orders.Known));

    /// <summary>Tells the other sites, which stop handing to this one at once; gives sessions time to end. DNS is answered until the very end.</summary>
    public async Task LeaveAsync()
    {
        log.Add("leaving", "asked to stop: telling the other sites, then letting sessions end");
        Systemd.Notify("STOPPING=1", log);
        await writer.SetSelfReportAsync(SelfReport.Leaving);
        if (dssp is not null) await dssp.LeaveAsync();
        await SaveAsync(always: true);
        await vips.StopAsync(LeaveGrace);
    }

    private async Task SaveNowAndThenAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(SaveEvery, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SaveAsync(always: false);
            writer.RemindOfOrders();
            SpareMemory.SweepYoung();
        }
    }

    private async Task SaveAsync(bool always)
    {
        if (writer.Plan is not { } plan || !writer.IsReady) return;
        var cluster = plan.Snapshot.Cluster;
        var lastGood = plan.LastGood()
            .Where(pair => cluster.FindService(pair.Key) is not null)
            .ToImmutableSortedDictionary(pair => cluster.FindService(pair.Key)!.Name, pair => pair.Value.Select(site => cluster.FindSite(site)?.Name).OfType<string>().ToImmutableArray());
        var used = Math.Max(incarnation, dssp?.States.GetValueOrDefault(identity.Site.Id)?.Incarnation ?? 0);
        var held = writer.Admission.Held.Select(service => cluster.FindService(service)?.Name).OfType<string>();
        var health = StoredTargets.Of(cluster, await writer.TrackedAsync(), Instant.Read(time));
        var state = new StoredState(used, time.GetUtcNow(), lastGood) { Held = [.. held], Health = health };
        if (always) store.Save(state);
        else store.SaveNews(state);
    }

    private FrozenDictionary<ServiceId, ImmutableArray<SiteId>> Restorable(StoredState stored)
    {
        var cluster = configuration.Cluster;
        return stored.LastGood
            .Where(pair => cluster.FindService(pair.Key) is not null)
            .ToFrozenDictionary(pair => cluster.FindService(pair.Key)!.Id, pair => pair.Value.Select(cluster.FindSite).OfType<Site>().Select(site => site.Id).ToImmutableArray());
    }

    private static ZoneSet ZonesOf(LoadedConfiguration of) => new(of.Zones.Concat(ServiceZones.Missing(of.Cluster, of.Zones)));

    // Without a configured secret the key is one that anybody could make: whoever forges a token only talks himself out of a redirect. It must
    // still be the same at every node, or two full sites would send a user to and fro [S19].
    private static HopKeys KeysOf(LoadedConfiguration of) => of.Secrets.IsDefaultOrEmpty
        ? new HopKeys(SHA256.HashData(Encoding.UTF8.GetBytes($"hop tokens of {of.Cluster.Name}")))
        : new HopKeys(of.Secrets.Select(secret => (ReadOnlyMemory<byte>)secret.AsMemory()));

    private TapOptions? TapOptionsOf(LoadedConfiguration of) => DnstapServing.Options(of.Dns.Dnstap, identity, Path.GetDirectoryName(of.Path) ?? "/");

    private static string Join(ImmutableArray<Endpoint> endpoints) => endpoints.IsEmpty ? "none" : string.Join(", ", endpoints);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await probes.DisposeAsync();
        if (admin is not null) await admin.DisposeAsync();
        if (dssp is not null) await dssp.DisposeAsync();
        await vips.DisposeAsync();
        await writer.DisposeAsync();
        orders.Dispose();
        history.Dispose();
        past.Dispose();
        if (dns is not null) await dns.DisposeAsync();
        recording?.Dispose();
        await saving;
        stopping.Dispose();
        spare.Dispose();
        reloading.Dispose();
    }
}
