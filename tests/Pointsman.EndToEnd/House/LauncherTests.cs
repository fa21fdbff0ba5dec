using System.Diagnostics;

namespace Pointsman.EndToEnd.House;

/// <summary>The launcher around a stand-in build: what is rebuilt when, who waits for whom, and what is never started.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly ScratchRepository _repository = new();

    private string Launcher => _repository.PathOf("pointsman");

    [Fact]
    public async Task The_first_run_builds_and_hands_over_arguments_and_exit_code()
    {
        var finished = await _repository.RunAsync(Launcher, "7", "two words", "*", "");
        Assert.Equal("<7><two words><*><>\n", finished.Output);
        Assert.Equal(7, finished.ExitCode);
        Assert.Contains("building", finished.Error, StringComparison.Ordinal);
        Assert.Equal(1, _repository.Builds);
    }

    [Fact]
    public async Task With_nothing_changed_it_neither_builds_nor_says_anything()
    {
        await _repository.RunAsync(Launcher);
        var finished = await _repository.RunAsync(Launcher);
        Assert.Equal("", finished.Error);
        Assert.Equal(1, _repository.Builds);
    }

    [Theory]
    [InlineData("changed", "a file that was changed")]
    [InlineData("added", "a file that was added")]
    [InlineData("deleted", "a file that was deleted")]
    [InlineData("old", "a file put there with the time of long ago")]
    [InlineData("props", "a file of settings added at the root")]
    [InlineData("program", "a program that is gone")]
    public async Task A_change_builds_once_more(string change, string _)
    {
        await _repository.RunAsync(Launcher);
        switch (change)
        {
            case "changed":
                _repository.Write("src/Chapter/Idea.cs", "// a better idea");
                break;
            case "added":
                _repository.Write("src/Chapter/New.cs", "// new");
                break;
            case "deleted":
                File.Delete(_repository.PathOf("src/Chapter/Other.cs"));
                break;
            case "old":
                File.SetLastWriteTimeUtc(_repository.PathOf("src/Chapter/Idea.cs"), DateTime.UnixEpoch.AddYears(30));
                break;
            case "props":
                _repository.Write("Directory.Build.props", "<Project />");
                break;
            default:
                File.Delete(_repository.PathOf("artifacts/bin/Pointsman.Node/release/pointsman"));
                break;
        }
        var finished = await _repository.RunAsync(Launcher, "0");
        Assert.Equal("<0>\n", finished.Output);
        Assert.Equal(2, _repository.Builds);
        await _repository.RunAsync(Launcher);
        Assert.Equal(2, _repository.Builds);
    }

    [Fact]
    public async Task Of_two_launched_at_once_one_builds_and_both_run()
    {
        var both = await Task.WhenAll(_repository.RunAsync(Launcher, "0", "left"), _repository.RunAsync(Launcher, "0", "right"));
        Assert.Equal(["<0><left>\n", "<0><right>\n"], both.Select(finished => finished.Output));
        Assert.Equal(1, _repository.Builds);
    }

    [Fact]
    public async Task A_build_that_fails_shows_why_and_starts_nothing_old()
    {
        await _repository.RunAsync(Launcher);
        _repository.Write("src/Chapter/Idea.cs", "// broken");
        _repository.WriteDotnet("echo 'Idea.cs(1,1): error CS1001'; exit 1");
        var finished = await _repository.RunAsync(Launcher, "0");
        Assert.Equal(1, finished.ExitCode);
        Assert.Equal("", finished.Output);
        Assert.Contains("Idea.cs(1,1): error CS1001", finished.Error, StringComparison.Ordinal);
        finished = await _repository.RunAsync(Launcher, "0");
        Assert.Equal(1, finished.ExitCode); // and it is tried again the next time
        Assert.Equal(3, _repository.Builds);
    }

    [Fact]
    public async Task A_change_during_the_build_is_built_the_next_time()
    {
        _repository.WriteDotnet("""
            echo '// meanwhile' >> "$root/src/Chapter/Idea.cs"
            mkdir -p "$root/artifacts/bin/Pointsman.Node/release"
            printf '#!/bin/sh\n' > "$root/artifacts/bin/Pointsman.Node/release/pointsman"
            chmod +x "$root/artifacts/bin/Pointsman.Node/release/pointsman"
            """);
        await _repository.RunAsync(Launcher);
        await _repository.RunAsync(Launcher);
        Assert.Equal(2, _repository.Builds);
    }

    [Fact]
    public async Task It_works_through_a_symlink_and_from_any_folder()
    {
        var link = _repository.PathOf("elsewhere");
        Directory.CreateSymbolicLink(link, Launcher);
        var finished = await RunningProcess.RunAsync(
            link, ["0", "x"], TimeSpan.FromSeconds(60), "/", ScratchRepository.EnvironmentWith(_repository.PathOf("tools") + ":/usr/bin:/bin"));
        Assert.Equal("<0><x>\n", finished.Output);
    }

    [Fact]
    public async Task Without_an_SDK_it_says_what_to_get_and_where()
    {
        // Only the few tools that it needs are on PATH, and its copy knows no usual folder: no dotnet of this machine is to be found.
        var building = File.ReadAllText(_repository.PathOf(".ci/building.sh"));
        _repository.Write(".ci/building.sh", building.Replace(" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet", "", StringComparison.Ordinal));
        Directory.CreateDirectory(_repository.PathOf("few"));
        foreach (var tool in new[] { "bash", "env", "readlink", "dirname", "find", "sed", "head" })
        {
            Directory.CreateSymbolicLink(_repository.PathOf($"few/{tool}"), Peer.Require(tool));
        }
        var finished = await RunningProcess.RunAsync(
            Launcher, ["0"], TimeSpan.FromSeconds(60), null, ScratchRepository.EnvironmentWith(_repository.PathOf("few"), ("HOME", _repository.Folder)));
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains("the .NET SDK 10 is needed", finished.Error, StringComparison.Ordinal);
        Assert.Contains("https://dot.net", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Told_not_to_build_it_starts_what_is_there_or_says_that_nothing_is()
    {
        var noBuild = ScratchRepository.EnvironmentWith(_repository.PathOf("tools") + ":/usr/bin:/bin", ("POINTSMAN_NO_BUILD", "1"));
        var finished = await RunningProcess.RunAsync(Launcher, ["0"], TimeSpan.FromSeconds(60), null, noBuild);
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains("not built yet", finished.Error, StringComparison.Ordinal);
        await _repository.RunAsync(Launcher);
        _repository.Write("src/Chapter/Idea.cs", "// changed");
        finished = await RunningProcess.RunAsync(Launcher, ["0"], TimeSpan.FromSeconds(60), null, noBuild);
        Assert.Equal("<0>\n", finished.Output);
        Assert.Equal(1, _repository.Builds);
    }

    [Fact]
    public async Task An_interrupted_build_leaves_no_lock_and_starts_nothing()
    {
        _repository.WriteDotnet("sleep 30");
        await using (var launched = RunningProcess.Start(
            Launcher, ["0"], null, ScratchRepository.EnvironmentWith(_repository.PathOf("tools") + ":/usr/bin:/bin")))
        {
            await launched.WaitForAsync(() => _repository.Builds == 1, "start its build", TimeSpan.FromSeconds(20));
            launched.Signal("TERM");
            var finished = await launched.WaitForExitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal("", finished.Output);
            Assert.NotEqual(0, finished.ExitCode);
        }
        _repository.WriteDotnet("exit 1");
        var watch = Stopwatch.StartNew();
        await _repository.RunAsync(Launcher, "0");
        Assert.Equal(2, _repository.Builds); // it got the lock
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"waited {watch.Elapsed} for a lock that nobody holds");
    }

    public void Dispose() => _repository.Dispose();
}
