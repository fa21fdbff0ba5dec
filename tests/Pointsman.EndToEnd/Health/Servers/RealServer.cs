using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health.Servers;

/// <summary>
/// A server that is not ours, with a configuration of its own in a folder of its own, on an address of loopback that nobody else has. It
/// runs in the foreground and ends with the test. Its certificate names <see cref="Name"/> and signs itself.
/// </summary>
internal sealed class RealServer : IAsyncDisposable
{
    public const string Name = "server.test";
    public const int CertificateDays = 20;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder;
    private RunningProcess? _process;

    private RealServer(string name)
    {
        _folder = Directory.CreateTempSubdirectory($"pointsman-{name}-");
        // Servers change to users of their own, who have to get here.
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(CertificateDays).AddHours(1));
        Certificate = certificate.ExportCertificatePem();
        Write("cert.pem", Certificate);
        Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(At("key.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public static RealServer Prepare(string name) => new(name);

    public IPAddress Address { get; } = Loopback.NextAddress();

    public string Certificate { get; }

    /// <summary>What trusts the server's certificate.</summary>
    public TlsSettings Tls => new() { ServerName = Name, Authority = Certificate };

    public string Folder => _folder.FullName;

    public string At(string path) => Path.Combine(_folder.FullName, path);

    public IPEndPoint FreePort() => new(Address, Loopback.FreePort(Address));

    public void Write(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), bytes);
    }

    /// <summary>Runs it, and waits until it takes connections.</summary>
    public async Task StartAsync(string file, IEnumerable<string> arguments, IPEndPoint listening, IReadOnlyDictionary<string, string?>? environment = null)
    {
        _process = RunningProcess.Start(file, arguments, _folder.FullName, environment);
        var watch = Stopwatch.StartNew();
        while (true)
        {
            using var socket = new Socket(listening.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(listening);
                return;
            }
            catch (SocketException) when (watch.Elapsed < s_deadline && !_process.HasExited)
            {
                await Task.Delay(20);
            }
            catch (SocketException why)
            {
                throw new InvalidOperationException($"{file} does not listen at {listening} ({why.Message})\n{_process.Output}\n{_process.Error}", why);
            }
        }
    }

    /// <summary>One probe's verdict and reason, without its time.</summary>
    public static async Task<(bool IsWell, string Reason, ProbeResult Result)> ProbeAsync(IPEndPoint at, ProbeCheck check, int timeoutMs = 10_000)
    {
        var result = await ProbeOf.RunAsync(ProbeOf.Target(at, check, timeoutMs));
        return (result.Succeeded, result.Reason, result);
    }

    public static async Task WellAsync(IPEndPoint at, ProbeCheck check, string reply)
    {
        var (isWell, reason, _) = await ProbeAsync(at, check);
        Assert.True(isWell, reason);
        Assert.Equal(reply, reason);
    }

    public static async Task FailsAsync(IPEndPoint at, ProbeCheck check, string why, int timeoutMs = 10_000)
    {
        var (isWell, reason, result) = await ProbeAsync(at, check, timeoutMs);
        Assert.False(isWell, reason);
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.StartsWith(why, reason, StringComparison.Ordinal);
    }

    /// <summary>Frozen, it lets connect and says nothing.</summary>
    public async Task FreezeAsync(IPEndPoint at, ProbeCheck check)
    {
        _process!.Signal("STOP");
        await FailsAsync(at, check, "timeout after 1000.0 ms while waiting for the greeting", timeoutMs: 1000);
        _process.Signal("CONT");
    }

    /// <summary>Ended, it refuses.</summary>
    public async Task EndAsync(IPEndPoint at, ProbeCheck check)
    {
        await _process!.DisposeAsync();
        _process = null;
        await FailsAsync(at, check, "connection refused");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
