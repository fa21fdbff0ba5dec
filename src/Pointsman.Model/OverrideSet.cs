using System.Collections.Immutable;

namespace Pointsman.Model;

/// <summary>
/// All orders that a node knows, one a key: a join-semilattice. Merging takes the larger of two by a total order, and of one site the largest so
/// many, so that any order of arrival, any loss and any repetition end in the same set, and nobody can fill it. What has ended, or was lifted, stays as the
/// stone that keeps what it outbid from coming back, until that cannot be in force any more.
/// </summary>
/// <remarks>Keeping the largest of each site is a join as well: what it drops has that many larger ones before it, and they can only grow.</remarks>
public sealed class OverrideSet
{
    public static readonly OverrideSet Empty = new(ImmutableSortedDictionary<OverrideKey, Override>.Empty);

    private readonly ImmutableSortedDictionary<OverrideKey, Override> byKey;

    private OverrideSet(ImmutableSortedDictionary<OverrideKey, Override> byKey) => this.byKey = byKey;

    /// <summary>Ordered by key.</summary>
    public IEnumerable<Override> All => byKey.Values;

    public int Count => byKey.Count;

    public Override? this[OverrideKey key] => byKey.GetValueOrDefault(key);

    public static OverrideSet Of(IEnumerable<Override> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return all.Aggregate(Empty, static (set, one) => set.Merge(one));
    }

    /// <summary>The same instance when there is nothing new in it.</summary>
    public OverrideSet Merge(Override one)
    {
        ArgumentNullException.ThrowIfNull(one);
        if (byKey.TryGetValue(one.Key, out var known) && Compare(one, known) <= 0) return this;
        var merged = byKey.SetItem(one.Key, one);
        if (one.Key.Service is null || known is not null) return new OverrideSet(merged);
        var ofSite = merged.Values.Where(other => other.Key.Site == one.Key.Site && other.Key.Service is not null).ToList();
        if (ofSite.Count <= OverrideLimits.ServicesOfASite) return new OverrideSet(merged);
        var least = ofSite.Aggregate(static (left, right) => CompareAcross(left, right) <= 0 ? left : right);
        return least.Key == one.Key ? this : new OverrideSet(merged.Remove(least.Key));
    }

    public OverrideSet Merge(OverrideSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.All.Aggregate(this, static (set, one) => set.Merge(one));
    }

    /// <summary>Without what can no longer do anything, not even keep something out.</summary>
    public OverrideSet Forget(DateTimeOffset now)
    {
        var gone = byKey.Values.Where(one => now - one.Since > OverrideLimits.RememberFor).Select(one => one.Key).ToList();
        return gone.Count == 0 ? this : new OverrideSet(byKey.RemoveRange(gone));
    }

    /// <summary>Without the orders about sites and services that are not these.</summary>
    public OverrideSet Keep(Func<OverrideKey, bool> isKnown)
    {
        ArgumentNullException.ThrowIfNull(isKnown);
        var gone = byKey.Keys.Where(key => !isKnown(key)).ToList();
        return gone.Count == 0 ? this : new OverrideSet(byKey.RemoveRange(gone));
    }

    public ImmutableArray<Override> InForce(DateTimeOffset now) => [.. byKey.Values.Where(one => one.IsInForce(now))];

    /// <summary>When <see cref="InForce"/> will next be another one by time alone; null = never.</summary>
    public DateTimeOffset? NextEnd(DateTimeOffset now) => byKey.Values.Where(one => one.IsInForce(now)).Select(one => (DateTimeOffset?)one.Ends).Min();

    /// <summary>Of two about the same: the larger stamp, then the content. Zero only for equal ones.</summary>
    public static int Compare(Override left, Override right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var order = left.Stamp.CompareTo(right.Stamp);
        if (order == 0) order = left.Kind.CompareTo(right.Kind);
        if (order == 0) order = left.Since.CompareTo(right.Since);
        if (order == 0) order = left.Ends.CompareTo(right.Ends);
        if (order == 0) order = (left.Until is null).CompareTo(right.Until is null);
        if (order == 0) order = (left.Until ?? default).CompareTo(right.Until ?? default);
        if (order == 0) order = string.CompareOrdinal(left.Who, right.Who);
        if (order == 0) order = string.CompareOrdinal(left.Why, right.Why);
        if (order == 0) order = left.IsSigned.CompareTo(right.IsSigned);
        if (order != 0 || left.Signature is not { } mine || right.Signature is not { } other) return order;
        order = mine.Certificate.AsSpan().SequenceCompareTo(other.Certificate.AsSpan());
        return order != 0 ? order : mine.Value.AsSpan().SequenceCompareTo(other.Value.AsSpan());
    }

    // Which of a site's orders about different services is dropped first: by what is the same at every node.
    private static int CompareAcross(Override left, Override right) => Compare(left, right) is not 0 and var order ? order : left.Key.CompareTo(right.Key);
}
