using System.Threading.Channels;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// What waits to be written to one stream: the Hello, and the newest state. A state is full state, so that a newer one makes an unsent
/// older one worthless: a slow peer costs two frames of memory, whatever happens, and gets the newest news first.
/// </summary>
internal sealed class Outbox
{
    private readonly Lock gate = new();
    private readonly Channel<bool> ready = Channel.CreateBounded<bool>(1);
    private DsspFrame? hello;
    private DsspFrame? state;
    private bool writing;

    public bool IsEmpty
    {
        get
        {
            lock (gate) return hello is null && state is null && !writing;
        }
    }

    public long Overtaken { get; private set; }

    public void Put(DsspFrame frame)
    {
        lock (gate)
        {
            if (frame.Hello is not null) hello = frame;
            else
            {
                if (state is not null) Overtaken++;
                state = frame;
            }

            ready.Writer.TryWrite(true);
        }
    }

    /// <summary>Waits for the next frame; the one returned before counts as written.</summary>
    public async Task<DsspFrame> TakeAsync(CancellationToken cancellation)
    {
        lock (gate) writing = false;
        while (true)
        {
            lock (gate)
            {
                if (hello is { } greeting)
                {
                    (hello, writing) = (null, true);
                    return greeting;
                }

                if (state is { } newest)
                {
                    (state, writing) = (null, true);
                    return newest;
                }
            }

            await ready.Reader.ReadAsync(cancellation);
        }
    }
}
