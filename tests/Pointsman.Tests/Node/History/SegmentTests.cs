using Pointsman.Node.History;

namespace Pointsman.Tests.Node.History;

public sealed class SegmentTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-segment-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(List<Moment> moments)
    {
        var path = Path.Combine(folder, "1.history");
        File.Delete(path);
        using var writer = new SegmentWriter(path, moments[0], long.MaxValue);
        foreach (var moment in moments.Skip(1)) writer.Append(moment);
        return path;
    }

    private static List<Moment> Some(int count)
    {
        var world = new HistoryWorld(4, 2);
        var moments = new List<Moment> { world.Moment };
        for (var step = 1; step < count; step++) moments.Add(step % 5 == 0 ? world.Hear(2) : world.Step());
        return moments;
    }

    [Fact]
    public void Each_instant_has_the_snapshot_that_was_in_force_with_all_that_was_in_it()
    {
        var moments = Some(30);
        var path = Write(moments);
        Assert.Equal(HistoryWorld.Start, SegmentReader.FirstOf(path));
        Assert.Null(SegmentReader.At(path, HistoryWorld.Start.AddSeconds(-0.001)));
        foreach (var moment in moments)
        {
            Assert.Equal(RandomFacts.Words(moment), RandomFacts.Words(SegmentReader.At(path, moment.Snapshot.Time)));
            Assert.Equal(moment.Snapshot.Id, SegmentReader.At(path, moment.Snapshot.Time.AddSeconds(0.9))!.Snapshot.Id);
        }
    }

    [Fact]
    public void A_file_that_still_grows_is_read_to_its_last_frame()
    {
        var moments = Some(3);
        var path = Path.Combine(folder, "2.history");
        using var writer = new SegmentWriter(path, moments[0], long.MaxValue);
        foreach (var moment in moments.Skip(1))
        {
            writer.Append(moment);
            Assert.Equal(moment.Snapshot.Id, SegmentReader.At(path, DateTimeOffset.MaxValue)!.Snapshot.Id);
        }
    }

    [Fact]
    public void A_file_cut_short_anywhere_gives_what_is_whole_in_it()
    {
        var moments = Some(12);
        var whole = File.ReadAllBytes(Write(moments));
        var path = Path.Combine(folder, "cut.history");
        var last = 0L;
        for (var length = SegmentFormat.HeadBytes; length <= whole.Length; length += 3)
        {
            File.WriteAllBytes(path, whole[..length]);
            var found = SegmentReader.At(path, DateTimeOffset.MaxValue)?.Snapshot.Id ?? 0;
            Assert.InRange(found, last, moments.Count);
            last = found;
        }

        Assert.Equal(moments.Count, last);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found_out_or_harmless()
    {
        var moments = Some(6);
        var words = moments.ToDictionary(moment => moment.Snapshot.Id, RandomFacts.Words);
        var whole = File.ReadAllBytes(Write(moments));
        var path = Path.Combine(folder, "flipped.history");
        var found = 0;
        for (var at = 0; at < whole.Length; at += 5)
        {
            var flipped = (byte[])whole.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, flipped);
            try
            {
                // Cut short by the flip, or at the end of the stream: then what is there is right.
                if (SegmentReader.At(path, DateTimeOffset.MaxValue) is { } moment) Assert.Equal(words[moment.Snapshot.Id], RandomFacts.Words(moment));
            }
            catch (InvalidDataException)
            {
                found++;
            }
        }

        Assert.True(found > whole.Length / 10, $"{found} of {whole.Length / 5}");
    }
}
