using System.Runtime.InteropServices;

namespace Pointsman.Node.Commands;

/// <summary>
/// SIGTERM and Ctrl+C as a cancellation. It listens before the command begins, so that whoever reads "serving" may stop it the next
/// moment; the parser's own listener starts only after a command's first wait, and a signal before that kills. The first signal asks. A second
/// one, or a command that has not ended after its time, gets the system's way: the process ends with 128 + the signal.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // A node that drains its sessions needs its time; a command that does not ends at once.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration terminate;
    private readonly PosixSignalRegistration interrupt;
    private Timer? patience;

    public StopSignals()
    {
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Ask(signal, 143));
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Ask(signal, 130));
    }

    public CancellationToken Token => stop.Token;

    private void Ask(PosixSignalContext signal, int exitCode)
    {
        lock (stop)
        {
            if (patience is not null) return;
            patience = new Timer(_ => Environment.Exit(exitCode), null, Patience, Timeout.InfiniteTimeSpan);
        }
        signal.Cancel = true;
        _ = stop.CancelAsync();
    }

    public void Dispose()
    {
        terminate.Dispose();
        interrupt.Dispose();
        lock (stop) patience?.Dispose();
        // Not the source: a signal that arrives this very moment may still cancel it, and there is nothing in it to give back.
    }
}
