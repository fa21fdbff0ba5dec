using Pointsman.Model.Probes;

namespace Pointsman.Model;

/// <summary>One health check: N iterations within one timeout, again each interval ± 5 % [P4.1, S8].</summary>
public sealed record ProbeSettings
{
    /// <summary>What is said to the server, and what it must answer.</summary>
    public ProbeCheck Check { get; init; } = TcpCheck.OpenAndClose;

    /// <summary>Where these probes leave from, before what their site says.</summary>
    public SourceAddresses Source { get; init; } = SourceAddresses.None;
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For all iterations together.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For the phases of each iteration, within <see cref="Timeout"/>.</summary>
    public PhaseTimeouts Timeouts { get; init; } = PhaseTimeouts.None;
    public int Iterations { get; init; } = 1;

    /// <summary>Failures in a row that take an up VIP down, and successes in a row that bring it back. 1 to 100.</summary>
    public int Fall { get; init; } = 3;
    public int Rise { get; init; } = 2;

    /// <summary>How long what went down is held down at least; doubles with each time that it does so again. Null = a first down is not held, and the base is two intervals.</summary>
    public TimeSpan? HoldDown { get; init; }

    /// <summary>The most that doubling comes to.</summary>
    public TimeSpan HoldDownMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Above this average response time it is overloaded, until it is below four fifths of it; null = however slow, it is not.</summary>
    public TimeSpan? OverloadAbove { get; init; }
}
