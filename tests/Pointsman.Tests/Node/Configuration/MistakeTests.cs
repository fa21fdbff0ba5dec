using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>Every mistake of <c>mistakes.txt</c> gives exactly its errors. To add one, write its change and run with <c>UPDATE_DOCS=1</c>; then read what it says.</summary>
public sealed class MistakeTests
{
    private const string Page = "tests/Pointsman.Tests/Node/Configuration/mistakes.txt";

    public static TheoryData<string> Titles => [.. Mistake.ReadAll().Select(mistake => mistake.Title)];

    [Theory]
    [MemberData(nameof(Titles))]
    public void Mistake_gives_exactly_these_errors(string title)
    {
        var mistake = Mistake.ReadAll().Single(one => one.Title == title);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") return;
        Assert.NotEmpty(mistake.Expected);
        Assert.Equal(mistake.Expected, mistake.Errors());
    }

    [Fact]
    public void The_page_of_mistakes_is_up_to_date()
    {
        var head = SourceTree.Read(Page).Split("\n## ")[0].TrimEnd('\n') + "\n";
        GeneratedPage.Verify(Page, head + string.Concat(Mistake.ReadAll().Select(mistake => mistake.Write())));
    }
}
