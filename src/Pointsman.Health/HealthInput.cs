namespace Pointsman.Health;

/// <summary>
/// What can happen to a target, judged by the counts but not by its state: a row of the table in docs/explanation/states.md. A row says
/// "enough" where so many in a row, or so many and the end of a hold-down, make the difference.
/// </summary>
public enum HealthInput
{
    /// <summary>A probe succeeded; fewer than rise in a row, or a hold-down still runs.</summary>
    Success,

    /// <summary>The rise-th success in a row or a later one, and no hold-down runs.</summary>
    EnoughSuccesses,

    /// <summary>It answered, but was asked before the suspicion came, perhaps before the fault.</summary>
    EarlyAnswer,

    /// <summary>It succeeded, but its average is above overloadAbove (once overloaded: above four fifths of it).</summary>
    Slow,

    /// <summary>Both of <see cref="Slow"/> and <see cref="EnoughSuccesses"/>.</summary>
    EnoughSlow,

    /// <summary>It answered that it can take no more users now; fewer than fall in a row.</summary>
    Refusal,

    /// <summary>The switch of another site refused the probe because the VIP is full; fewer than fall in a row.</summary>
    Full,

    /// <summary>The fall-th of the two above in a row or a later one; of a target that is down the rise-th, and no hold-down runs.</summary>
    EnoughRefusals,

    /// <summary>A probe failed; fewer than fall in a row.</summary>
    Failure,

    /// <summary>The fall-th failure in a row or a later one.</summary>
    EnoughFailures,

    /// <summary>The probe failed by this node's own fault.</summary>
    OwnFault,

    /// <summary>Another site says that it sees the target down.</summary>
    Suspicion,

    /// <summary>An operator takes it out of use, by configuration or by order.</summary>
    Disable,

    /// <summary>The operator puts it back.</summary>
    Enable,
}

/// <summary>What a cell of the table asks for beside the next state.</summary>
[Flags]
public enum HealthActions
{
    None = 0,

    /// <summary>Probe out of turn.</summary>
    ProbeAgain = 1,

    /// <summary>Count the down, and hold the target down for a while: <see cref="HoldDown"/>.</summary>
    HoldDown = 2,

    /// <summary>All that was measured and counted before says nothing any more.</summary>
    Forget = 4,
}
