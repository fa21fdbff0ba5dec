namespace Pointsman.Dssp.Transport;

/// <summary>The place of the one stream to a peer. Written by the endpoint's loop alone; the dialer waits on it.</summary>
internal sealed class PeerSlot
{
    private volatile PeerStream? stream;
    private TaskCompletionSource free = Freed();

    public PeerStream? Stream => stream;

    /// <summary>What the peer may send and how often it may come, whichever of its streams it is: it does not begin anew with each.</summary>
    public Bucket Bytes { get; } = new(DsspLimits.ReceivedBytesPerSecond, DsspLimits.ReceivedBytesBurst);
    public Bucket Streams { get; } = new(DsspLimits.StreamsPerSecond, DsspLimits.StreamsBurst);

    /// <summary>Completes when there is no stream.</summary>
    public Task Free => Volatile.Read(ref free).Task;

    public void Occupy(PeerStream newcomer)
    {
        if (stream is null) Volatile.Write(ref free, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        stream = newcomer;
    }

    public void Vacate()
    {
        stream = null;
        free.TrySetResult();
    }

    private static TaskCompletionSource Freed()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
