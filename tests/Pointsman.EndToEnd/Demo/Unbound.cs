using System.Globalization;
using System.Net;

namespace Pointsman.EndToEnd.Demo;

/// <summary>A real resolver on an address of its own, which asks the given servers for one zone, with its subnet cache on.</summary>
internal sealed class Unbound : IAsyncDisposable
{
    private readonly RunningProcess process;
    private readonly string folder;

    private Unbound(RunningProcess process, string folder, IPEndPoint endPoint) => (this.process, this.folder, EndPoint) = (process, folder, endPoint);

    public IPEndPoint EndPoint { get; }

    public static async Task<Unbound> StartAsync(IEnumerable<IPEndPoint> servers, string zone)
    {
        var program = Peer.Require("unbound");
        var endPoint = Loopback.NextEndPoint();
        var folder = Directory.CreateTempSubdirectory("pointsman-unbound-").FullName;
        var stubs = string.Join('\n', servers.Select(server => string.Create(CultureInfo.InvariantCulture, $"  stub-addr: {server.Address}@{server.Port}")));
        await File.WriteAllTextAsync(Path.Combine(folder, "unbound.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            server:
              interface: {endPoint.Address}@{endPoint.Port}
              access-control: 127.0.0.0/8 allow
              directory: "{folder}"
              chroot: ""
              username: ""
              pidfile: "{folder}/unbound.pid"
              use-syslog: no
              do-not-query-localhost: no
              module-config: "subnetcache iterator"
              send-client-subnet: 127.0.0.0/8
              client-subnet-always-forward: yes
              do-ip6: no
              local-zone: "test." nodefault
              verbosity: 1
            stub-zone:
              name: "{zone}"
            {stubs}
            remote-control:
              control-enable: no
            """));
        var process = RunningProcess.Start(program, ["-d", "-p", "-c", Path.Combine(folder, "unbound.conf")]);
        await process.WaitForErrorAsync("start of service", TimeSpan.FromSeconds(15));
        return new Unbound(process, folder, endPoint);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
