using System.Collections.Immutable;

namespace Pointsman.Policy.Plans;

/// <summary>Which rows a client class is handed to, and in what proportion; every weight is positive. The best tier comes first. Compared by content.</summary>
internal sealed class Distribution(ImmutableArray<(int Row, long Weight)> parts) : IEquatable<Distribution>
{
    public ImmutableArray<(int Row, long Weight)> Parts { get; } = parts;
    public long Sum { get; } = parts.Sum(part => part.Weight);

    public static readonly Distribution Empty = new([]);

    public bool Equals(Distribution? other) => other is not null && Parts.AsSpan().SequenceEqual(other.Parts.AsSpan());
    public override bool Equals(object? obj) => Equals(obj as Distribution);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var part in Parts) hash.Add(part);
        return hash.ToHashCode();
    }
}
