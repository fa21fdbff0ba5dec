using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pointsman.Wan.Network;

/// <summary>Whether a WAN can be built here: the one place where that is asked.</summary>
public static class WanSupport
{
    private static readonly string[] s_programs = ["ip", "setpriv", "unshare", "nsenter", "mount"];
    private static readonly Lazy<string?> s_why = new(Find);

    /// <summary>Null when it can; else the reason, for people.</summary>
    public static string? WhyNot => s_why.Value;

    /// <summary>The full path of a program, or null: daemons live in folders that an ordinary PATH lacks.</summary>
    public static string? PathOf(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux()) return "network namespaces exist on Linux only";
        if (LibC.EffectiveUser() != 0) return "network namespaces and TUN devices need root";
        if (s_programs.FirstOrDefault(program => PathOf(program) is null) is { } missing) return $"{missing} is not installed (packages iproute2, util-linux and mount)";
        if (!File.Exists(Tun.Device) && !MakeDevice(out var fault)) return fault;
        try
        {
            using var probe = new NetworkNamespace("probe");
            using var tun = Tun.Open(probe, "probe0");
            return FindDisk();
        }
        catch (Exception error) when (error is WanUnavailableException or InvalidOperationException or Win32Exception)
        {
            return error.Message;
        }
    }

    /// <summary>Whether IPv6 is to be had in new namespaces: a kernel may lack it.</summary>
    public static bool HasVersion6 { get; } = File.Exists("/proc/net/if_inet6");

    // A site's disk is a file system in a mount namespace; some containers may have the one and not mount the other.
    private static string? FindDisk()
    {
        using var trying = Process.Start(new ProcessStartInfo("unshare", ["--mount", "mount", "-t", "tmpfs", "-o", "size=64k", "probe", "/mnt"]) { UseShellExecute = false, RedirectStandardError = true });
        var said = trying?.StandardError.ReadToEnd();
        trying?.WaitForExit();
        return trying?.ExitCode == 0 ? null : $"no file system can be mounted: {said?.Trim()}";
    }

    // A fresh container has no such file, and often the right to make it.
    private static bool MakeDevice(out string fault)
    {
        const ulong tunDevice = (10UL << 8) | 200; // major 10 (miscellaneous), minor 200
        fault = "";
        Directory.CreateDirectory(Path.GetDirectoryName(Tun.Device)!);
        if (LibC.MakeNode(Tun.Device, LibC.CharacterDevice | 0x180, tunDevice) == 0) return true;
        fault = $"there is no {Tun.Device}, and it cannot be made: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}";
        return false;
    }
}
