using System.Diagnostics;
using System.Globalization;
using Pointsman.Wan.Network;

namespace Pointsman.Wan.Cluster;

/// <summary>A process of a site, whose words go to a file; signals go to it alone, by its id.</summary>
internal sealed class LabProcess : IDisposable
{
    private readonly Process process;

    private LabProcess(Process process) => this.process = process;

    public int Id => process.Id;
    public bool IsRunning => !process.HasExited;

    public static LabProcess Start(NetworkNamespace inside, string log, params string[] command)
    {
        // The shell becomes the program: the id stays.
        string[] arguments = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, .. command];
        var start = new ProcessStartInfo("sh", arguments) { UseShellExecute = false, RedirectStandardInput = true };
        var process = inside.Start(start);
        process.StandardInput.Close();
        return new LabProcess(process);
    }

    public void Signal(string name)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-s", name, process.Id.ToString(CultureInfo.InvariantCulture)]) { UseShellExecute = false });
        kill?.WaitForExit();
    }

    /// <summary>At once, with its children, as a machine that loses its power.</summary>
    public void Kill()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public async Task ExitedAsync(TimeSpan deadline)
    {
        using var patience = new CancellationTokenSource(deadline);
        await process.WaitForExitAsync(patience.Token);
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }
}
