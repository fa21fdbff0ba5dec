using Pointsman.Dns;
using Pointsman.Dns.Transport;
using Pointsman.Node.Configuration;

namespace Pointsman.Node.Wiring;

/// <summary>The section <c>dns</c> as the name server of one node takes it: what it starts with, and what a reload may change.</summary>
internal static class DnsServing
{
    public static DnsServerOptions Options(DnsSettings settings, NodeIdentity identity, Action<string> log)
    {
        var standard = new DnsServerOptions { Listen = [.. identity.Node.Dns.Select(address => address.ToIPEndPoint())] };
        return standard with
        {
            UdpThreads = settings.Threads ?? standard.UdpThreads,
            TcpConnectionsMax = settings.Tcp.Connections,
            TcpConnectionsPerClient = settings.Tcp.PerClient,
            TcpIdleTimeout = settings.Tcp.IdleTimeout,
            TcpSlowTimeout = settings.Tcp.SlowTimeout,
            Log = log,
        };
    }

    public static AnswerSettings Answers(DnsSettings settings, NodeIdentity identity) => new()
    {
        UdpPayloadBytes = settings.UdpPayloadBytes,
        RateLimits = settings.RateLimit,
        TruncateUnproven = settings.TruncateUnproven,
        Version = settings.Version,
        PaddingBlock = settings.PaddingBlock,
        Cookies = new CookieSettings { Enabled = settings.Cookies.Enabled, Required = settings.Cookies.Required, Secrets = settings.Cookies.Secrets },
        Identity = settings.Identity == DnsSettings.Hide ? null
            : settings.Identity.Replace("{node}", identity.Node.Name, StringComparison.Ordinal).Replace("{site}", identity.Site.Name, StringComparison.Ordinal),
    };

    /// <summary>The key that a reload would change and cannot, or null: threads and listeners live as long as the server.</summary>
    public static string? NeedsRestart(DnsSettings now, DnsSettings next) =>
        now.Threads != next.Threads ? "dns.threads"
        : now.Tcp != next.Tcp ? "dns.tcp"
        : null;
}
