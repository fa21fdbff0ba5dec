namespace Pointsman.EndToEnd.House;

/// <summary>What <c>./test</c> makes of its test programs: the last line, the exit code, and that a crash is never taken for silence.</summary>
public sealed class TestCommandTests : IDisposable
{
    private const string Unit = "Pointsman.Tests";
    private const string Conformance = "Pointsman.Conformance";
    private const string EndToEnd = "Pointsman.EndToEnd";
    private readonly ScratchRepository _repository = new();

    [Fact]
    public async Task All_green_is_counted_over_all_programs()
    {
        var (lastLine, exitCode) = await TestAsync(Program(Unit, 100, 0, 1, 0), Program(Conformance, 20, 0, 0, 0), Program(EndToEnd, 3, 0, 4, 0));
        Assert.Equal("123 passed, 0 failed, 5 skipped", lastLine);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task A_failed_test_is_counted_and_the_others_still_run()
    {
        var (lastLine, exitCode) = await TestAsync(Program(Unit, 9, 2, 0, 2), Program(Conformance, 1, 0, 0, 0), Program(EndToEnd, 1, 0, 0, 0));
        Assert.Equal("11 passed, 2 failed, 0 skipped", lastLine);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task More_than_five_skipped_is_red()
    {
        var (lastLine, exitCode) = await TestAsync(Program(Unit, 9, 0, 3, 0), Program(Conformance, 1, 0, 0, 0), Program(EndToEnd, 1, 0, 3, 0));
        Assert.Equal("11 passed, 0 failed, 6 skipped", lastLine);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_program_that_crashes_without_a_report_is_a_failure()
    {
        var (lastLine, exitCode) = await TestAsync(
            Program(Unit, 9, 0, 0, 0), _repository.TestProgram(Conformance, 0, 0, 0, exitCode: 134, report: false), Program(EndToEnd, 1, 0, 0, 0));
        Assert.Equal("10 passed, 1 failed, 0 skipped", lastLine);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_program_that_reports_no_failure_but_ends_badly_is_a_failure()
    {
        var (lastLine, exitCode) = await TestAsync(Program(Unit, 9, 0, 0, 139), Program(Conformance, 1, 0, 0, 0), Program(EndToEnd, 1, 0, 0, 0));
        Assert.Equal("11 passed, 1 failed, 0 skipped", lastLine);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_program_that_has_no_tests_yet_is_no_failure()
    {
        var (lastLine, exitCode) = await TestAsync(Program(Unit, 9, 0, 0, 0), _repository.TestProgram(Conformance, 0, 0, 0, 8, report: false), Program(EndToEnd, 1, 0, 0, 0));
        Assert.Equal("10 passed, 0 failed, 0 skipped", lastLine);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task A_program_that_has_tests_and_finds_none_is_a_failure()
    {
        _repository.Write($"tests/{Conformance}/SomeTests.cs", "    [Fact]\n");
        var (lastLine, exitCode) = await TestAsync(Program(Unit, 9, 0, 0, 0), _repository.TestProgram(Conformance, 0, 0, 0, 8, report: false), Program(EndToEnd, 1, 0, 0, 0));
        Assert.Equal("10 passed, 1 failed, 0 skipped", lastLine);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_build_that_fails_still_ends_with_the_line_of_counts()
    {
        var (lastLine, exitCode) = await TestAsync("echo 'error CS1001'; exit 1");
        Assert.Equal("0 passed, 1 failed, 0 skipped", lastLine);
        Assert.Equal(1, exitCode);
    }

    private string Program(string name, int passed, int failed, int skipped, int exitCode) => _repository.TestProgram(name, passed, failed, skipped, exitCode);

    private async Task<(string LastLine, int ExitCode)> TestAsync(params string[] onBuild)
    {
        _repository.WriteDotnet(string.Concat(onBuild));
        var finished = await _repository.RunAsync(_repository.PathOf("test"), "--no-peers");
        return (finished.Output.TrimEnd('\n').Split('\n')[^1], finished.ExitCode);
    }

    public void Dispose() => _repository.Dispose();
}
