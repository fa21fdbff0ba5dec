using System.Collections.Frozen;
using System.Collections.Immutable;
using CsCheck;
using Pointsman.Model;
using Pointsman.Node.History;
using Pointsman.Node.History.Encoding;

namespace Pointsman.Tests.Node.History;

public sealed class EncodingTests
{
    private static readonly Gen<int> s_seeds = Gen.Int;

    [Fact]
    public void What_is_written_whole_is_read_as_it_was_with_every_field_of_the_model() => s_seeds.Sample(seed =>
    {
        var moment = new RandomFacts(seed).Make<Moment>();
        var codec = Codecs.Of<Moment>(SegmentFormat.Ours);
        Assert.Equal(RandomFacts.Words(moment), RandomFacts.Words(Read(codec, Write(codec, moment, null), null)));
    }, iter: 200);

    [Fact]
    public void What_is_written_as_a_change_is_read_as_it_was() => s_seeds.Sample(seed =>
    {
        var facts = new RandomFacts(seed);
        var codec = Codecs.Of<Moment>(SegmentFormat.Ours);
        var written = facts.Make<Moment>();
        var read = (Moment)Read(codec, Write(codec, written, null), null)!;
        for (var step = 0; step < 5; step++)
        {
            var next = facts.Change(written);
            read = (Moment)Read(codec, Write(codec, next, written), read)!;
            Assert.Equal(RandomFacts.Words(next), RandomFacts.Words(read));
            written = next;
        }
    }, iter: 200);

    [Fact]
    public void What_a_probe_says_to_a_server_is_not_kept() =>
        Assert.DoesNotContain(SegmentFormat.Ours.Shapes.SelectMany(shape => shape.Parts), part => part.Name == nameof(ProbeSettings.Check));

    [Fact]
    public void A_snapshot_in_which_nothing_changed_takes_a_few_octets()
    {
        var codec = Codecs.Of<Moment>(SegmentFormat.Ours);
        var moment = new RandomFacts(1).Make<Moment>();
        Assert.InRange(Write(codec, moment with { Snapshot = moment.Snapshot with { Id = moment.Snapshot.Id + 1 } }, moment).Length, 1, 8);
    }

    [Fact]
    public void Octets_that_are_no_snapshot_end_in_a_verdict() => (from seed in Gen.Int[0, 50] from at in Gen.Int[0, 100_000] from octet in Gen.Byte select (seed, at, octet)).Sample(sample =>
    {
        var codec = Codecs.Of<Moment>(SegmentFormat.Ours);
        var octets = Write(codec, new RandomFacts(sample.seed).Make<Moment>(), null);
        octets[sample.at % octets.Length] = sample.octet;
        try
        {
            Read(codec, octets, null);
        }
        catch (InvalidDataException)
        {
        }
    }, iter: 300);

    [Fact]
    public void A_file_of_a_version_with_other_fields_is_read_by_their_names()
    {
        var earlier = new Earlier { Gone = new EarlierPart(5, "gone"), Kept = [new EarlierPart(1, "a"), new EarlierPart(2, "b")], Word = EarlierWord.Second, Retyped = 9 };
        var next = earlier with { Gone = new EarlierPart(6, "gone too"), Kept = [earlier.Kept[0], new EarlierPart(3, "c")], Map = new Dictionary<int, EarlierPart> { [4] = new(4, "d") }.ToFrozenDictionary() };
        var writing = Codecs.Of<Earlier>(ShapeBuilder.Of(typeof(Earlier)));
        var reading = Codecs.Of<Later>(ShapeBuilder.Of(typeof(Earlier)));
        var first = (Later)Read(reading, Write(writing, earlier, null), null)!;
        var second = (Later)Read(reading, Write(writing, next, earlier), first)!;

        Assert.Equal([(1L, 7), (2L, 7)], first.Kept.Select(part => (part.Number, part.New)));
        Assert.Equal([(1L, 7), (3L, 7)], second.Kept.Select(part => (part.Number, part.New)));
        Assert.Equal(4, second.Map[4].Number);
        Assert.Equal(LaterWord.Second, second.Word);
        Assert.Equal("as given", second.New);
        Assert.Equal("its own", second.Retyped);
        Assert.Empty(second.NewList);
    }

    [Fact]
    public void A_type_that_no_shape_fits_is_refused_before_anything_is_written() =>
        Assert.Throws<NotSupportedException>(() => ShapeBuilder.Of(typeof(Unkept)));

    [Fact]
    public void A_table_of_shapes_is_read_as_it_was_written_and_none_that_refers_to_itself()
    {
        var output = new ByteOutput();
        SegmentFormat.Ours.Write(output);
        var read = ShapeTable.Read(new ByteInput(output.Written.ToArray()));
        Assert.Equal(SegmentFormat.Ours.Shapes.Select(shape => shape.Name), read.Shapes.Select(shape => shape.Name));
        output.Clear();
        new ShapeTable([new Shape(ShapeKind.List, "endless", [new ShapePart("first", 0)])]).Write(output);
        Assert.Throws<InvalidDataException>(() => ShapeTable.Read(new ByteInput(output.Written.ToArray())));
    }

    private static byte[] Write(Codec codec, object? now, object? before)
    {
        var output = new ByteOutput();
        codec.Write(output, now, before);
        return output.Written.ToArray();
    }

    private static object? Read(Codec codec, byte[] octets, object? before)
    {
        var input = new ByteInput(octets);
        var read = codec.Read(input, before);
        return input.Left == 0 ? read : throw new InvalidDataException("octets left over");
    }

    internal enum EarlierWord { First, Second }

    internal sealed record EarlierPart(int Number, string Text);

    internal sealed record Earlier
    {
        public EarlierPart? Gone { get; init; }
        public ImmutableArray<EarlierPart> Kept { get; init; } = [];
        public FrozenDictionary<int, EarlierPart> Map { get; init; } = FrozenDictionary<int, EarlierPart>.Empty;
        public EarlierWord Word { get; init; }
        public int Retyped { get; init; }
    }

    internal enum LaterWord { First, Between, Second }

    internal sealed record LaterPart
    {
        public long Number { get; init; }
        public int New { get; init; } = 7;
    }

    internal sealed record Later
    {
        public string New { get; init; } = "as given";
        public ImmutableArray<string> NewList { get; init; } = [];
        public ImmutableArray<LaterPart> Kept { get; init; } = [];
        public FrozenDictionary<int, LaterPart> Map { get; init; } = FrozenDictionary<int, LaterPart>.Empty;
        public LaterWord Word { get; init; }
        public string Retyped { get; init; } = "its own";
    }

    internal sealed record Unkept(List<int> List);
}
