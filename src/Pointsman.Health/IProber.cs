namespace Pointsman.Health;

/// <summary>Carries one probe out: real sockets in the program, a script in tests and simulations.</summary>
public interface IProber
{
    /// <summary>All iterations of one probe within its timeout. Never throws for what the target does; throws only when cancelled.</summary>
    Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellation);
}
