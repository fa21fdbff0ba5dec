using Pointsman.EndToEnd.Documentation;

namespace Pointsman.EndToEnd.Demo;

/// <summary>The page that goes from a complaint to its reason, typed line by line at a running demo.</summary>
[Collection(nameof(WholeClusters))]
public sealed class WhyThisSiteTests
{
    private const string Page = "why-this-site.md";

    [Fact]
    [Trait("mission", "P8.1")]
    public async Task The_page_shows_what_a_running_demo_answers()
    {
        await using var cluster = await DemoCluster.StartAsync();
        // The page asks of some seconds ago, when all was as it is now.
        await Task.Delay(TimeSpan.FromSeconds(10));
        var asked = 0;
        foreach (var block in ConsoleBlock.All().Where(block => Path.GetFileName(block.Page) == Page))
        {
            foreach (var (command, output) in block.Steps.Where(step => !step.Command.StartsWith("export ", StringComparison.Ordinal)))
            {
                Finished? finished = null;
                // A busy machine misses a probe now and then: what the page shows comes back.
                var shown = await DemoCluster.UntilAsync(async () =>
                {
                    finished = await RunningProcess.RunAsync(
                        "bash", ["-c", command], TimeSpan.FromSeconds(60), ProgramUnderTest.RepositoryFolder,
                        new Dictionary<string, string?>(StringComparer.Ordinal) { ["POINTSMAN_NO_BUILD"] = "1", ["NO_COLOR"] = "1", ["POINTSMAN_NODE"] = cluster.Admin("A") });
                    return finished.ExitCode == 0 && ConsoleBlock.Matches(output, finished.Output.TrimEnd('\n').Split('\n'));
                }, TimeSpan.FromSeconds(30));
                Assert.True(shown, $"{block}: $ {command}\n--- shown\n{string.Join('\n', output)}\n--- came\n{finished}");
                asked++;
            }
        }

        Assert.Equal(6, asked);
    }
}
