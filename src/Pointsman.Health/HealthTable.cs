using System.Collections.Immutable;
using Pointsman.Model;

namespace Pointsman.Health;

/// <summary>One cell: where it leads, and what is to be done on the way.</summary>
public readonly record struct HealthCell(HealthState Next, HealthActions Actions = HealthActions.None);

/// <summary>
/// The one table of transitions [S8, S9, P4.3, P4.4]: state × input → state, actions. Data, so that the page docs/explanation/states.md, the program and
/// the test that walks both are of one piece. A single failure proves little and a single success after an outage as little, hence fall and rise;
/// but a target never seen before is believed at its first success, so that a node that starts does not wait for rise × interval
/// before it can answer. What refuses users is alive: it is never taken for dead, and nobody new is sent there.
/// </summary>
/// <remarks>
/// Rejected: letting a first failure make an up target suspect; the word would then say nothing about whether another site saw it too, and
/// every lost packet would be probed after.
/// </remarks>
public static class HealthTable
{
    private static readonly HealthCell unknown = new(HealthState.Unknown), up = new(HealthState.Up), suspect = new(HealthState.Suspect),
        down = new(HealthState.Down), overloaded = new(HealthState.Overloaded), disabled = new(HealthState.Disabled),
        upAgain = new(HealthState.Up, HealthActions.ProbeAgain),
        suspectAgain = new(HealthState.Suspect, HealthActions.ProbeAgain),
        overloadedAgain = new(HealthState.Overloaded, HealthActions.ProbeAgain),
        downHeld = new(HealthState.Down, HealthActions.HoldDown),
        enabled = new(HealthState.Unknown, HealthActions.Forget | HealthActions.ProbeAgain);

    // Rows as in HealthInput, columns as in HealthState.
    private static readonly ImmutableArray<ImmutableArray<HealthCell>> rows =
    [
        //                    unknown     up            suspect        down        overloaded       disabled
        /* Success         */ [up,         up,           up,            down,       overloaded,      disabled],
        /* EnoughSuccesses */ [up,         up,           up,            up,         up,              disabled],
        /* EarlyAnswer     */ [up,         up,           suspectAgain,  down,       overloaded,      disabled],
        /* Slow            */ [overloaded, overloaded,   overloaded,    down,       overloaded,      disabled],
        /* EnoughSlow      */ [overloaded, overloaded,   overloaded,    overloaded, overloaded,      disabled],
        /* Refusal         */ [unknown,    upAgain,      upAgain,       down,       overloaded,      disabled],
        /* Full            */ [unknown,    up,           up,            down,       overloaded,      disabled],
        /* EnoughRefusals  */ [overloaded, overloaded,   overloaded,    overloaded, overloaded,      disabled],
        /* Failure         */ [unknown,    up,           suspectAgain,  down,       overloaded,      disabled],
        /* EnoughFailures  */ [down,       downHeld,     downHeld,      down,       downHeld,        disabled],
        /* OwnFault        */ [unknown,    up,           suspect,       down,       overloaded,      disabled],
        /* Suspicion       */ [unknown,    suspectAgain, suspect,       down,       overloadedAgain, disabled],
        /* Disable         */ [disabled,   disabled,     disabled,      disabled,   disabled,        disabled],
        /* Enable          */ [unknown,    up,           suspect,       down,       overloaded,      enabled],
    ];

    public static HealthCell Of(HealthState state, HealthInput input) => rows[(int)input][(int)state];
}
