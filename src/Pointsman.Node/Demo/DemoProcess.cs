using System.Diagnostics;

namespace Pointsman.Node.Demo;

/// <summary>One process of the demo: this same program with other arguments. It has said "ready" on its standard output before it is handed out.</summary>
internal sealed class DemoProcess : IDisposable
{
    private readonly Process process;
    private readonly TaskCompletionSource<string> firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> lastWords = new();

    private DemoProcess(Process process, string label)
    {
        this.process = process;
        Label = label;
    }

    public string Label { get; }
    public int Pid => process.Id;
    public bool HasExited => process.HasExited;

    /// <summary>What it wrote to standard error last, at most ten lines.</summary>
    public string LastWords
    {
        get
        {
            lock (lastWords) return string.Join('\n', lastWords);
        }
    }

    public static DemoProcess Start(string label, string? logFile, params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("the demo needs to know its own program file to start the sites, and the system does not tell it");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        // Started as `dotnet pointsman.dll`: the program file is the host, so the library goes first.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(DemoProcess).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_TieredPGO"] = "0"; // fifty short-lived processes on few cores: less compiling, no less truth
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{label}: the process did not start");
        var started = new DemoProcess(process, label);
        started.Listen(logFile);
        return started;
    }

    private void Listen(string? logFile)
    {
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) firstLine.TrySetResult(text); };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not { } text) return;
            lock (lastWords)
            {
                lastWords.Enqueue(text);
                while (lastWords.Count > 10) lastWords.Dequeue();
                if (logFile is not null) File.AppendAllText(logFile, text + "\n");
            }
        };
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => firstLine.TrySetException(new InvalidOperationException($"{Label} ended before it was ready"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits for its first line of output.</summary>
    /// <exception cref="InvalidOperationException">It ended first, or said nothing in time; the message holds its last words.</exception>
    public async Task ReadyAsync(TimeSpan atMost)
    {
        try
        {
            await firstLine.Task.WaitAsync(atMost);
        }
        catch (Exception error) when (error is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{Label} did not become ready: {(error is TimeoutException ? $"nothing heard in {atMost.TotalSeconds:0} s" : "it ended")}\n{LastWords}".TrimEnd(), error);
        }
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
