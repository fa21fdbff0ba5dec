using System.Diagnostics;

namespace Pointsman.Model.Probes;

/// <summary>
/// A text that must not be shown: whoever prints it, or writes the record that holds it as text or JSON, gets a placeholder. Compared by
/// content, so that a changed password makes another check [S24].
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Secret(string text) : IEquatable<Secret>
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string text = text;

    /// <summary>The text itself, for the one line that sends it.</summary>
    public string Reveal() => text;

    public bool Equals(Secret? other) => other is not null && string.Equals(text, other.text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => "(secret)";
}
