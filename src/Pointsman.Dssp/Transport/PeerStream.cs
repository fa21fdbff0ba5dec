using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// One stream to one peer, whoever dialled it: reads frames until it ends, writes what the outbox holds. Knows no protocol: frames go to the
/// endpoint's loop, and a verdict from there (<see cref="Close"/>) ends it.
/// </summary>
internal sealed class PeerStream(SiteId peer, bool dialledByLower, StreamOrigin origin, X509Certificate2? certificate) : IDisposable
{
    private readonly CancellationTokenSource ended = new();
    private readonly Outbox outbox = new();
    private long bytesIn;
    private long bytesOut;

    public SiteId Peer => peer;

    /// <summary>Of two streams between the same sites, this kind stays.</summary>
    public bool DialledByLower => dialledByLower;
    public StreamOrigin Origin => origin;

    /// <summary>A copy of what the peer showed: the connection's own goes with it.</summary>
    public X509Certificate2? Certificate => certificate;
    public string Remote => origin.Remote;

    /// <summary>Why this side ended it; null when the other side did, or the network.</summary>
    public ClosePeer? Closed { get; private set; }
    public bool IsFlushed => outbox.IsEmpty;

    /// <summary>States that a newer one overtook before this peer had taken them: it reads slowly.</summary>
    public long Overtaken => outbox.Overtaken;
    public long BytesIn => Interlocked.Read(ref bytesIn);
    public long BytesOut => Interlocked.Read(ref bytesOut);

    public void CountIn(int bytes) => Interlocked.Add(ref bytesIn, bytes);

    public void Send(DsspFrame frame) => outbox.Put(frame);

    public void Close(ClosePeer why)
    {
        Closed ??= why;
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over already; its end and this verdict crossed.
        }
    }

    /// <summary>Runs until either side ends the stream; throws nothing but what a broken stream throws (<see cref="RpcException"/>, <see cref="IOException"/>, cancellation).</summary>
    public async Task RunAsync(IAsyncStreamReader<byte[]> reader, IAsyncStreamWriter<byte[]> writer, Func<PeerStream, byte[], ValueTask> receive, TimeProvider time, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellation);
        var writing = WriteAsync(writer, time, either.Token);
        try
        {
            // Reading is abandoned rather than cancelled: cancelling resets the connection's stream, and the peer would not be told why.
            var over = Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token);
            while (true)
            {
                var next = reader.MoveNext(CancellationToken.None);
                if (await Task.WhenAny(next, over) == over)
                {
                    _ = next.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                    return;
                }

                if (!await next) return;
                await receive(this, reader.Current);
            }
        }
        finally
        {
            await ended.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(IAsyncStreamWriter<byte[]> writer, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var frame = await outbox.TakeAsync(cancellation);
                // Ages are told as of the moment of writing: waiting in the outbox is part of them.
                var bytes = FrameCodec.Encode(frame, Instant.Read(time));
                await writer.WriteAsync(bytes, cancellation);
                Interlocked.Add(ref bytesOut, bytes.Length);
            }
        }
        finally
        {
            // A stream that cannot be written to is over for reading, too.
            await ended.CancelAsync();
        }
    }

    public void Dispose()
    {
        ended.Dispose();
        certificate?.Dispose();
    }
}
