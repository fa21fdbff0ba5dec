using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Pointsman.Wan.Network;

/// <summary>
/// A network of its own: interfaces, addresses, routes and ports that nobody else sees.
/// </summary>
/// <remarks>
/// It has no name. A thread leaves the process's network for a new, empty one and stays there; whatever is done on that thread (a socket opened, a
/// process started) belongs to the new network. So nothing has to be removed afterwards: the kernel takes the network away when the thread, the last
/// process and the last socket in it are gone, even after this process was killed. For the same reason processes started here are told to die
/// with the thread that started them. Rejected: <c>ip netns add</c>, whose names outlive a crash and meet those of another run.
/// </remarks>
public sealed class NetworkNamespace : IDisposable
{
    private static readonly TimeSpan s_addressPatience = TimeSpan.FromSeconds(5);
    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;

    public NetworkNamespace(string name)
    {
        Name = name;
        var entered = new TaskCompletionSource();
        thread = new Thread(() => Serve(entered)) { IsBackground = true, Name = $"netns {name}" };
        thread.Start();
        entered.Task.GetAwaiter().GetResult();
        Ip("link set lo up");
    }

    public string Name { get; }

    /// <summary>Does <paramref name="action"/> inside, and waits for it.</summary>
    public T Run<T>(Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(action());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        try
        {
            return done.Task.GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            ExceptionDispatchInfo.Throw(error);
            throw;
        }
    }

    /// <summary>A socket of this network; it stays one wherever it is used afterwards.</summary>
    public Socket OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol) => Run(() => new Socket(family, type, protocol));

    /// <summary>Starts a process inside that dies, at the latest, when this namespace is disposed of or this process ends.</summary>
    public Process Start(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var program = start.FileName;
        string[] arguments = ["--pdeathsig", "KILL", "--", program, .. start.ArgumentList];
        start.FileName = "setpriv";
        start.ArgumentList.Clear();
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Run(() => Process.Start(start)) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Runs <c>ip</c> inside with these lines of commands, all at once.</summary>
    public void Ip(params string[] lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var start = new ProcessStartInfo("ip", ["-batch", "-"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Run(() => Process.Start(start)) ?? throw new InvalidOperationException("ip did not start");
        process.StandardInput.Write(string.Join('\n', lines) + "\n");
        process.StandardInput.Close();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ip in namespace {Name}: {said}");
    }

    /// <summary>
    /// Waits until packets to this address are taken for this namespace's own: the kernel makes an IPv6 address usable a moment after <c>ip</c> has
    /// returned, and drops what arrives before.
    /// </summary>
    public void AwaitAddress(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return;
        var start = Stopwatch.GetTimestamp();
        var destination = Convert.ToHexStringLower(address.GetAddressBytes()) + " 80 ";
        // The ninth field is the route's flags; the highest bit says that it leads to this host.
        while (!Run(() => File.ReadLines("/proc/thread-self/net/ipv6_route").Any(line => line.StartsWith(destination, StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[8][0] >= '8')))
        {
            if (Stopwatch.GetElapsedTime(start) > s_addressPatience) throw new InvalidOperationException($"{address} does not become usable in namespace {Name}");
            Thread.Sleep(1);
        }
    }

    private void Serve(TaskCompletionSource entered)
    {
        if (LibC.Unshare(LibC.NewNetwork) != 0)
        {
            entered.SetException(new WanUnavailableException($"no network namespace can be made: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"));
            return;
        }

        entered.SetResult();
        foreach (var action in work.GetConsumingEnumerable()) action();
    }

    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }
}
