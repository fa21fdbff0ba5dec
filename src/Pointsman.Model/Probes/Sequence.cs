using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Pointsman.Model.Probes;

/// <summary>
/// A list inside a check, compared by what is in it: an immutable array compares by identity, and two equal checks read from two
/// generations of a file must be equal [S24]. Immutable; its default is empty.
/// </summary>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Of))]
public readonly struct Sequence<T>(ImmutableArray<T> items) : IEquatable<Sequence<T>>, IEnumerable<T>
{
    private readonly ImmutableArray<T> items = items;

    public ReadOnlySpan<T> AsSpan() => items.IsDefault ? [] : items.AsSpan();

    public int Length => items.IsDefault ? 0 : items.Length;

    public bool IsEmpty => Length == 0;

    public T this[int index] => items[index];

    public bool Equals(Sequence<T> other) => AsSpan().SequenceEqual(other.AsSpan(), EqualityComparer<T>.Default);

    public override bool Equals(object? obj) => obj is Sequence<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in AsSpan()) hash.Add(item);
        return hash.ToHashCode();
    }

    public ImmutableArray<T>.Enumerator GetEnumerator() => (items.IsDefault ? [] : items).GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(items.IsDefault ? [] : items)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    public static bool operator ==(Sequence<T> one, Sequence<T> other) => one.Equals(other);

    public static bool operator !=(Sequence<T> one, Sequence<T> other) => !one.Equals(other);
}

/// <summary>Makes sequences, from collection expressions too.</summary>
public static class Sequence
{
    public static Sequence<T> Of<T>(ReadOnlySpan<T> items) => new([.. items]);
}
