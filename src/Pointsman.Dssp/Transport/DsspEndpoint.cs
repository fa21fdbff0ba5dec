using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// One node's DSSP: its machine, its listener, its dialled streams. One loop owns the machine; streams and
/// reloads only put work in front of it, and callbacks come from it alone. Of two streams with one peer, the one dialled by the lower
/// site name stays.
/// </summary>
public sealed partial class DsspEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveLook = TimeSpan.FromMilliseconds(10);

    private readonly ILogger log;
    private readonly DsspMachine machine;
    private readonly MachineLoop loop;
    private readonly ConcurrentDictionary<SiteId, PeerSlot> slots = new();
    private readonly Dictionary<SiteId, PeerDialer> dialers = [];
    private readonly Told told = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim reconfiguring = new(1, 1);
    private readonly string selfName;
    private readonly CertificateWatch watch;
    private volatile Cluster cluster;
    private volatile SiteCertificates? certificates;
    private DsspListener? listener;
    private Endpoint? listen;

    private DsspEndpoint(DsspEndpointOptions options)
    {
        Options = options;
        log = options.Logging.CreateLogger("Pointsman.Dssp");
        cluster = options.Identity.Cluster;
        selfName = cluster.FindSite(options.Identity.Self)?.Name ?? throw new ArgumentException($"site {options.Identity.Self} is not in the configuration", nameof(options));
        certificates = LoadCertificates(cluster, options.Listen);
        watch = new CertificateWatch(this);
        loop = new MachineLoop(options.Time, now => machine!.NextWake(now), now => Execute(machine!.Tick(now, options.Local(now))), Failed);
        machine = new DsspMachine(options.Identity, loop.Now);
    }

    /// <summary>Every site's newest word; may be read from any thread.</summary>
    public ImmutableDictionary<SiteId, SiteState> States => machine.States;

    /// <summary>This site's current incarnation, to be stored [S21].</summary>
    public ulong Incarnation => machine.Incarnation;

    /// <summary>Counters of the endpoint itself; those per peer are in <see cref="PeersAsync"/>.</summary>
    public DsspCounters Counters { get; } = new();

    internal DsspEndpointOptions Options { get; }
    internal SiteCertificates Certificates => certificates ?? throw new InvalidOperationException("a stream without certificates");

    /// <summary>Reads the certificates, listens, and begins to dial every peer. Throws <see cref="IOException"/> with a plain text when the
    /// address is taken or a file is missing or no good.</summary>
    public static async Task<DsspEndpoint> StartAsync(DsspEndpointOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var endpoint = new DsspEndpoint(options);
        try
        {
            await endpoint.ListenAsync(options.Listen, cancellation);
        }
        catch
        {
            await endpoint.DisposeAsync();
            throw;
        }

        endpoint.loop.Start();
        endpoint.watch.Expiries();
        endpoint.watch.Start();
        await endpoint.RenewDialersAsync();
        return endpoint;
    }

    /// <summary>The local view changed: the loop reads it and judges whether that is news. Cheap; may be called from any thread, at any rate.</summary>
    public void LocalChanged() => loop.Nudge();

    /// <summary>
    /// Applies a reloaded configuration; streams and columns of peers that stay are kept [S24]. Certificates are read again; when they or the
    /// new address are no good it throws <see cref="IOException"/>, and everything stays as it was.
    /// </summary>
    public async Task ReconfigureAsync(Cluster next, Endpoint? nextListen)
    {
        ArgumentNullException.ThrowIfNull(next);
        await reconfiguring.WaitAsync();
        try
        {
            var loaded = LoadCertificates(next, nextListen);
            var before = certificates;
            // A listener that comes up now already serves with the new ones.
            certificates = loaded;
            try
            {
                await ListenAsync(nextListen, CancellationToken.None);
            }
            catch
            {
                certificates = before;
                throw;
            }

            cluster = next;
            await loop.InvokeAsync(() => Execute(machine.Reconfigure(next, loop.Now)));
            LocalChanged();
            await RenewDialersAsync();
            await EndRefusedStreamsAsync();
            watch.Expiries();
        }
        finally
        {
            reconfiguring.Release();
        }
    }

    /// <summary>Every configured peer's stream and counters.</summary>
    public async Task<ImmutableArray<PeerStatus>> PeersAsync()
    {
        var peers = ImmutableArray<PeerStatus>.Empty;
        await loop.InvokeAsync(() => peers = [.. machine.Peers.Select(peer => peer with { CertificateEnds = StreamOf(peer.Site)?.Origin.Certificate?.NotAfter })]);
        return peers;
    }

    /// <summary>The stream with a peer, if one is up. Any thread.</summary>
    public StreamFacts? StreamOf(SiteId peer) => SlotOf(peer).Stream is { } stream ? new StreamFacts(stream.Origin, stream.BytesIn, stream.BytesOut, stream.Overtaken) : null;

    /// <summary>The local report says by now that this site leaves: waits until every connected peer was told, or 1 s is over. Then dispose.</summary>
    public async Task LeaveAsync()
    {
        LocalChanged();
        var began = Options.Time.GetTimestamp();
        while (Options.Time.GetElapsedTime(began) < LeaveWithin)
        {
            await Task.Delay(LeaveLook, Options.Time);
            var said = false;
            await loop.InvokeAsync(() => said = machine.LastPublished is not { SelfReport: not SelfReport.Leaving });
            if (said && slots.Values.All(slot => slot.Stream is not { IsFlushed: false })) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        watch.Dispose();
        foreach (var dialer in dialers.Values) await dialer.DisposeAsync();
        dialers.Clear();
        if (listener is not null) await listener.DisposeAsync();
        await loop.StopAsync();
        stopping.Dispose();
        reconfiguring.Dispose();
    }

    internal bool IsLower(Site peer) => string.CompareOrdinal(selfName, peer.Name) < 0;

    internal bool HasStream(SiteId peer) => SlotOf(peer).Stream is not null;

    internal Task WithoutStreamAsync(SiteId peer, CancellationToken cancellation) => SlotOf(peer).Free.WaitAsync(cancellation);

    internal ImmutableArray<Endpoint> AddressesOf(SiteId peer) => cluster.FindSite(peer)?.Nodes.Select(node => node.Dssp).OfType<Endpoint>().ToImmutableArray() ?? [];

    internal void DialFailed(Site peer, Endpoint address, string why)
    {
        if (IsNews($"dial {peer.Id} {address}")) DsspLog.DialFailed(log, peer.Name, $"{address}", why);
    }

    /// <summary>Carries a stream that a peer dialled; its identity is already proven by its certificate.</summary>
    internal async Task ServeAsync(Site peer, string remote, X509Certificate2 certificate, IAsyncStreamReader<byte[]> reader, IAsyncStreamWriter<byte[]> writer, CancellationToken cancellation)
    {
        using var stream = new PeerStream(peer.Id, dialledByLower: !IsLower(peer), new StreamOrigin(remote, false, Options.Time.GetUtcNow(), CertificateFacts.Of(certificate)), X509CertificateLoader.LoadCertificate(certificate.RawData));
        await CarryAsync(stream, peer, reader, writer, cancellation);
        if (stream.Closed is { } closed) throw new RpcException(new Status(StatusCode.FailedPrecondition, $"{closed.Reason}: {closed.Text}"));
    }

    /// <summary>Carries a stream that this node dialled.</summary>
    internal async Task DialledAsync(Site peer, bool lower, Endpoint address, X509Certificate2? certificate, AsyncDuplexStreamingCall<byte[], byte[]> call, CancellationToken cancellation)
    {
        using var stream = new PeerStream(peer.Id, dialledByLower: lower, new StreamOrigin($"{address}", true, Options.Time.GetUtcNow(), certificate is null ? null : CertificateFacts.Of(certificate)), certificate);
        await CarryAsync(stream, peer, call.ResponseStream, call.RequestStream, cancellation);
    }

    private async Task CarryAsync(PeerStream stream, Site peer, IAsyncStreamReader<byte[]> reader, IAsyncStreamWriter<byte[]> writer, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping.Token);
        var why = "the peer ended it";
        try
        {
            await loop.InvokeAsync(() => Attach(stream));
            await stream.RunAsync(reader, writer, ReceiveAsync, Options.Time, either.Token);
            if (stream.Closed is { } verdict) why = $"{verdict.Reason}: {verdict.Text}";
        }
        catch (Exception exception) when (exception is RpcException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // However a stream breaks, it is only a stream [P5.6].
            why = WireValues.Printable((exception as RpcException)?.Status.Detail ?? exception.Message);
            if (exception is RpcException { StatusCode: StatusCode.ResourceExhausted })
            {
                Counters.CountFrameCorrupt();
                await RefuseAsync(stream, CloseReason.TooLarge, $"a frame of more than {DsspLimits.FrameBytes} bytes");
            }
        }

        await loop.InvokeAsync(() => Detach(stream, peer, why));
    }

    private async ValueTask ReceiveAsync(PeerStream stream, byte[] bytes)
    {
        var now = loop.Now;
        stream.CountIn(bytes.Length);
        if (!SlotOf(stream.Peer).Bytes.TryTake(bytes.Length, now))
        {
            await RefuseAsync(stream, CloseReason.TooFast, $"more than {DsspLimits.ReceivedBytesPerSecond} bytes a second");
            return;
        }

        if (FrameCodec.TryDecode(bytes, now, out var frame, out var fault))
        {
            await loop.PostAsync(() =>
            {
                if (SlotOf(stream.Peer).Stream == stream) Execute(machine.Receive(stream.Peer, frame, now));
            });
            return;
        }

        Counters.CountFrameCorrupt();
        await RefuseAsync(stream, CloseReason.BadFrame, fault);
    }

    private Task RefuseAsync(PeerStream stream, CloseReason reason, string text) => loop.InvokeAsync(() =>
    {
        if (SlotOf(stream.Peer).Stream == stream) Execute(machine.Refused(stream.Peer, reason, text, loop.Now));
    });

    private void Attach(PeerStream stream)
    {
        var slot = SlotOf(stream.Peer);
        if (!slot.Streams.TryTake(1, loop.Now))
        {
            stream.Close(new ClosePeer(stream.Peer, CloseReason.TooFast, "too many new streams"));
            Counters.CountStreamRefused();
            return;
        }

        if (slot.Stream is { } present)
        {
            // Both ends see both streams and judge alike, so that one of them stays whatever came first.
            if (present.DialledByLower && !stream.DialledByLower)
            {
                stream.Close(new ClosePeer(stream.Peer, CloseReason.Replaced, "the lower site name's stream stays"));
                return;
            }

            present.Close(new ClosePeer(stream.Peer, CloseReason.Replaced, "a newer stream took its place"));
            machine.Disconnected(stream.Peer);
        }

        slot.Occupy(stream);
        Counters.CountStreamOpened();
        if (IsNews($"up {stream.Peer}")) DsspLog.StreamUp(log, NameOf(stream.Peer), stream.Remote);
        Execute(machine.Connected(stream.Peer, loop.Now));
    }

    private void Detach(PeerStream stream, Site peer, string why)
    {
        var slot = SlotOf(stream.Peer);
        if (slot.Stream != stream) return;
        slot.Vacate();
        Counters.CountStreamClosed();
        machine.Disconnected(stream.Peer);
        if (IsNews($"ended {peer.Id} {stream.Closed?.Reason}")) DsspLog.StreamEnded(log, peer.Name, stream.Remote, why);
    }

    private void Execute(IReadOnlyList<IDsspEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case SendFrame send:
                    SlotOf(send.Peer).Stream?.Send(send.Frame);
                    break;
                case ClosePeer close:
                    SlotOf(close.Peer).Stream?.Close(close);
                    if (IsNews($"closed {close.Peer} {close.Reason}")) DsspLog.Refused(log, $"site {NameOf(close.Peer)}", $"{close.Reason}: {close.Text}");
                    break;
                case StateAccepted accepted:
                    Guarded(() => Options.Accepted(accepted.State));
                    break;
                case StateAged aged:
                    Guarded(() => Options.Aged(aged.Site));
                    break;
                case VipSuspected suspected:
                    Guarded(() => Options.Suspected(suspected.Vip, suspected.By));
                    break;
                case AlarmChanged alarm:
                    Guarded(() => Options.Alarm(alarm));
                    break;
            }
        }
    }

    private void Guarded(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception exception)
        {
            // The rest of the effects must still be carried out.
            Failed(exception);
        }
    }

    private void Failed(Exception exception)
    {
        if (IsNews($"defect {exception.GetType()}")) DsspLog.Failed(log, exception);
    }

    private IEnumerable<Site> DialledBy(Cluster of) => of.Sites.Where(site => site.Id != Options.Identity.Self && site.Nodes.Any(node => node.Dssp is not null));

    private async Task ListenAsync(Endpoint? next, CancellationToken cancellation)
    {
        if (next == listen) return;
        var previous = listener;
        listener = next is { } address ? await DsspListener.StartAsync(address, this, cancellation) : null;
        listen = next;
        if (next is not null) DsspLog.Listening(log, $"{next}", selfName);
        if (previous is not null) await previous.DisposeAsync();
    }

    private async Task RenewDialersAsync()
    {
        var sites = DialledBy(cluster).ToDictionary(site => site.Id);
        foreach (var old in dialers.Values.Where(dialer => sites.GetValueOrDefault(dialer.Peer.Id)?.Name != dialer.Peer.Name).ToArray())
        {
            dialers.Remove(old.Peer.Id);
            await old.DisposeAsync();
        }

        foreach (var site in sites.Values.Where(site => !dialers.ContainsKey(site.Id)))
        {
            var dialer = new PeerDialer(this, site);
            dialers.Add(site.Id, dialer);
            dialer.Start();
        }
    }

    private PeerSlot SlotOf(SiteId peer) => slots.GetOrAdd(peer, static _ => new PeerSlot());

    internal string NameOf(SiteId site) => cluster.FindSite(site)?.Name ?? $"{site}";

    private bool IsNews(string kind) => told.IsNews(kind, loop.Now);
}
