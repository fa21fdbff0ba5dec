using System.Globalization;
using System.Net;
using System.Text;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>A zone as a server is told of it.</summary>
internal sealed record ServedZone(string Origin, string File);

/// <summary>
/// One of four name servers over the same master files, on an address of its own: what NSD, Knot DNS and BIND agree on is what we are measured
/// by. Each runs in a folder of its own, with minimal answers and nothing that leaves the machine.
/// </summary>
internal sealed class ZoneServer : IAsyncDisposable
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(30);
    private readonly RunningProcess _process;
    private readonly DirectoryInfo _folder;

    private ZoneServer(ServerKind kind, RunningProcess process, DirectoryInfo folder, IPEndPoint endPoint)
    {
        Kind = kind;
        _process = process;
        _folder = folder;
        EndPoint = endPoint;
    }

    public ServerKind Kind { get; }
    public IPEndPoint EndPoint { get; }
    public string Log => _process.Output + _process.Error;

    /// <summary>Starts it and waits until it answers for <paramref name="ready"/>, the apex of a zone that every server can load.</summary>
    public static async Task<ZoneServer> StartAsync(ServerKind kind, IReadOnlyList<ServedZone> zones, string ready)
    {
        var folder = Directory.CreateTempSubdirectory($"pointsman-{kind}-");
        // BIND listens only on addresses that an interface lists, which of 127.0.0.0/8 is one.
        var endPoint = kind == ServerKind.Bind ? new IPEndPoint(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback)) : Loopback.NextEndPoint();
        string In(string name) => Path.Combine(folder.FullName, name);
        async Task<string> ConfigurationAsync(string text)
        {
            await File.WriteAllTextAsync(In("server.conf"), text);
            return In("server.conf");
        }
        var process = kind switch
        {
            ServerKind.Nsd => RunningProcess.Start(Peer.Require("nsd"), ["-d", "-c", await ConfigurationAsync(Nsd(zones, endPoint, folder.FullName))]),
            ServerKind.Knot => RunningProcess.Start(Peer.Require("knotd"), ["-c", await ConfigurationAsync(Knot(zones, endPoint, folder.FullName))]),
            ServerKind.Bind => RunningProcess.Start(Peer.Require("named"), ["-g", "-n", "1", "-c", await ConfigurationAsync(Bind(zones, endPoint, folder.FullName))]),
            _ => await StartOursAsync(zones, endPoint, In("zones.list")),
        };
        var server = new ZoneServer(kind, process, folder, endPoint);
        await process.WaitForAsync(() => AnswersFor(endPoint, ready), $"answer for {ready}", s_ample);
        return server;
    }

    private static async Task<RunningProcess> StartOursAsync(IReadOnlyList<ServedZone> zones, IPEndPoint endPoint, string list)
    {
        await File.WriteAllLinesAsync(list, zones.Select(zone => $"{zone.Origin}\t{zone.File}"));
        return ProgramUnderTest.Start("dns", "--zone-list", list, "--listen", endPoint.ToString());
    }

    private static bool AnswersFor(IPEndPoint endPoint, string ready)
    {
        try
        {
            using var connection = new DnsConnection(endPoint);
            return connection.Ask(WireName.Parse(ready), 6).Answers.Count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>NSD and BIND look for what is included from where they run; Knot and we from where the file is.</summary>
    private static string FolderOf(IReadOnlyList<ServedZone> zones) => Path.GetDirectoryName(zones[0].File)!;

    private static string Each(IReadOnlyList<ServedZone> zones, Func<ServedZone, string> block)
    {
        var text = new StringBuilder();
        foreach (var zone in zones) text.Append(block(zone)).Append('\n');
        return text.ToString();
    }

    private static string Nsd(IReadOnlyList<ServedZone> zones, IPEndPoint at, string folder) => string.Create(CultureInfo.InvariantCulture, $"""
        server:
          ip-address: {at.Address}@{at.Port}
          username: ""
          chroot: ""
          zonesdir: "{FolderOf(zones)}"
          database: ""
          pidfile: "{folder}/nsd.pid"
          xfrdfile: "{folder}/xfrd.state"
          zonelistfile: "{folder}/zone.list"
          cookie-secret-file: "{folder}/cookies"
          server-count: 1
          rrl-ratelimit: 0
          minimal-responses: yes
          refuse-any: no
        remote-control:
          control-enable: no

        """) + Each(zones, zone => $"zone:\n  name: \"{zone.Origin}\"\n  zonefile: \"{zone.File}\"");

    private static string Knot(IReadOnlyList<ServedZone> zones, IPEndPoint at, string folder) => string.Create(CultureInfo.InvariantCulture, $"""
        server:
            rundir: "{folder}"
            listen: {at.Address}@{at.Port}
            udp-workers: 1
            tcp-workers: 1
            background-workers: 1
            answer-rotation: off
        database:
            storage: "{folder}"
        log:
          - target: stderr
            any: warning
        template:
          - id: default
            zonefile-sync: -1
            journal-content: none
            semantic-checks: off

        """) + "zone:\n" + Each(zones, zone => $"  - domain: \"{zone.Origin}\"\n    file: \"{zone.File}\"");

    private static string Bind(IReadOnlyList<ServedZone> zones, IPEndPoint at, string folder) => string.Create(CultureInfo.InvariantCulture, $$"""
        options {
            directory "{{FolderOf(zones)}}";
            managed-keys-directory "{{folder}}";
            pid-file "{{folder}}/named.pid";
            session-keyfile "{{folder}}/session.key";
            lock-file none;
            listen-on port {{at.Port}} { {{at.Address}}; };
            listen-on-v6 { none; };
            recursion no;
            minimal-responses yes;
            check-names primary ignore;
            check-integrity no;
            check-srv-cname ignore;
            check-mx-cname ignore;
            dnssec-validation no;
            empty-zones-enable no;
            notify no;
            allow-query { any; };
        };
        controls { };

        """) + Each(zones, zone => $$"""zone "{{zone.Origin}}" { type primary; file "{{zone.File}}"; };""");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
