using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Pointsman.Wan.Network;

namespace Pointsman.Wan.Cluster;

/// <summary>
/// One site of the laboratory: a namespace with a node, its servers, and a disk of its own. The disk is a small file system in a mount namespace that a sleeping
/// process holds, so that it outlives the node, can be filled, and needs no unmounting.
/// </summary>
public sealed class LabSite : IDisposable
{
    private const string DiskFolder = "/mnt";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(20);
    private readonly Laboratory laboratory;
    private readonly string folder, program;
    private readonly LabProcess disk;
    private readonly HttpClient admin, front;
    private LabProcess? node, servers;

    internal LabSite(Laboratory laboratory, string name, int place, NetworkNamespace inside, string folder, string program)
    {
        (this.laboratory, Name, Place, Inside, this.folder, this.program) = (laboratory, name, place, inside, folder, program);
        disk = LabProcess.Start(inside, LogOf("disk"), "unshare", "--mount", "sh", "-c",
            $"mount -t tmpfs -o size={laboratory.Settings.DiskKibibytes}k lab {DiskFolder} && touch {DiskFolder}/mounted && exec sleep infinity");
        admin = ClientOf(new IPEndPoint(IPAddress.Loopback, LabFiles.AdminPort));
        front = ClientOf(new IPEndPoint(WanAddress.Of4(place, LabFiles.WwwHost), LabFiles.WebPort));
        front.Timeout = TimeSpan.FromMilliseconds(300);
        LabFiles.WriteServers(folder, name, place);
    }

    public string Name { get; }
    public int Place { get; }
    public NetworkNamespace Inside { get; }

    /// <summary>The node's process is there, stopped or not.</summary>
    public bool HasNode => node is { IsRunning: true };

    /// <summary>Its process is stopped (SIGSTOP): there, and doing nothing.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>The node fronts its VIP: from the first request that came through it, to the node's end.</summary>
    public bool IsFronting { get; private set; }

    /// <summary>The node has had its first round of probes since it started.</summary>
    public bool IsReady { get; private set; }
    public bool HasServers => servers is { IsRunning: true };

    /// <summary>All that the node has written so far, in all its lives.</summary>
    public string NodeLog => ReadLog("node");

    public void StartServers()
    {
        if (!HasServers) servers = LabProcess.Start(Inside, LogOf("nginx"), WanSupport.PathOf("nginx") ?? "nginx", "-p", Path.Combine(folder, $"nginx-{Name}"), "-c", "nginx.conf", "-e", "stderr");
        laboratory.NoteTruth();
    }

    public void KillServers()
    {
        servers?.Kill();
        laboratory.NoteTruth();
    }

    public void StartNode()
    {
        if (HasNode) return;
        var started = node = LabProcess.Start(Inside, LogOf("node"), "nsenter", $"--mount=/proc/{disk.Id}/ns/mnt", "--", program, "run", "--config", LabFiles.Configuration(folder), "--site", Name, "--state", $"{DiskFolder}/state");
        _ = NoteFrontingAsync(started);
    }

    // Looked at apart from the node's readiness, and more often than anybody probes: what others find to be up must not have been noted as dead.
    private async Task NoteFrontingAsync(LabProcess started)
    {
        while (started.IsRunning && ReferenceEquals(node, started) && !IsFronting)
        {
            if (HasServers && await SucceedsAsync(front, "/health"))
            {
                IsFronting = true;
                laboratory.NoteTruth();
            }
            else
            {
                await Task.Delay(s_lookAgain);
            }
        }
    }

    /// <summary>Waits until the node has had its first round of probes.</summary>
    public async Task ReadyAsync()
    {
        await Laboratory.UntilAsync(async () =>
        {
            if (!HasNode) throw new InvalidOperationException($"the node of {Name} ended: {NodeLog}");
            return IsReady = await SucceedsAsync(admin, "/readyz");
        }, $"the node of {Name} is ready", s_patience, () => NodeLog);
        IsFronting = true;
        laboratory.NoteTruth();
    }

    /// <summary>kill -9.</summary>
    public void KillNode()
    {
        node?.Kill();
        IsFrozen = IsFronting = IsReady = false;
        laboratory.NoteTruth();
    }

    /// <summary>SIGTERM, and the end of the process: it tells the others that it leaves.</summary>
    public async Task StopNodeAsync()
    {
        if (node is null) return;
        node.Signal("TERM");
        await node.ExitedAsync(s_patience);
        IsFronting = IsReady = false;
        laboratory.NoteTruth();
    }

    public void Freeze()
    {
        node?.Signal("STOP");
        IsFrozen = true;
        laboratory.NoteTruth();
    }

    public void Thaw()
    {
        node?.Signal("CONT");
        IsFrozen = false;
        laboratory.NoteTruth();
    }

    /// <summary>Not one octet more goes onto the disk that the node keeps its state on.</summary>
    public void FillDisk()
    {
        try
        {
            using var file = new FileStream(OnDisk("full"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            var chunk = new byte[4096];
            for (var written = 0; written <= laboratory.Settings.DiskKibibytes / 4; written++) file.Write(chunk);
        }
        catch (IOException)
        {
            return; // It is full: that was the wish.
        }

        throw new InvalidOperationException($"the disk of {Name} takes more than it has");
    }

    public void EmptyDisk() => File.Delete(OnDisk("full"));

    /// <summary>What the node's administration answers, or null when it does not.</summary>
    public async Task<JsonNode?> AskAsync(string path)
    {
        try
        {
            return JsonNode.Parse(await admin.GetStringAsync(path));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>The events since the node started whose kind is one of these (none given: all), oldest first.</summary>
    public async Task<string[]> EventsAsync(params string[] kinds)
        => await AskAsync("/api/v1/events") is { } answer
            ? [.. answer["events"]!.AsArray().Where(entry => kinds.Length == 0 || kinds.Contains((string)entry!["kind"]!, StringComparer.Ordinal)).Select(entry => $"{entry!["kind"]}: {entry["text"]}")]
            : [];

    internal async Task DiskReadyAsync() => await Laboratory.UntilAsync(() => Task.FromResult(File.Exists(OnDisk("mounted"))), $"the disk of {Name} is mounted", s_patience, () => ReadLog("disk"));

    private string OnDisk(string file) => $"/proc/{disk.Id}/root{DiskFolder}/{file}";

    private static async Task<bool> SucceedsAsync(HttpClient client, string path)
    {
        try
        {
            using var answer = await client.GetAsync(path);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>A client that connects inside, wherever its caller is.</summary>
    private HttpClient ClientOf(IPEndPoint server) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = Inside.OpenSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(server, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception)
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri($"http://{server}"),
        Timeout = TimeSpan.FromSeconds(5),
    };

    private string LogOf(string what) => Path.Combine(folder, $"{Name}.{what}.log");

    private string ReadLog(string what)
    {
        if (!File.Exists(LogOf(what))) return "";
        using var reader = new StreamReader(new FileStream(LogOf(what), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    public void Dispose()
    {
        admin.Dispose();
        front.Dispose();
        node?.Dispose();
        servers?.Dispose();
        disk.Dispose();
    }
}
