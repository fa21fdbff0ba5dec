namespace Pointsman.Model.Probes;

/// <summary>The most that each phase of one iteration may take; null = as long as the whole probe's timeout lasts.</summary>
/// <param name="Connect">Until the connection stands.</param>
/// <param name="Tls">The TLS handshake, where there is one.</param>
/// <param name="FirstByte">From then to the first byte of the server's.</param>
public sealed record PhaseTimeouts(TimeSpan? Connect, TimeSpan? Tls, TimeSpan? FirstByte)
{
    public static PhaseTimeouts None { get; } = new(null, null, null);
}
