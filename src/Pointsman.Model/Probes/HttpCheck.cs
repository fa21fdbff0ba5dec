using System.Collections.Immutable;

namespace Pointsman.Model.Probes;

/// <summary>GET of a path; up when the status is expected and, if given, the body contains the text.</summary>
public sealed record HttpCheck : ProbeCheck
{
    public string Path { get; init; } = "/";

    /// <summary>The Host header; null = the service's name.</summary>
    public string? Host { get; init; }

    /// <summary>Accepted status codes, inclusive ranges. Default 200.</summary>
    public ImmutableArray<(int First, int Last)> ExpectStatus { get; init; } = [(200, 200)];
    public string? ExpectBody { get; init; }

    public override int RoundTrips => 2;

    // An immutable array compares by identity; two equal checks read from two generations of a file must be equal [S24].
    public bool Equals(HttpCheck? other) => other is not null && Path == other.Path && Host == other.Host && ExpectBody == other.ExpectBody
        && ExpectStatus.AsSpan().SequenceEqual(other.ExpectStatus.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Path, Host, ExpectBody, ExpectStatus.IsDefaultOrEmpty ? default : ExpectStatus[0]);
}
