using System.Runtime.InteropServices;

namespace Pointsman.Node.Commands;

/// <summary>
/// SIGHUP as the wish to reload. It listens from its making on, because the system's way with a hangup that nobody takes is to end the process.
/// The system hands over each signal on a thread of its own; here one reload runs at a time, in the order asked, and however many ask while it
/// runs get one more: that one reads what is there after the last of them. Side by side, one that read an older file could come in last and stay.
/// </summary>
internal sealed class Hangups : IDisposable
{
    private readonly Lock asking = new();
    private readonly Action<string> warn;
    private readonly PosixSignalRegistration signals;
    private Func<Task>? reload;
    private bool asked;
    private bool running;
    private bool ended;

    /// <param name="warn">Told of a reload that ended by a defect.</param>
    public Hangups(Action<string> warn)
    {
        this.warn = warn;
        signals = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Ask();
        });
    }

    /// <summary>From now on a hangup is this reload; at once, when one came before: the file may have changed since it was read.</summary>
    public void Serve(Func<Task> reload)
    {
        lock (asking) this.reload = reload;
        Begin();
    }

    /// <summary>What a hangup does.</summary>
    internal void Ask()
    {
        lock (asking) asked = true;
        Begin();
    }

    private void Begin()
    {
        lock (asking)
        {
            if (!asked || running || ended || reload is null) return;
            running = true;
        }
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        // Ends when nobody has asked since the last reload began.
        while (true)
        {
            lock (asking)
            {
                running = asked && !ended;
                asked = false;
                if (!running) return;
            }
            try
            {
                await reload!();
            }
            catch (Exception defect)
            {
                // What is served goes on. At the very end, what a reload would change is gone, and nobody wants it.
                if (!Volatile.Read(ref ended)) warn($"a defect ended a reload: {defect}");
            }
        }
    }

    public void Dispose()
    {
        lock (asking) ended = true;
        signals.Dispose();
    }
}
