using System.Runtime.CompilerServices;
using Pointsman.Lab.Scenarios;

namespace Pointsman.Tests.Lab;

/// <summary>
/// The stories of tests/Pointsman.Tests/Lab/scenarios, told again: each file must come out as it is. With UPDATE_SCENARIOS=1 they are
/// rewritten with what came out, to be judged in the diff.
/// </summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Stories => [.. Directory.GetFiles(Folder(), "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).OfType<string>()];

    [Theory]
    [MemberData(nameof(Stories))]
    [Trait("mission", "P5.6")]
    [Trait("mission", "P5.7")]
    public void Every_story_is_told_the_same_again(string story)
    {
        var file = Path.Combine(Folder(), story + ".txt");
        var written = File.ReadAllText(file);
        var telling = Scenario.Tell(written);
        Assert.Empty(telling.Violations);
        var told = telling.Text;
        if (Environment.GetEnvironmentVariable("UPDATE_SCENARIOS") == "1") File.WriteAllText(file, told);
        else Assert.Equal(written, told);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "scenarios");
}
