using System.Collections.Immutable;
using System.Net;

namespace Pointsman.Dns.Transport;

/// <summary>What a <see cref="DnsServer"/> is started with; fixed for its life. What may change while it runs is in <see cref="AnswerSettings"/>.</summary>
public sealed record DnsServerOptions
{
    /// <summary>UDP and TCP on each; port 0 lets the system choose (one port for both). IPv6 sockets take IPv6 only.</summary>
    public required ImmutableArray<IPEndPoint> Listen { get; init; }

    /// <summary>UDP threads for each address, 1 to 64; default one per core.</summary>
    public int UdpThreads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 64);

    /// <summary>
    /// Connections in all: past them a new one takes the place of the one that has been without a query for longest. And from one IPv4 address or IPv6
    /// /56: past them new ones are closed at once.
    /// </summary>
    public int TcpConnectionsMax { get; init; } = 10_000;
    public int TcpConnectionsPerClient { get; init; } = 500;

    /// <summary>
    /// Connections take at most one in so many of the process's descriptors. Sixteen, where probes, VIPs and peers need theirs; a process that is a
    /// name server alone can give half.
    /// </summary>
    public int TcpDescriptorShare { get; init; } = 16;

    /// <summary>How long a connection may stay without a query (RFC 7766 §6.2.3).</summary>
    public TimeSpan TcpIdleTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a client may take to send one query once begun, or to take its answers.</summary>
    public TimeSpan TcpSlowTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Takes one line for each event worth a log (never one a query).</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Take the portable path where the fast one exists: for tests.</summary>
    internal bool Portable { get; init; }

    /// <summary>TCP queries are answered by these workers.</summary>
    internal int TcpWorkers => UdpThreads;

    /// <summary>How many workers ask <see cref="Dynamic.IDynamicAnswers"/>, numbered from 0: as many cursors are needed [S14].</summary>
    public int WorkerCount => (Listen.Length * UdpThreads) + TcpWorkers;
}

/// <summary>An address that cannot be listened on; the message names address, port and protocol.</summary>
public sealed class DnsListenException(string message, Exception inner) : Exception(message, inner);
