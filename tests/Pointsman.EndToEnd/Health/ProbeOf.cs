using System.Net;
using Pointsman.Health;
using Pointsman.Health.Probes;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Targets and single probes for the tests of this folder.</summary>
internal static class ProbeOf
{
    public static readonly HttpCheck Ok = new() { Path = "/health", ExpectBody = "ok" };

    public static ProbeTarget Target(IPEndPoint server, ProbeCheck? check = null, int timeoutMs = 3000, int iterations = 1, int intervalMs = 5000) => new()
    {
        Key = new TargetKey(new VipKey(new ServiceId(1), new SiteId(2), Endpoint.From(server))),
        ConnectTo = Endpoint.From(server),
        HostName = "www.example.com",
        Settings = new ProbeSettings
        {
            Check = check ?? TcpCheck.OpenAndClose,
            Interval = TimeSpan.FromMilliseconds(intervalMs),
            Timeout = TimeSpan.FromMilliseconds(timeoutMs),
            Iterations = iterations,
        },
    };

    public static Task<ProbeResult> RunAsync(ProbeTarget target) => new SocketProber(TimeProvider.System).ProbeAsync(target, CancellationToken.None);
}
