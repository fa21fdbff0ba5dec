using System.Globalization;
using System.Net;
using System.Text;

namespace Pointsman.EndToEnd.Dns;

/// <summary><c>pointsman dns</c> over a zone of the test's own, on an address of its own; dig and kdig ask it.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder;

    private NameServer(RunningProcess process, IPEndPoint endPoint, DirectoryInfo folder)
    {
        Process = process;
        EndPoint = endPoint;
        _folder = folder;
    }

    public RunningProcess Process { get; }
    public IPEndPoint EndPoint { get; }
    public string ZoneFile => Path.Combine(_folder.FullName, "example.com.zone");

    public static string Zone()
    {
        var text = new StringBuilder("""
            $TTL 300
            @ SOA ns1 hostmaster 7 3600 600 604800 60
            @ NS ns1
            @ MX 10 mail
            @ TXT "v=spf1 -all"
            @ CAA 0 issue "ca.example.net"
            ns1 A 192.0.2.1
            mail A 192.0.2.2
            www A 192.0.2.80
            www AAAA 2001:db8::80
            www HTTPS 1 . alpn=h2
            alias CNAME www
            1 PTR www
            _https._tcp SRV 0 5 443 www
            *.wild A 192.0.2.99
            moved DNAME www

            """);
        for (var i = 0; i < 60; i++) text.Append(CultureInfo.InvariantCulture, $"big TXT \"record {i} {new string('x', 60)}\"\n");
        return text.ToString();
    }

    /// <param name="options">Further options of <c>dns</c>.</param>
    public static async Task<NameServer> StartAsync(params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-dns-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "example.com.zone"), Zone());
        var endPoint = Loopback.NextEndPoint();
        var process = ProgramUnderTest.Start(["dns", "--zone", $"example.com={Path.Combine(folder.FullName, "example.com.zone")}", "--listen", endPoint.ToString(), .. options]);
        var server = new NameServer(process, endPoint, folder);
        await process.WaitForErrorAsync("serving ", s_ample);
        return server;
    }

    public async Task<string> DigAsync(params string[] arguments)
    {
        var finished = await Peer.RunAsync("dig", s_ample, ["+time=10", "+tries=3", "-p", $"{EndPoint.Port}", $"@{EndPoint.Address}", .. arguments]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return finished.Output;
    }

    public async Task<string> KdigAsync(params string[] arguments)
    {
        var finished = await Peer.RunAsync("kdig", s_ample, ["+time=10", "-p", $"{EndPoint.Port}", $"@{EndPoint.Address}", .. arguments]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return finished.Output;
    }

    public async Task<string> DrillAsync(params string[] arguments)
    {
        var finished = await Peer.RunAsync("drill", s_ample, ["-p", $"{EndPoint.Port}", $"@{EndPoint.Address}", .. arguments]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return finished.Output;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
