using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// A defect put into every simulated node on purpose: what a check never notices, it does not check. Each is a hook where a rule could have been written
/// wrongly; nothing outside tests sets one.
/// </summary>
internal sealed record Tampering
{
    public static readonly Tampering None = new();

    /// <summary>What a node decides by.</summary>
    public Func<LabNode, Snapshot, Snapshot>? Decides { get; init; }

    /// <summary>What a node says.</summary>
    public Func<LabNode, LocalReport, LocalReport>? Says { get; init; }

    /// <summary>Whether a node takes a word that its machine refused for being old.</summary>
    public bool BelievesOldWords { get; init; }
}
