using System.Globalization;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// An external command as a check: 0 is well, any other exit code is not, and the last line that it wrote is the reply or the reason. At
/// the deadline it is killed with all that it started. A thread of its own waits for each; at most <see cref="MostAtOnce"/> run together. The
/// others wait for their turn, at most as long as their own timeout, and that is no time of the target's: commands that hang must not make
/// the targets of others look slow or down.
/// </summary>
internal static class CommandRun
{
    /// <summary>More forks than this at once are a load of their own.</summary>
    public const int MostAtOnce = 16;

    // Of what a command writes only the end is kept; all is read, so that it never blocks on a full pipe.
    private const int KeptBytes = 4096;
    private const int NotFound = 2, NoPermission = 13, NotExecutable = 8, NoRoomForProcesses = 11, NoMemory = 12, TooManyFiles = 24, TooManyFilesInAll = 23;

    // The deadline kills the child, whose end wakes the wait; this is for a kernel that forgot to say so.
    private const int LookAgainMillis = 1000;

    private static readonly SemaphoreSlim turns = new(MostAtOnce);

    public static async ValueTask<Spoken> IterateAsync(ExecCheck check, ProbeTarget target, ProbeClock clock)
    {
        if (!OperatingSystem.IsLinux()) return Spoken.Failed("not probed: commands are run on Linux only") with { SaysNothing = true };
        clock.Begin();
        clock.Enter(ProbePhase.Reply);
        if (!await TakeTurnAsync(clock)) return Spoken.Failed(FormattableString.Invariant($"not probed: {MostAtOnce} other commands took the whole of its time")) with { SaysNothing = true };
        try
        {
            clock.Awaits = "the command to end";
            return await Task.Factory.StartNew(() => Run(check, target, clock.Deadline), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            turns.Release();
        }
    }

    private static async ValueTask<bool> TakeTurnAsync(ProbeClock clock)
    {
        var asked = clock.Timestamp;
        try
        {
            await turns.WaitAsync(clock.Deadline);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        if (clock.TryExcuse(asked)) return true;
        turns.Release();
        return false;
    }

    private static Spoken Run(ExecCheck check, ProbeTarget target, CancellationToken deadline)
    {
        using var child = ChildProcess.Start([.. check.Command], Environment(target), out var error);
        if (child is null) return CannotStart(check.Command[0], error);

        var tail = new OutputTail(KeptBytes);
        var block = new byte[KeptBytes];
        var hasEnded = false;
        using (deadline.UnsafeRegister(static one => ((ChildProcess)one!).Interrupt(), child))
        {
            // A command that writes without end never lets the wait end by itself, hence the look at the deadline.
            while (!hasEnded && !deadline.IsCancellationRequested) tail.Add(block.AsSpan(0, child.Wait(block, LookAgainMillis, out hasEnded)));
            // What it wrote last may still be in the pipe.
            for (var read = 1; hasEnded && read > 0 && !deadline.IsCancellationRequested;) tail.Add(block.AsSpan(0, read = child.Wait(block, 0, out _)));
        }

        var code = child.End();
        deadline.ThrowIfCancellationRequested();
        var line = tail.LastLine();
        if (code == 0) return new Spoken(null, line.Length == 0 ? "exit code 0" : line);
        var how = code is null ? "ended by a signal" : string.Create(CultureInfo.InvariantCulture, $"exit code {code}");
        return Spoken.Failed(line.Length == 0 ? how : $"{line} ({how})");
    }

    private static List<string> Environment(ProbeTarget target)
    {
        var address = target.ConnectTo;
        var variables = new List<string>
        {
            $"POINTSMAN_ADDRESS={address.Address}",
            string.Create(CultureInfo.InvariantCulture, $"POINTSMAN_PORT={address.Port}"),
            $"POINTSMAN_SERVICE={target.HostName}",
            $"POINTSMAN_SITE={target.SiteName}",
            $"POINTSMAN_VIP={target.Key.Vip.Address}",
            string.Create(CultureInfo.InvariantCulture, $"POINTSMAN_TIMEOUT_MS={(long)target.Settings.Timeout.TotalMilliseconds}"),
        };
        if (target.Source is { } source) variables.Add($"POINTSMAN_SOURCE={source}");
        // Nothing else of this process's own: its environment may hold secrets.
        foreach (var name in (string[])["PATH", "HOME", "LANG", "TZ"])
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value) variables.Add($"{name}={value}");
        }

        return variables;
    }

    private static Spoken CannotStart(string program, int error)
    {
        var isOwnFault = error is NoRoomForProcesses or NoMemory or TooManyFiles or TooManyFilesInAll;
        var why = error switch
        {
            NotFound => "there is no such program",
            NoPermission => "it may not be executed",
            NotExecutable => "it is no program of this machine (a script needs its #! line)",
            _ => string.Create(CultureInfo.InvariantCulture, $"error {error}"),
        };
        // A command that this node does not have says nothing of the target.
        return Spoken.Failed($"not probed: cannot start {program}: {(isOwnFault ? "no room for another process here" : why)}") with { SaysNothing = true };
    }
}
