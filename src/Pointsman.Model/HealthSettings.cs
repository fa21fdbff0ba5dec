namespace Pointsman.Model;

/// <summary>How much this cluster probes, and who probes whom.</summary>
public sealed record HealthSettings
{
    /// <summary>Everybody probes everybody up to so many sites [P4.1]; past it a site is probed by <see cref="ProbersEach"/> of the others.</summary>
    public int ProbersBeyond { get; init; } = 32;

    /// <summary>Of the other sites, so many probe a site of a service in a large mesh.</summary>
    public int ProbersEach { get; init; } = 8;

    /// <summary>The most probes that one node starts in a second; null = as many as the configuration asks for.</summary>
    public int? ProbesPerSecond { get; init; }

    /// <summary>What was known before a restart counts for so long after it was saved [S11].</summary>
    public TimeSpan Remember { get; init; } = TimeSpan.FromMinutes(10);
}
