using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>One node's DSSP: its machine on one loop, its listener, its dialled streams.</summary>
public sealed class DsspEndpoint : IAsyncDisposable
{
    private readonly DsspMachine machine;
    private volatile bool changed;

    private DsspEndpoint(DsspEndpointOptions options)
    {
        Options = options;
        machine = new DsspMachine(options.Identity, Instant.Read(options.Time));
    }

    internal DsspEndpointOptions Options { get; }

    /// <summary>Reads the certificates, listens, and begins to dial every peer. Throws <see cref="IOException"/> with a plain text when the
    /// address is taken or a file is missing or no good.</summary>
    public static Task<DsspEndpoint> StartAsync(DsspEndpointOptions options, CancellationToken cancellation) => Task.FromResult(new DsspEndpoint(options));

    /// <summary>Every site's newest word; may be read from any thread.</summary>
    public ImmutableDictionary<SiteId, SiteState> States => machine.States;

    /// <summary>The local view changed: the loop reads it and judges whether that is news. Cheap; may be called from any thread, at any rate.</summary>
    public void LocalChanged() => changed = true;

    /// <summary>Applies a reloaded configuration; streams and columns of peers that stay are kept [S24]. Certificates are read again.</summary>
    public Task ReconfigureAsync(Cluster cluster, long generation)
    {
        machine.Reconfigure(cluster, generation, Instant.Read(Options.Time));
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<PeerStatus>> PeersAsync() => Task.FromResult(machine.Peers.ToImmutableArray());

    /// <summary>Counters of the endpoint itself.</summary>
    public DsspCounters Counters { get; } = new();

    /// <summary>Tells the peers that this site leaves (the local report must say so by now), waits until they have it or 1 s is over, closes all.</summary>
    public Task LeaveAsync() => changed ? Task.CompletedTask : DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
