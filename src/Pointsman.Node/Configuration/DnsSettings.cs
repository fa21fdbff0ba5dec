using System.Collections.Immutable;
using Pointsman.Dns.Limiting;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>The section <c>dns</c>, the same for every node: names of files and nodes not yet put in.</summary>
internal sealed record DnsSettings
{
    /// <summary>The word that stands for no identity.</summary>
    public const string Hide = "hide";

    public static DnsSettings Default { get; } = new();

    /// <summary>UDP threads for each address; null = one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>The largest UDP answer, 512 to 4096 octets.</summary>
    public int UdpPayloadBytes { get; init; } = 1232;

    /// <summary>As written: <c>{node}</c> and <c>{site}</c> stand for names, <see cref="Hide"/> for none.</summary>
    public string Identity { get; init; } = "{node}";

    /// <summary>Told to who asks; null = not told.</summary>
    public string? Version { get; init; }

    public DnsCookieSettings Cookies { get; init; } = DnsCookieSettings.Default;

    /// <summary>Padded answers over TCP are a multiple of so many octets; 0 = not padded.</summary>
    public int PaddingBlock { get; init; } = 468;

    /// <summary>Null = UDP is not limited.</summary>
    public RateLimits? RateLimit { get; init; }

    /// <summary>Whether UDP clients without a valid cookie are sent to TCP for large answers.</summary>
    public bool TruncateUnproven { get; init; }

    public DnsTcpSettings Tcp { get; init; } = DnsTcpSettings.Default;

    /// <summary>What is recorded of the queries; null = nothing.</summary>
    public DnstapSettings? Dnstap { get; init; }
}

/// <summary>DNS cookies: the files of the secrets as written, and the secrets once read.</summary>
internal sealed record DnsCookieSettings
{
    public static DnsCookieSettings Default { get; } = new();
    public static DnsCookieSettings Off { get; } = new() { Enabled = false };

    public bool Enabled { get; init; } = true;
    public bool Required { get; init; }
    public ImmutableArray<Written<string>> SecretFiles { get; init; } = [];

    /// <summary>The first signs, all verify; none = the node's own.</summary>
    public ImmutableArray<ImmutableArray<byte>> Secrets { get; init; } = [];
}

/// <summary>Limits of DNS over TCP.</summary>
internal sealed record DnsTcpSettings(int Connections, int PerClient, TimeSpan IdleTimeout, TimeSpan SlowTimeout)
{
    public static DnsTcpSettings Default { get; } = new(10_000, 500, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5));
}
