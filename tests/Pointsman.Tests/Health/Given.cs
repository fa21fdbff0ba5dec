using System.Net;
using Pointsman.Health;
using Pointsman.Model;

namespace Pointsman.Tests.Health;

/// <summary>The small facts that health tests start from.</summary>
internal static class Given
{
    public static readonly SiteId Here = new(1);
    public static readonly SiteId There = new(2);
    public static readonly ServiceId Web = new(1);

    public static Endpoint At(string endpoint) => Endpoint.TryParse(endpoint, out var parsed) ? parsed : throw new ArgumentException(endpoint);

    public static VipKey RemoteVip(int number = 1) => new(Web, There, new Endpoint(new IPAddress([192, 0, 2, (byte)number]), 80));

    public static ProbeTarget Target(int number = 1, ProbeSettings? settings = null) => new()
    {
        Key = new TargetKey(RemoteVip(number)),
        ConnectTo = RemoteVip(number).Address,
        Settings = settings ?? new ProbeSettings(),
        HostName = "www.example.com",
    };

    public static ProbeResult Success(int milliseconds = 10) => ProbeResult.Success(milliseconds * 1000, "200 OK");

    public static ProbeResult Failure(string reason = "connection refused") => ProbeResult.Failure(1000, reason);
}
