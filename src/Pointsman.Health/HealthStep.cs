using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>The outcome of one probe's result.</summary>
/// <param name="Before">The state before it.</param>
/// <param name="ProbeAgain">Another one is wanted at once, so that a doubt is settled within a second and not within intervals.</param>
public readonly record struct HealthStep(TrackedHealth Next, HealthState Before, bool ProbeAgain)
{
    public HealthState After => Next.State;
    public bool Changed => Before != After;
    public bool WentDown => Changed && After == HealthState.Down;
    public bool CameUp => Before is HealthState.Unknown or HealthState.Down && After == HealthState.Up;
}
