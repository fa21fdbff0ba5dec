using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>One health check: N iterations within one timeout, again each interval ± 5 % [P4.1, S8].</summary>
public sealed record ProbeSettings
{
    /// <summary>Null = TCP open and close [P4.2].</summary>
    public HttpProbe? Http { get; init; }
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
    public int Iterations { get; init; } = 1;

    /// <summary>Failures in a row that take an up VIP down, and successes in a row that bring it back. 1 to 100.</summary>
    public int Fall { get; init; } = 3;
    public int Rise { get; init; } = 2;
}

/// <summary>GET of a path; up when the status is expected and, if given, the body contains the text.</summary>
public sealed record HttpProbe
{
    public string Path { get; init; } = "/";

    /// <summary>The Host header; null = the service's name.</summary>
    public string? Host { get; init; }

    /// <summary>Accepted status codes, inclusive ranges. Default 200.</summary>
    public ImmutableArray<(int First, int Last)> ExpectStatus { get; init; } = [(200, 200)];
    public string? ExpectBody { get; init; }

    // An immutable array compares by identity; two equal probes read from two generations of a file must be equal [S24].
    public bool Equals(HttpProbe? other) => other is not null && Path == other.Path && Host == other.Host && ExpectBody == other.ExpectBody
        && ExpectStatus.AsSpan().SequenceEqual(other.ExpectStatus.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Path, Host, ExpectBody, ExpectStatus.IsDefaultOrEmpty ? default : ExpectStatus[0]);
}
