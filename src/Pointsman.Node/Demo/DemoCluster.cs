using System.Globalization;

namespace Pointsman.Node.Demo;

/// <summary>
/// The demo's processes: the real servers, the relays and the nodes, all started from here and all ended with it, by id. The guard process
/// ends them even when this one is killed.
/// </summary>
internal sealed class DemoCluster(DemoLayout layout, string folder) : IAsyncDisposable
{
    // Programs that start at the same time on few cores: generous, since a first start after a build also compiles.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, DemoProcess> nodes = [];
    private readonly Dictionary<(int Site, int Server), DemoProcess> servers = [];
    private readonly List<DemoProcess> relays = [];
    private System.Diagnostics.Process? guard;

    public DemoLayout Layout => layout;
    public string Folder => folder;
    public string ConfigurationFile => DemoFiles.ConfigurationIn(folder);
    public int NodePid(int site) => nodes[site].Pid;
    public int ServerPid(int site, int server) => servers[(site, server)].Pid;
    public bool IsNodeAlive(int site) => nodes.TryGetValue(site, out var node) && !node.HasExited;

    public async Task StartServersAsync()
    {
        StartGuard();
        var starting = new List<Task>();
        foreach (var site in layout.Sites)
        {
            for (var server = 0; server < DemoLayout.ServersPerSite; server++) starting.Add(StartServerAsync(site, server));
        }

        await Task.WhenAll(starting);
    }

    public async Task StartRelaysAsync()
    {
        foreach (var tester in layout.Sites)
        {
            foreach (var tested in layout.Sites.Where(tested => tested != tester))
            {
                relays.Add(Watched(DemoProcess.Start(
                    $"relay {DemoTable.NameOf(tester)}→{DemoTable.NameOf(tested)}", null,
                    "demo-part", "relay", DemoLayout.RelayAddress(tester, tested).ToString(), DemoLayout.AddressOf(tested).ToString(),
                    string.Join(',', layout.VipPorts), DemoTable.Delay(tested, tester).TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture))));
            }
        }

        await Task.WhenAll(relays.Select(relay => relay.ReadyAsync(StartLimit)));
    }

    public void StartNode(int site)
    {
        var name = DemoTable.NameOf(site);
        if (nodes.Remove(site, out var old)) old.Dispose();
        nodes[site] = Watched(DemoProcess.Start($"node {name}", Path.Combine(folder, $"node-{name}.log"), "run", "--config", ConfigurationFile, "--site", name));
    }

    public async Task StartServerAsync(int site, int server)
    {
        if (servers.Remove((site, server), out var old)) old.Dispose();
        var process = Watched(DemoProcess.Start(
            $"real server {server + 1} of {DemoTable.NameOf(site)}", null,
            "demo-part", "server", layout.Server(site, server).ToString(), DemoFiles.ContentOf(folder, site),
            string.Create(CultureInfo.InvariantCulture, $"{DemoTable.NameOf(site)}/{server + 1}")));
        lock (servers) servers[(site, server)] = process;
        await process.ReadyAsync(StartLimit);
    }

    public Task KillNodeAsync(int site) => nodes[site].KillAsync();
    public Task KillServerAsync(int site, int server) => servers[(site, server)].KillAsync();

    /// <summary>The first node that ended by itself, with what it said last; null when all live.</summary>
    public (int Site, string LastWords)? FirstDeadNode()
    {
        foreach (var (site, node) in nodes)
        {
            if (node.HasExited) return (site, node.LastWords);
        }

        return null;
    }

    private void StartGuard()
    {
        var start = new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(DemoCluster).Assembly.Location);
        start.ArgumentList.Add("demo-part");
        start.ArgumentList.Add("guard");
        guard = System.Diagnostics.Process.Start(start);
    }

    private DemoProcess Watched(DemoProcess process)
    {
        if (guard is { HasExited: false })
        {
            lock (guard)
            {
                guard.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"+{process.Pid}"));
                guard.StandardInput.Flush();
            }
        }

        return process;
    }

    public async ValueTask DisposeAsync()
    {
        // Killed and gone: who waits for the demo's end may look for its processes at once.
        var processes = nodes.Values.Concat(relays).Concat(servers.Values).ToArray();
        await Task.WhenAll(processes.Select(process => process.KillAsync()));
        foreach (var process in processes) process.Dispose();
        if (guard is not null)
        {
            guard.StandardInput.Close();
            await guard.WaitForExitAsync();
            guard.Dispose();
        }
    }
}
