namespace Pointsman.Switching;

/// <summary>What the operator does not set per VIP: threads, limits and patience. Every default says why.</summary>
public sealed record VipSwitchOptions
{
    /// <summary>Forwarding threads. Default: half the processors, the other half being the name server's; at least one.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 16);

    /// <summary>How many servers are tried for one connection before it is refused: the one chosen and two more.</summary>
    public int ConnectTries { get; init; } = 3;

    /// <summary>Patience with one server's handshake. A server in the same room that takes longer than one retransmission (1 s) and a bit is not well.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    // RFC 5382 §5 REQ-5: a middlebox keeps an idle established connection for at least 2 h 4 min.
    /// <summary>A session without a byte either way for so long is closed. Deliberately long: idle is not dead, and keep-alive finds the dead.</summary>
    public TimeSpan SessionIdleTimeout { get; init; } = TimeSpan.FromMinutes(124);

    // RFC 5382 §5 REQ-5: a connection that is closing is kept for at least 4 min.
    /// <summary>The same, once one side has said that it sends no more.</summary>
    public TimeSpan HalfClosedIdleTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>How long a refused connection may take to send its request head [S20].</summary>
    public TimeSpan RefusedTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many refused connections are read at once, in all; one more is reset at once [S20].</summary>
    public int RefusedAtOnce { get; init; } = 1024;

    /// <summary>
    /// Most descriptors that sessions may hold (two each). Null = seven eighths of the process's limit: the rest is for the name server,
    /// DSSP and the admin interface, who must not suffer when a VIP is flooded.
    /// </summary>
    public int? DescriptorBudget { get; init; }

    /// <summary>Only the expiry of hop tokens asks for the time of day.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
