using CsCheck;
using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>What a node holds is a join of what it heard: in whatever order, however often, and by whatever detour it came.</summary>
public sealed class MergingPropertyTests
{
    private static readonly Instant now = new(1_000_000);

    // Few numbers, so that words meet. A site never says two things under one (incarnation, sequence).
    private static readonly Gen<SiteState[]> words = Gen.Select(Gen.Int[1, 4], Gen.ULong[0, 3], Gen.ULong[0, 6]).Select((site, incarnation, sequence) => new SiteState
    {
        Site = new SiteId(site),
        Incarnation = incarnation,
        Sequence = sequence,
        Edition = sequence,
        Sessions = (int)((incarnation * 100) + sequence),
        SentAt = now,
    }).Array[0, 30];

    [Fact]
    [Trait("mission", "P5.7")]
    public void Merging_is_commutative() =>
        Gen.Select(words, Gen.Int).Sample((heard, seed) => Assert.Equal(Held(heard), Held(Shuffled(heard, seed))));

    [Fact]
    [Trait("mission", "P5.7")]
    public void Merging_is_idempotent() =>
        Gen.Select(words, Gen.Int).Sample((heard, seed) => Assert.Equal(Held(heard), Held([.. heard, .. Shuffled(heard, seed), .. heard])));

    [Fact]
    [Trait("mission", "P5.7")]
    public void Merging_is_associative() =>
        Gen.Select(words, words, words).Sample((one, two, three) =>
        {
            var left = Merge([.. Merge([.. one, .. two]), .. three]);
            var right = Merge([.. one, .. Merge([.. two, .. three])]);
            Assert.Equal(Told(left), Told(right));
        });

    [Fact]
    public void What_is_held_only_grows_and_a_merge_says_whether_it_did() =>
        words.Sample(heard =>
        {
            var columns = new Columns();
            foreach (var word in heard)
            {
                var held = columns.States.GetValueOrDefault(word.Site);
                var grew = columns.TryMerge(word, now, out var previous);
                Assert.Equal(held, previous);
                Assert.Equal(held is null || (held.Incarnation, held.Sequence).CompareTo((word.Incarnation, word.Sequence)) < 0, grew);
                Assert.Equal(grew ? word : held, columns.States[word.Site]);
            }
        });

    private static string Held(SiteState[] heard) => Told(Merge(heard));

    private static SiteState[] Merge(SiteState[] heard)
    {
        var columns = new Columns();
        foreach (var word in heard) columns.TryMerge(word, now, out _);
        return [.. columns.States.Values.OrderBy(word => word.Site)];
    }

    private static string Told(SiteState[] held) => string.Join(' ', held.Select(word => $"{word.Site}:{word.Incarnation}.{word.Sequence}={word.Sessions}"));

    private static SiteState[] Shuffled(SiteState[] heard, int seed)
    {
        var copy = heard.ToArray();
        new Random(seed).Shuffle(copy);
        return copy;
    }
}
