using System.Diagnostics;
using System.Globalization;

namespace Pointsman.Node.Demo;

/// <summary>
/// The demo's last line of tidiness: a process that is told every process id that the demo starts, and that ends them all when the demo's
/// pipe to it closes, however the demo came to its end. A process is known by id and start time, so that a reused id is never touched.
/// </summary>
internal static class Guard
{
    /// <summary>Reads lines <c>+PID</c> and <c>-PID</c> until the end of input, then ends what is left.</summary>
    public static async Task RunAsync(TextReader input)
    {
        var charges = new Dictionary<int, DateTime>();
        while (await input.ReadLineAsync() is { } line)
        {
            if (line.Length < 2 || !int.TryParse(line.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            if (line[0] == '-') charges.Remove(pid);
            else if (StartTime(pid) is { } started) charges[pid] = started;
        }

        foreach (var (pid, started) in charges)
        {
            if (StartTime(pid) != started) continue;
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ended between the look and the kill, which is what was wanted.
            }
        }
    }

    private static DateTime? StartTime(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.StartTime;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null; // no such process
        }
    }
}
