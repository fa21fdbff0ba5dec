using System.Text.RegularExpressions;

namespace Pointsman.EndToEnd.Documentation;

/// <summary>What the pages tell a reader to type works, and gives what they show.</summary>
public sealed partial class ConsoleBlockTests
{
    public static TheoryData<string> Marked()
    {
        var data = new TheoryData<string>();
        foreach (var block in ConsoleBlock.All().Where(block => block.Run)) data.Add(block.ToString());
        return data;
    }

    [Theory]
    [MemberData(nameof(Marked))]
    public async Task What_a_page_shows_is_what_comes(string where)
    {
        var block = ConsoleBlock.All().Single(block => block.ToString() == where);
        foreach (var (command, output) in block.Steps)
        {
            var finished = await RunningProcess.RunAsync(
                "bash", ["-c", command], TimeSpan.FromSeconds(60), ProgramUnderTest.RepositoryFolder,
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["POINTSMAN_NO_BUILD"] = "1", ["NO_COLOR"] = "1" });
            Assert.True(finished.ExitCode == 0, $"{where}: $ {command}\n{finished}");
            var came = finished.Output.TrimEnd('\n').Split('\n');
            Assert.True(ConsoleBlock.Matches(output, came), $"{where}: $ {command}\n--- shown\n{string.Join('\n', output)}\n--- came\n{finished.Output}");
        }
    }

    [Fact]
    public async Task Every_command_that_a_page_names_exists()
    {
        var help = (await ProgramUnderTest.RunAsync("--help")).Output;
        var unknown =
            from block in ConsoleBlock.All()
            from step in block.Steps
            let word = FirstWord().Match(step.Command)
            where word.Success && !Regex.IsMatch(help, $@"^\s+{Regex.Escape(word.Groups["word"].Value)}\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            select $"{block}: {step.Command}";
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("a", "a", true, "the same")]
    [InlineData("a", "b", false, "another line")]
    [InlineData("a", "a\nb", false, "more than shown")]
    [InlineData("a\n…", "a\nb\nc", true, "any lines at the end")]
    [InlineData("…\nc", "a\nb\nc", true, "any lines at the beginning")]
    [InlineData("a\n…\nc", "a\nc", true, "none is any, too")]
    [InlineData("took … ms", "took 12 ms", true, "any text in a line")]
    [InlineData("took … ms", "took 12 s", false, "but not another end")]
    [InlineData("a …", "a b c", true, "any rest of a line")]
    public void Shown_output_may_leave_out_what_varies(string shown, string came, bool matches, string _)
        => Assert.Equal(matches, ConsoleBlock.Matches(shown.Split('\n'), came.Split('\n')));

    [GeneratedRegex(@"^\./pointsman (?<word>[a-z][a-z-]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstWord();
}
