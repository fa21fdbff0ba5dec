using System.Globalization;
using System.Net;

namespace Pointsman.EndToEnd.Dns.Resolvers;

/// <summary>A resolver that others wrote, on loopback, which knows nobody but our servers.</summary>
internal sealed class Resolver : IAsyncDisposable
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(30);
    private readonly RunningProcess _process;
    private readonly DirectoryInfo _folder;
    private readonly IPEndPoint _endPoint;

    private Resolver(RunningProcess process, DirectoryInfo folder, IPEndPoint endPoint) => (_process, _folder, _endPoint) = (process, folder, endPoint);

    /// <summary>Unbound, strict in all that it can be strict in, with <paramref name="authority"/> for every name there is.</summary>
    public static async Task<Resolver> StartUnboundAsync(IPEndPoint authority)
    {
        var program = Peer.Require("unbound");
        var endPoint = Loopback.NextEndPoint();
        var folder = Directory.CreateTempSubdirectory("pointsman-unbound-");
        var configuration = Path.Combine(folder.FullName, "unbound.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            server:
              interface: {endPoint.Address}@{endPoint.Port}
              access-control: 127.0.0.0/8 allow
              directory: "{folder.FullName}"
              chroot: ""
              username: ""
              pidfile: "{folder.FullName}/unbound.pid"
              use-syslog: no
              num-threads: 1
              do-not-query-localhost: no
              do-ip6: no
              module-config: "subnetcache iterator"
              send-client-subnet: 127.0.0.0/8
              client-subnet-always-forward: yes
              use-caps-for-id: yes
              qname-minimisation: yes
              qname-minimisation-strict: yes
              prefetch: yes
              minimal-responses: no
              local-zone: "test." nodefault
              verbosity: 1
            stub-zone:
              name: "example.test"
              stub-addr: {authority.Address}@{authority.Port}
            stub-zone:
              name: "."
              stub-addr: {authority.Address}@{authority.Port}
            remote-control:
              control-enable: no
            """));
        var process = RunningProcess.Start(program, ["-d", "-p", "-c", configuration]);
        await process.WaitForErrorAsync("start of service", s_ample);
        return new Resolver(process, folder, endPoint);
    }

    /// <summary>
    /// BIND, which begins at a root of ours and follows its delegation. All speak on <paramref name="port"/>, because a delegation names no port.
    /// BIND listens only on addresses that an interface lists: of 127.0.0.0/8 that is one.
    /// </summary>
    public static async Task<Resolver> StartNamedAsync(IPAddress root, int port, bool minimalResponses)
    {
        var program = Peer.Require("named");
        var folder = Directory.CreateTempSubdirectory("pointsman-named-");
        var configuration = Path.Combine(folder.FullName, "named.conf");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "root.hint"), $". 3600 IN NS ns.\nns. 3600 IN A {root}\n");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            options {
                directory "{{folder.FullName}}";
                pid-file "{{folder.FullName}}/named.pid";
                session-keyfile "{{folder.FullName}}/session.key";
                lock-file none;
                port {{port}};
                listen-on { 127.0.0.1; };
                listen-on-v6 { none; };
                recursion yes;
                allow-recursion { any; };
                allow-query { any; };
                dnssec-validation no;
                empty-zones-enable no;
                minimal-responses {{(minimalResponses ? "yes" : "no")}};
                qname-minimization strict;
                send-cookie yes;
                notify no;
            };
            controls { };
            zone "." { type hint; file "root.hint"; };
            """));
        var process = RunningProcess.Start(program, ["-4", "-g", "-n", "1", "-c", configuration]);
        await process.WaitForErrorAsync("running", s_ample);
        return new Resolver(process, folder, new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>What dig prints, blanks squeezed.</summary>
    public async Task<string> DigAsync(params string[] arguments)
    {
        var finished = await Peer.RunAsync("dig", s_ample, ["+time=10", "+tries=2", "-p", $"{_endPoint.Port}", $"@{_endPoint.Address}", .. arguments]);
        Assert.True(finished.ExitCode == 0, $"{finished}\n{_process.Error}");
        return string.Join('\n', finished.Output.Split('\n').Select(line => string.Join(' ', line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))));
    }

    public async Task ExpectAsync(string name, string type, params string[] texts)
    {
        var output = await DigAsync(name, type);
        foreach (var text in texts) Assert.True(output.Contains(text, StringComparison.Ordinal), $"no '{text}' in\n{output}\n{_process.Error}");
    }

    /// <summary>One of everything, as it must come out behind any resolver.</summary>
    public async Task ExpectEveryKindAsync()
    {
        await ExpectAsync("www.example.test", "A", "status: NOERROR", "www.example.test. 300 IN A 192.0.2.80");
        await ExpectAsync("www.example.test", "AAAA", "IN AAAA 2001:db8::80");
        await ExpectAsync("www.example.test", "HTTPS", "IN HTTPS 1 . alpn=\"h2\"");
        await ExpectAsync("example.test", "MX", "IN MX 10 mail.example.test.");
        await ExpectAsync("example.test", "TXT", "IN TXT \"v=spf1 -all\"");
        await ExpectAsync("example.test", "CAA", "IN CAA 0 issue \"ca.example\"");
        await ExpectAsync("example.test", "SOA", "IN SOA ns.example.test. hostmaster.example.test. 7 3600 600 604800 2");
        await ExpectAsync("1.example.test", "PTR", "IN PTR www.example.test.");
        await ExpectAsync("_https._tcp.example.test", "SRV", "IN SRV 0 5 443 www.example.test.");
        await ExpectAsync("alias1.example.test", "A", "IN CNAME alias2.example.test.", "IN CNAME alias3.example.test.", "IN CNAME www.example.test.", "IN A 192.0.2.80");
        await ExpectAsync("x.moved.example.test", "A", "IN DNAME new.example.test.", "IN CNAME x.new.example.test.", "IN A 192.0.2.77");
        await ExpectAsync("anything.wild.example.test", "A", "anything.wild.example.test. 300 IN A 192.0.2.99");
        // The names between exist, without data: a resolver that asks for one label after another must get through them (RFC 8020).
        await ExpectAsync("d.c.b.a.example.test", "A", "status: NOERROR", "IN A 192.0.2.4");
        await ExpectAsync("c.b.a.example.test", "A", "status: NOERROR", "ANSWER: 0");
        await ExpectAsync("app.example.test", "A", "status: NOERROR", "IN A 198.18.0.");
        await ExpectAsync("deep.in.the.void.example.test", "A", "status: NOERROR", "IN A 198.18.0.");
        await ExpectAsync("the.void.example.test", "A", "status: NOERROR", "ANSWER: 0");
        await ExpectAsync("below.deep.in.the.void.example.test", "A", "status: NXDOMAIN");
        await ExpectAsync("nowhere.example.test", "A", "status: NXDOMAIN", "IN SOA ns.example.test.");
        await ExpectAsync("www.example.test", "LOC", "status: NOERROR", "ANSWER: 0", "IN SOA ns.example.test.");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
