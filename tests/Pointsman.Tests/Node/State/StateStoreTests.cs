using System.Collections.Immutable;
using Pointsman.Node.State;

namespace Pointsman.Tests.Node.State;

/// <summary>The file that outlives a restart [S11, S21].</summary>
public sealed class StateStoreTests : IDisposable
{
    private static readonly DateTimeOffset SavedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-state-").FullName;
    private readonly EventLog log = new(TimeProvider.System);

    private string FileName => Path.Combine(folder, "state.json");

    private static StoredState Some => new(7, SavedAt, ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("www.example.com", ["paris", "tokyo"])) { Held = ["www.example.com"] };

    [Fact]
    public void What_was_saved_is_loaded()
    {
        new StateStore(folder, log).Save(Some);
        var loaded = new StateStore(folder, log).Load();
        Assert.NotNull(loaded);
        Assert.Equal(7ul, loaded.Incarnation);
        Assert.Equal(SavedAt, loaded.SavedAt);
        Assert.Equal(["paris", "tokyo"], loaded.LastGood["www.example.com"]);
        Assert.Equal(["www.example.com"], loaded.Held.AsEnumerable());
    }

    [Fact]
    public void A_file_of_before_there_was_a_hold_holds_nothing()
    {
        const string Body = "{\"Incarnation\":7,\"SavedAt\":\"2026-01-02T03:04:05+00:00\",\"LastGood\":{}}";
        File.WriteAllText(FileName, $"pointsman-state 1 {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Body)))}\n{Body}");
        Assert.Empty(new StateStore(folder, log).Load()!.Held);
    }

    [Fact]
    public void Nothing_saved_is_nothing_loaded_and_nothing_to_tell_of()
    {
        Assert.Null(new StateStore(folder, log).Load());
        Assert.Null(new StateStore(Path.Combine(folder, "not", "made"), log).Load());
        Assert.Empty(log.After(0));
    }

    [Theory]
    [InlineData(0, "the header")]
    [InlineData(30, "the checksum")]
    [InlineData(100, "the content")]
    public void One_wrong_octet_is_found_and_the_file_set_aside(int at, string _)
    {
        new StateStore(folder, log).Save(Some);
        var bytes = File.ReadAllBytes(FileName);
        bytes[at] ^= 1;
        File.WriteAllBytes(FileName, bytes);
        Assert.Null(new StateStore(folder, log).Load());
        Assert.False(File.Exists(FileName));
        Assert.True(File.Exists(FileName + ".damaged"));
        Assert.Equal("state-damaged", Assert.Single(log.After(0)).Kind);
    }

    [Fact]
    public void Every_shorter_file_is_set_aside_too()
    {
        new StateStore(folder, log).Save(Some);
        var bytes = File.ReadAllBytes(FileName);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(FileName, bytes[..length]);
            Assert.Null(new StateStore(folder, log).Load());
        }
    }

    [Fact]
    public void A_file_of_the_future_is_set_aside_and_says_so()
    {
        File.WriteAllText(FileName, "pointsman-state 2 whatever\n{}");
        Assert.Null(new StateStore(folder, log).Load());
        Assert.True(File.Exists(FileName + ".damaged"));
        Assert.Contains("another version", Assert.Single(log.After(0)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_came_or_went_it_is_written_once_a_minute()
    {
        var store = new StateStore(folder, log);
        var up = Some with { Health = [new StoredHealth { Service = "www.example.com", Site = "tokyo", Vip = "192.0.2.2:80", State = "Up", ResponseMicros = 1 }] };
        store.Save(up);
        File.Delete(FileName);
        store.SaveNews(up with { SavedAt = SavedAt.AddSeconds(10), Health = [up.Health[0] with { ResponseMicros = 2, MeasuredAgeMicros = 5 }] });
        Assert.False(File.Exists(FileName));
        store.SaveNews(up with { SavedAt = SavedAt.AddSeconds(60) });
        Assert.True(File.Exists(FileName));
        File.Delete(FileName);
        store.SaveNews(up with { SavedAt = SavedAt.AddSeconds(70), Health = [up.Health[0] with { State = "Down" }] });
        Assert.True(File.Exists(FileName));
        // What could not be written is tried again.
        File.Delete(FileName);
        Directory.CreateDirectory(FileName);
        store.SaveNews(up with { SavedAt = SavedAt.AddSeconds(80) });
        Directory.Delete(FileName);
        store.SaveNews(up with { SavedAt = SavedAt.AddSeconds(80) });
        Assert.True(File.Exists(FileName));
        Assert.Equal([FileName], Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("mkfifo state.json", "state-damaged")]
    [InlineData("ln -s /dev/zero state.json", "state-damaged")]
    [InlineData("mkfifo pipe; ln -s pipe state.json", "state-damaged")]
    [InlineData("truncate -s 1G state.json", "state-damaged")]
    [InlineData("truncate -s 1G big; ln -s big state.json", "state-damaged")]
    [InlineData("ln -s state.json state.json", "state-unreadable")]
    [InlineData("mkdir state.json", "state-unreadable")]
    public async Task Whatever_stands_in_its_place_is_told_of_and_never_waited_for(string made, string kind)
    {
        if (!OperatingSystem.IsLinux()) return;
        using (var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", made]) { WorkingDirectory = folder })!) await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Null(await Task.Run(() => new StateStore(folder, log).Load(), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(kind, Assert.Single(log.After(0)).Kind);
    }

    [Fact]
    public void Nothing_is_written_through_a_link_that_stands_where_the_new_file_is_made()
    {
        var other = Path.Combine(folder, "other");
        File.WriteAllText(other, "of somebody else");
        File.CreateSymbolicLink(FileName + ".new", other);
        new StateStore(folder, log).Save(Some);
        Assert.Equal("of somebody else", File.ReadAllText(other));
        Assert.NotNull(new StateStore(folder, log).Load());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_event_and_no_crash()
    {
        var inTheWay = Path.Combine(folder, "file");
        File.WriteAllText(inTheWay, "");
        var store = new StateStore(Path.Combine(inTheWay, "below"), log);
        store.Save(Some);
        store.Save(Some);
        Assert.Equal("state-unsaved", Assert.Single(log.After(0)).Kind);
    }

    [Fact]
    public void A_damaged_file_that_cannot_be_set_aside_is_one_event_and_no_crash()
    {
        File.WriteAllText(FileName, "garbage");
        Directory.CreateDirectory(FileName + ".damaged");
        Assert.Null(new StateStore(folder, log).Load());
        Assert.Equal("state-damaged", Assert.Single(log.After(0)).Kind);
    }

    [Theory]
    [InlineData("""{"Incarnation":7,"SavedAt":"2026-01-02T03:04:05+00:00","LastGood":null}""", "no map")]
    [InlineData("""{"Incarnation":7,"SavedAt":"2026-01-02T03:04:05+00:00"}""", "not even its name")]
    [InlineData("""{"Incarnation":7,"SavedAt":"2026-01-02T03:04:05+00:00","LastGood":{"www.example.com":null}}""", "no sites")]
    [InlineData("null", "nothing at all")]
    public void A_whole_file_with_a_part_missing_is_damaged(string body, string _)
    {
        var checksum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)));
        File.WriteAllText(FileName, $"pointsman-state 1 {checksum}\n{body}");
        Assert.Null(new StateStore(folder, log).Load());
        Assert.Equal("state-damaged", Assert.Single(log.After(0)).Kind);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
