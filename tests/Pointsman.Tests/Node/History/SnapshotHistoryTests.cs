using Pointsman.Node.History;
using Pointsman.Node.State;
using Pointsman.Policy.Plans;
using Pointsman.Topology;

namespace Pointsman.Tests.Node.History;

public sealed class SnapshotHistoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-history-").FullName;
    private readonly EventLog log = new(TimeProvider.System);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static DateTimeOffset At(double seconds) => HistoryWorld.Start.AddSeconds(seconds);

    // One a second; what waits is written when the history ends.
    private void Fill(HistoryWorld world, int seconds, HistorySettings? settings = null, int each = 1)
    {
        using var history = new SnapshotHistory(folder, log);
        if (settings is not null) history.Use(settings);
        for (var second = 0; second < seconds; second++)
        {
            history.Add(Plan.Compile(world.Step().Snapshot, Places.Shipped));
            for (var more = 1; more < each; more++) history.Add(Plan.Compile(world.Pass(0.5 / each).Snapshot, Places.Shipped));
            // The queue is short, and this world's seconds are.
            SpinWait.SpinUntil(() => history.Written + history.Dropped >= second - 32, TimeSpan.FromSeconds(10));
        }

        Assert.Equal(0, history.Dropped);
    }

    [Fact]
    public void The_snapshot_in_force_at_an_instant_is_found_while_running_and_after_a_restart()
    {
        var world = new HistoryWorld(3, 2);
        using (var history = new SnapshotHistory(folder, log))
        {
            for (var step = 1; step <= 10; step++) history.Add(Plan.Compile(world.Step().Snapshot, Places.Shipped));
            Check(history);
            Assert.Equal(11, history.At(At(1e6))!.Snapshot.Id);
        }

        using var again = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => again.Files > 0, TimeSpan.FromSeconds(10));
        Check(again);
        Assert.Equal(At(1), again.Oldest);
        Assert.Equal(Places.Shipped.Digest, again.At(At(2))!.PlacesDigest);

        static void Check(SnapshotHistory history)
        {
            Assert.Null(history.At(At(0.9)));
            for (var step = 1; step <= 10; step++) Assert.Equal(step + 1, history.At(At(step + 0.3))!.Snapshot.Id);
        }
    }

    [Fact]
    public void Of_many_within_a_second_the_latest_is_kept_and_the_newest_of_all_is_always_there()
    {
        var world = new HistoryWorld(3, 2);
        using var history = new SnapshotHistory(folder, log);
        for (var step = 1; step <= 400; step++)
        {
            history.Add(Plan.Compile(world.Pass(0.01).Snapshot, Places.Shipped));
            Assert.Equal(step + 1, history.At(At(1e6))!.Snapshot.Id);
        }

        Assert.InRange(Enumerable.Range(1, 400).Select(step => history.At(At(step / 100.0))?.Snapshot.Id).OfType<long>().Distinct().Count(), 4, 5);
    }

    [Fact]
    public void The_oldest_go_when_the_octets_are_used_up_or_the_time_is_over()
    {
        Fill(new HistoryWorld(6, 5), 60, new HistorySettings(TimeSpan.FromHours(24), 20_000));
        using (var history = new SnapshotHistory(folder, log))
        {
            SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
            Assert.InRange(history.Bytes, 1, 20_000);
            Assert.Null(history.At(At(2)));
            Assert.Equal(61, history.At(At(60))!.Snapshot.Id);
        }

        foreach (var file in Directory.GetFiles(folder)) File.Delete(file);
        var world = new HistoryWorld(3, 2);
        for (var life = 0; life < 6; life++)
        {
            Fill(world, 10, new HistorySettings(TimeSpan.FromSeconds(20), 1_000_000));
        }

        using var kept = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => kept.Files > 0, TimeSpan.FromSeconds(10));
        Assert.Null(kept.At(At(29)));
        Assert.NotNull(kept.At(At(41)));
    }

    [Fact]
    public void A_foreign_or_damaged_file_is_set_aside_with_an_event_and_the_rest_is_read()
    {
        Fill(new HistoryWorld(3, 2), 5);
        File.WriteAllText(Path.Combine(folder, "000000000000.history"), "this is no file of ours, whatever its name says");
        using var history = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
        Assert.Equal(["history-damaged"], log.After(0).Select(entry => entry.Kind));
        Assert.True(File.Exists(Path.Combine(folder, "000000000000.history.damaged")));
        Assert.NotNull(history.At(At(3)));
    }

    [Fact]
    public void A_file_damaged_within_says_so_once_and_is_set_aside()
    {
        Fill(new HistoryWorld(3, 2), 5);
        var file = Directory.GetFiles(folder).Single();
        var octets = File.ReadAllBytes(file);
        octets.AsSpan(octets.Length / 2, 20).Fill(0xFF);
        File.WriteAllBytes(file, octets);
        using var history = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
        Assert.Throws<InvalidDataException>(() => history.At(At(5)));
        Assert.Null(history.At(At(5)));
        Assert.Equal(["history-damaged"], log.After(0).Select(entry => entry.Kind));
    }

    [Fact]
    public void A_disk_that_does_not_take_it_is_one_event_and_a_count()
    {
        var world = new HistoryWorld(3, 2);
        var path = Path.Combine(folder, "in-the-way");
        File.WriteAllText(path, "a file where the folder should be");
        using var history = new SnapshotHistory(path, log);
        for (var step = 1; step <= 5; step++) history.Add(Plan.Compile(world.Step().Snapshot, Places.Shipped));
        SpinWait.SpinUntil(() => history.Dropped >= 4, TimeSpan.FromSeconds(10));
        Assert.Equal(["history-unsaved"], log.After(0).Select(entry => entry.Kind));
        Assert.Equal(6, history.At(At(100))!.Snapshot.Id);
    }

    [Fact]
    public void One_snapshot_larger_than_all_that_is_allowed_is_an_event_and_leaves_nothing()
    {
        var world = new HistoryWorld(6, 5);
        using (var history = new SnapshotHistory(folder, log))
        {
            history.Use(new HistorySettings(TimeSpan.FromHours(1), 1000));
            for (var step = 1; step <= 5; step++) history.Add(Plan.Compile(world.Step().Snapshot, Places.Shipped));
        }

        Assert.Equal(["history-unsaved"], log.After(0).Select(entry => entry.Kind));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void Switched_off_it_keeps_nothing_and_forgets_what_it_kept()
    {
        Fill(new HistoryWorld(3, 2), 5);
        using (var history = new SnapshotHistory(folder, log))
        {
            history.Use(new HistorySettings(null, 1_000_000));
            history.Add(Plan.Compile(new HistoryWorld(3, 2).Snapshot, Places.Shipped));
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    /// <summary>Opening a pipe that nobody writes into never returns: neither what keeps the past nor who asks for it may be held by one.</summary>
    [Fact]
    public void A_pipe_in_place_of_a_file_holds_up_nobody()
    {
        Assert.True(MakePipe("000000000001.history"));
        var world = new HistoryWorld(3, 2);
        Fill(world, 3);
        Assert.True(File.Exists(Path.Combine(folder, "000000000001.history.damaged")));
        using var history = new SnapshotHistory(folder, log);
        SpinWait.SpinUntil(() => history.Files > 0, TimeSpan.FromSeconds(10));
        var file = Assert.Single(Directory.GetFiles(folder, "*.history"));
        File.Delete(file);
        Assert.True(MakePipe(Path.GetFileName(file)));
        Assert.Throws<InvalidDataException>(() => history.At(At(2.5)));
        Assert.Equal(0, history.Files);
    }

    /// <summary>What goes on being written into a file that is no longer in the folder is lost without a word.</summary>
    [Theory]
    [InlineData(false, "the file")]
    [InlineData(true, "the folder")]
    public void A_file_or_a_folder_that_is_taken_away_while_it_is_written_is_begun_anew(bool whole, string _)
    {
        var world = new HistoryWorld(3, 2);
        using var history = new SnapshotHistory(folder, log);
        Pass(3);
        if (whole) Directory.Delete(folder, recursive: true);
        else File.Delete(Assert.Single(Directory.GetFiles(folder, "*.history")));
        Pass(3);
        Assert.EndsWith("000000000002.history", Assert.Single(Directory.GetFiles(folder, "*.history")), StringComparison.Ordinal);
        Assert.Equal(1, history.Files);
        Assert.Equal(0, history.Dropped);
        Assert.Contains(log.After(0), one => one.Kind == "history-damaged");

        void Pass(int seconds)
        {
            var before = history.Written + history.Dropped;
            for (var second = 0; second < seconds; second++) history.Add(Plan.Compile(world.Step().Snapshot, Places.Shipped));
            SpinWait.SpinUntil(() => history.Written + history.Dropped >= before + seconds, TimeSpan.FromSeconds(10));
        }
    }

    private bool MakePipe(string name)
    {
        using var making = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(folder, name)]);
        making.WaitForExit();
        return making.ExitCode == 0;
    }
}
