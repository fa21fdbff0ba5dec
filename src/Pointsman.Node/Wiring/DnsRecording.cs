using Pointsman.Dns.Recording;
using Pointsman.Dns.Transport;
using Pointsman.Dnstap.Transport;

namespace Pointsman.Node.Wiring;

/// <summary>
/// What of a name server's queries is recorded, and where: turned on, off and over while the server answers on. One recorder and one writer
/// at a time; the counters go on over all of them. One thread at a time may change it.
/// </summary>
internal sealed class DnsRecording(DnsServer server, int workers, Action<string> log) : IDisposable
{
    // A worker finishes its batch of 64 queries with the recorder that it began with; that takes microseconds.
    private static readonly TimeSpan BatchGrace = TimeSpan.FromMilliseconds(250);

    private readonly Lock counting = new();
    private TapOptions? options;
    private TapWriter? writer;
    private TapCounters past = TapCounters.None;

    /// <summary>Null = nothing is recorded.</summary>
    public TapOptions? Options => options;

    public TapCounters Counters()
    {
        lock (counting) return writer is null ? past with { IsOpen = false } : past.Plus(writer.Counters());
    }

    /// <summary>With other settings a new recording begins, and the one before it is written out and ended; with the same ones, a renamed file is begun anew.</summary>
    public async Task ApplyAsync(TapOptions? next)
    {
        if (next == options)
        {
            Reopen();
            return;
        }
        if (writer is not null)
        {
            server.Record(null);
            await Task.Delay(BatchGrace);
            await Task.Run(End);
        }
        if (next is not null) Begin(next);
    }

    /// <summary>A file that was renamed is begun anew; a collector that was not there is looked for at once.</summary>
    public void Reopen()
    {
        lock (counting) writer?.Reopen();
    }

    /// <summary>For the start, where nothing is recorded yet.</summary>
    public void Begin(TapOptions next)
    {
        var recorder = new QueryRecorder(next.Recording, workers);
        lock (counting) writer = new TapWriter(next, recorder, log);
        options = next;
        server.Record(recorder);
    }

    private void End()
    {
        if (writer is not { } ending) return;
        ending.Dispose();
        lock (counting)
        {
            past = past.Plus(ending.Counters());
            writer = null;
        }
        options = null;
    }

    /// <summary>Once the server has stopped answering: writes out what is queued.</summary>
    public void Dispose() => End();
}
