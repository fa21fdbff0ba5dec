using Pointsman.Node.PolicyTests;
using Pointsman.Tests.Node.Configuration;

namespace Pointsman.Tests.Node.PolicyTests;

public sealed class PolicyTestFileTests
{
    private const string Main = "/etc/pointsman/pointsman.yaml";

    private static PolicyTestRun Run(MemoryFiles files, params string[] named) => PolicyTestRun.Of(files.Load().Configuration!, Main, named, files);

    private static string[] Errors(string tests) =>
        [.. Run(MemoryFiles.Good().With("pointsman.tests.yaml", tests)).Reading.Errors.Select(error => error.ToString().Replace("/etc/pointsman/", "", StringComparison.Ordinal))];

    [Theory]
    [InlineData("- { client: 1.2.3.4, expect: tokio }", "1:30: error: [0].expect: no site is named 'tokio'; did you mean 'tokyo'?")]
    [InlineData("- { client: 1.2.3.4, down: [tokyo, pariss], expect: tokyo }", "1:36: error: [0].down[1]: no site is named 'pariss'; did you mean 'paris'?")]
    [InlineData("- { client: 1.2.3.4, never: nodata }", "1:29: error: [0].never: no site is named 'nodata'")]
    [InlineData("- { client: 1.2.3.4, arrivedAt: rome, expect: tokyo }", "1:33: error: [0].arrivedAt: no site is named 'rome'")]
    [InlineData("- { client: 1.2.3.4, service: ww.example.com, expect: tokyo }", "1:31: error: [0].service: no service is named 'ww.example.com'; did you mean 'www.example.com'?")]
    [InlineData("- { client: japan, expect: tokyo }", "1:13: error: [0].client: must be an IP address, was 'japan'; names are not looked up")]
    [InlineData("- { expect: tokyo }", "1:3: error: [0]: 'client' is missing (an IP address)")]
    [InlineData("- { client: 1.2.3.4 }", "1:3: error: [0]: says nothing that could fail: 'expect', 'never' or 'scope' is missing")]
    [InlineData("- { client: 1.2.3.4, scope: 129 }", "1:29: error: [0].scope: must be 0–128, was 129")]
    [InlineData("- { client: 1.2.3.4, expects: tokyo, never: paris }", "1:22: error: [0].expects: unknown key; did you mean 'expect'?")]
    [InlineData("- { client: 1.2.3.4, expect: [] }", "1:30: error: [0].expect: must have 1 to 100 of them, has 0")]
    [InlineData("- { client: 1.2.3.4, expect: { tokyo: 1 } }", "1:30: error: [0].expect: must be a name of 1–63 letters, digits and hyphens, was a map")]
    [InlineData("- tokyo", "1:3: error: [0]: must be a map with keys such as 'name:', was 'tokyo'")]
    public void A_mistake_is_told_with_its_place(string tests, string error) => Assert.Equal([$"pointsman.tests.yaml:{error}"], Errors(tests));

    [Fact]
    public void The_page_that_tells_how_names_every_key()
    {
        var page = Tidy.SourceTree.Read("docs/how-to/prove-a-policy.md");
        Assert.All(PolicyTestKeys.Table.Keys, key => Assert.Contains($"`{key.Name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
        => Assert.Equal(2, Errors("- { client: 1.2.3.4, expect: tokio }\n- { client: 1.2.3.4, expect: pariss }\n").Length);

    [Theory]
    [InlineData("pointsman.tests.yaml", 1)]
    [InlineData("pointsman.test.yaml", 1)]
    [InlineData("eu.tests.yaml", 1)]
    [InlineData("tests.yaml", 1)]
    [InlineData("policy-tests.yaml", 1)]
    [InlineData("policy-tests/asia.yaml", 1)]
    [InlineData("tests/asia.yaml", 1)]
    [InlineData("asia.yaml", 0)]
    [InlineData("other/tests.yaml", 0)]
    public void Tests_are_found_beside_the_configuration(string path, int files)
    {
        var run = Run(MemoryFiles.Good().With(path, "- { client: 211.123.11.20, service: www.example.com, expect: tokyo }"));
        Assert.Equal((files, files, 0), (run.Files, run.Passed, run.Failed));
    }

    [Fact]
    public void Tests_of_another_configuration_in_the_same_folder_are_not_its_own()
        => Assert.Equal(0, Run(MemoryFiles.Good().With("other.yaml", "{}").With("other.tests.yaml", "- { client: 1.2.3.4, expect: tokyo }")).Files);

    [Theory]
    [InlineData("services: {}")]
    [InlineData("")]
    [InlineData("# nothing yet")]
    public void A_file_that_is_found_and_is_no_list_is_something_elses(string text)
    {
        var run = Run(MemoryFiles.Good().With("tests/compose.yaml", text));
        Assert.True(run.CanBeRead);
        Assert.Equal(0, run.Files);
    }

    [Fact]
    public void A_file_that_is_named_must_hold_tests()
    {
        var files = MemoryFiles.Good().With("mine.yaml", "services: {}");
        Assert.Equal(["/etc/pointsman/mine.yaml:1:1: error: must be a list, was a map"], Run(files, "/etc/pointsman/mine.yaml").Reading.Errors.Select(error => error.ToString()));
        Assert.Equal(["/etc/pointsman/none.yaml: error: no such file"], Run(files, "/etc/pointsman/none.yaml").Reading.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void A_failed_test_tells_what_came_why_and_how_to_see_it_again()
    {
        var run = Run(MemoryFiles.Good().With("tests.yaml", "- { name: japan, client: 211.123.11.20, service: www.example.com, down: tokyo, expect: tokyo }"));
        Assert.Equal((0, 1), (run.Passed, run.Failed));
        var text = new StringWriter();
        run.WriteFailures(text, default);
        Assert.Contains("tests.yaml:1:3: failed: japan (www.example.com): expected tokyo, was san-jose, then paris: tokyo is wrong at place 1\n", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("    eligibility: tokyo out: Down: 2 of 2 observers see it down", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("    see: pointsman verify ", text.ToString(), StringComparison.Ordinal);
        Assert.Contains(" --service www.example.com --client 211.123.11.20 --down tokyo\n", text.ToString(), StringComparison.Ordinal);
        Assert.Equal("japan", run.Data()["results"]![0]!["name"]!.ToString());
    }
}
