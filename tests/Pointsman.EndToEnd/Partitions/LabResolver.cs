using System.Diagnostics;
using Pointsman.Wan.Cluster;
using Pointsman.Wan.Network;

namespace Pointsman.EndToEnd.Partitions;

/// <summary>What stands between users and name servers: a real unbound at the western clients' place, which asks all six nodes for the zone and keeps nothing.</summary>
internal sealed class LabResolver : IAsyncDisposable
{
    private const int Port = 5355;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly NetworkNamespace inside;
    private readonly Process process;
    private readonly string folder;

    private LabResolver(NetworkNamespace inside, Process process, string folder) => (this.inside, this.process, this.folder) = (inside, process, folder);

    public static async Task<LabResolver> StartAsync(Laboratory lab)
    {
        var inside = lab.NamespaceOfClient(0);
        var folder = Directory.CreateTempSubdirectory("pointsman-lab-unbound-").FullName;
        var file = Path.Combine(folder, "unbound.conf");
        await File.WriteAllTextAsync(file, $"""
            server:
              interface: 127.0.0.1@{Port}
              directory: "{folder}"
              chroot: ""
              username: ""
              pidfile: "{folder}/unbound.pid"
              use-syslog: no
              module-config: "iterator"
              do-ip6: no
              cache-max-ttl: 0
              cache-max-negative-ttl: 0
              local-zone: "test." nodefault
              num-threads: 1
            stub-zone:
              name: "lab.test"
            {string.Join('\n', lab.Sites.Select(site => $"  stub-addr: {WanAddress.Of4(site.Place, 1)}"))}
            remote-control:
              control-enable: no
            """);
        var resolver = new LabResolver(inside, inside.Start(new ProcessStartInfo(Peer.Require("unbound"), ["-d", "-p", "-c", file]) { UseShellExecute = false }), folder);
        await Laboratory.UntilAsync(async () => (await resolver.AskAsync("dig", LabServices.Names[0])).Length > 0, "unbound answers", s_patience);
        return resolver;
    }

    /// <summary>The places of the addresses that a user's own tool gets from the resolver; none when there is no answer.</summary>
    public async Task<int[]> AskAsync(string tool, string name)
    {
        string[] arguments = tool == "kdig"
            ? ["@127.0.0.1", "-p", $"{Port}", "+short", "+timeout=5", "+retry=0", name, "A"]
            : ["@127.0.0.1", "-p", $"{Port}", "+short", "+time=5", "+tries=1", name, "A"];
        using var asking = inside.Start(new ProcessStartInfo(Peer.Require(tool), arguments) { UseShellExecute = false, RedirectStandardOutput = true });
        var said = await asking.StandardOutput.ReadToEndAsync();
        await asking.WaitForExitAsync();
        return [.. said.Split('\n').Where(line => System.Net.IPAddress.TryParse(line, out _)).Select(line => WanAddress.PlaceOf(System.Net.IPAddress.Parse(line).GetAddressBytes()))];
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
