using System.Net;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>Which target: a VIP of another site (<see cref="Server"/> null), or one real server of an own VIP.</summary>
public readonly record struct TargetKey(VipKey Vip, Endpoint? Server = null)
{
    /// <summary>The address that is tested: the real server's, else the VIP's.</summary>
    public Endpoint Address => Server ?? Vip.Address;

    public override string ToString() => Address.ToString();
}

/// <summary>
/// One thing that this node probes, and how. As compiled from the configuration, compared by content: two equal targets of two
/// generations of the configuration are the same target, and keep their schedule and averages [S24].
/// </summary>
public sealed record ProbeTarget
{
    public required TargetKey Key { get; init; }

    /// <summary>Where the connection really goes; differs from the key's address when the site probes through a tunnel or relay (<see cref="Site.ProbeThrough"/>).</summary>
    public required Endpoint ConnectTo { get; init; }

    /// <summary>The local address to connect from; null = the system chooses.</summary>
    public IPAddress? Source { get; init; }

    public required ProbeSettings Settings { get; init; }

    /// <summary>An operator has taken it out of use: it stands on the board and is not probed.</summary>
    public bool Disabled { get; init; }

    /// <summary>The service's name: the Host of a content probe that configures none.</summary>
    public required string HostName { get; init; }

    /// <summary>The name of the site that is probed, for a command.</summary>
    public string SiteName { get; init; } = "";

    /// <summary>Whether a time measured on the other one says something about this one: the same path and the same question.</summary>
    public bool MeasuresTheSameAs(ProbeTarget other) =>
        Key == other.Key && ConnectTo == other.ConnectTo && Equals(Source, other.Source) && HostName == other.HostName
        && Settings.Check == other.Settings.Check && Settings.Iterations == other.Settings.Iterations;
}
