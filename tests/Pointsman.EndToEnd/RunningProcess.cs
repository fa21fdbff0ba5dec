using System.Diagnostics;
using System.Text;

namespace Pointsman.EndToEnd;

/// <summary>What a process left behind.</summary>
internal sealed record Finished(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, for the message of a failed assertion.</summary>
    public override string ToString() => $"exit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}";
}

/// <summary>
/// A process that a test started: its output is collected from the first byte, every wait has a deadline, and disposing it kills
/// it and the processes that it started, by their ids. A wait that runs out fails with all that the process has said so far, since
/// "timed out" alone never told anyone why. What is kept is bounded: a process that talks without end cannot fill the memory.
/// </summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private const int MostKept = 16 * 1024 * 1024;
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(20);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly string _commandLine;

    private RunningProcess(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public string Output => Text(_output);
    public string Error => Text(_error);

    /// <summary>Starts <paramref name="file"/> (a path, or a name found on PATH). A null value in <paramref name="environment"/> removes the variable.</summary>
    public static RunningProcess Start(
        string file, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? ProgramUnderTest.RepositoryFolder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal)) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        process.StandardInput.Close();
        return new RunningProcess(process, $"{file} {string.Join(' ', start.ArgumentList)}");
    }

    /// <summary>Starts it and waits for its end.</summary>
    public static async Task<Finished> RunAsync(
        string file, IEnumerable<string> arguments, TimeSpan deadline, string? folder = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        await using var running = Start(file, arguments, folder, environment);
        return await running.WaitForExitAsync(deadline);
    }

    public async Task<Finished> WaitForExitAsync(TimeSpan deadline)
    {
        using var stop = new CancellationTokenSource(deadline);
        try
        {
            await _process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            throw OutOfTime("end", deadline);
        }
        return new Finished(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits until standard output holds <paramref name="text"/>.</summary>
    public Task WaitForOutputAsync(string text, TimeSpan deadline)
        => WaitForAsync(() => Output.Contains(text, StringComparison.Ordinal), $"print '{text}'", deadline);

    /// <summary>Waits until standard error holds <paramref name="text"/>.</summary>
    public Task WaitForErrorAsync(string text, TimeSpan deadline)
        => WaitForAsync(() => Error.Contains(text, StringComparison.Ordinal), $"say '{text}' on standard error", deadline);

    /// <summary>Waits until <paramref name="condition"/> holds; fails at once when the process ends before that.</summary>
    public async Task WaitForAsync(Func<bool> condition, string what, TimeSpan deadline)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > deadline) throw OutOfTime(what, deadline);
            if (_process.HasExited)
            {
                await _process.WaitForExitAsync(); // the streams are read to their end only after this
                if (condition()) return;
                throw new InvalidOperationException($"{_commandLine} ended before it could {what}: {new Finished(_process.ExitCode, Output, Error)}");
            }
            await Task.Delay(s_lookAgain);
        }
    }

    /// <summary>Sends a signal by its name: <c>TERM</c>, <c>HUP</c>, <c>INT</c>, <c>STOP</c>, <c>CONT</c>, <c>KILL</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private TimeoutException OutOfTime(string what, TimeSpan deadline)
        => new($"{_commandLine} did not {what} within {deadline.TotalSeconds} s\n--- output\n{Output}\n--- error\n{Error}");

    private static void Keep(StringBuilder kept, string? line)
    {
        if (line is null) return;
        lock (kept)
        {
            if (kept.Length < MostKept) kept.Append(line).Append('\n');
        }
    }

    private static string Text(StringBuilder kept)
    {
        lock (kept) return kept.ToString();
    }
}
