using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>
/// Writes docs/mission.md: each row of the mission, where the code realises it, and the tests that would fail if it broke. A row counts
/// only with both; one whose promise is kept in part says what it lacks (docs/mission-rows.csv) and is not counted as kept.
/// </summary>
public sealed partial class MissionPageTests
{
    private static readonly Dictionary<string, string> s_chapters = new(StringComparer.Ordinal)
    {
        ["P1"] = "DNS",
        ["P2"] = "Geography",
        ["P3"] = "The hand-off decision",
        ["P4"] = "Health",
        ["P5"] = "DSSP",
        ["P6"] = "The server switch at each site",
        ["P7"] = "Content",
        ["P8"] = "The method as a whole",
    };

    private const int LastRule = 24;

    [Fact]
    public void The_page_of_the_mission_is_up_to_date() => GeneratedPage.Verify("docs/mission.md", Page());

    [Fact]
    public void Every_row_and_rule_that_is_cited_exists()
    {
        var known = Rows().Select(row => row.Id).Concat(Enumerable.Range(1, LastRule).Select(rule => $"S{rule}")).ToHashSet(StringComparer.Ordinal);
        SourceTree.AssertNone(
            [
                .. from cited in Citations.InCode where !known.Contains(cited.Key) from file in cited.Value select $"{file}: [{cited.Key}]",
                .. from trait in Citations.Traits where trait.Name == "mission" && !known.Contains(trait.Value) select $"{trait.File}: Trait mission {trait.Value}",
            ],
            "no such row (docs/mission-rows.csv) or rule (S1 to S24)");
    }

    [Fact]
    public void What_is_read_from_the_text_is_what_this_assembly_really_carries()
    {
        var real = typeof(MissionPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Cast<System.Reflection.MemberInfo>().Append(type))
            .SelectMany(member => member.GetCustomAttributesData().Where(attribute => attribute.AttributeType == typeof(TraitAttribute))
                .Select(attribute => $"{(member is Type type ? type.Name : member.DeclaringType!.Name + "." + member.Name)} {attribute.ConstructorArguments[0].Value} {attribute.ConstructorArguments[1].Value}"));
        var read = Citations.Traits.Where(trait => trait.File.StartsWith("tests/Pointsman.Tests/", StringComparison.Ordinal))
            .Select(trait => $"{trait.Class}{(trait.Method is null ? "" : "." + trait.Method)} {trait.Name} {trait.Value}");
        Assert.Equal(real.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), read.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("P5.4, S22", "P5.4 S22", "a list")]
    [InlineData("S12–S14", "S12 S13 S14", "a range of rules")]
    [InlineData("P3.9-P3.11", "P3.9 P3.10 P3.11", "a range of rows")]
    [InlineData("S3, S6, S12–S13", "S3 S6 S12 S13", "both")]
    public void A_citation_names_all_its_rows(string written, string rows, string _) => Assert.Equal(rows.Split(' '), Citations.Expand(written));

    private static string Page()
    {
        var page = new StringBuilder();
        var body = new StringBuilder();
        var (kept, inPart) = (0, 0);
        var rows = Rows();
        var chapter = "";
        foreach (var row in rows)
        {
            var of = row.Id[..row.Id.IndexOf('.', StringComparison.Ordinal)];
            if (of != chapter)
            {
                chapter = of;
                body.Append(CultureInfo.InvariantCulture, $"\n## {of} {s_chapters[of]}\n\n| row | | code | tests |\n| --- | --- | --- | --- |\n");
            }
            var code = Citations.InCode.TryGetValue(row.Id, out var files) ? files : [];
            var tests = Citations.TestFiles("mission", row.Id).ToList();
            var state = (code.Count > 0, tests.Count > 0, row.Lacks.Length > 0) switch
            {
                (true, true, false) => "",
                (true, true, true) => $". **In part: lacks** {row.Lacks}",
                (true, false, _) => ". **No test yet**",
                (false, true, _) => ". **No code cites it**",
                _ => ". **Not yet**",
            };
            if (state.Length == 0) kept++;
            else if (code.Count > 0 && tests.Count > 0) inPart++;
            body.Append(CultureInfo.InvariantCulture, $"| {row.Id} | {row.Title}{state} | {Links(code)} | {Links(tests)} |\n");
        }
        page.Append("# The mission, row by row\n\n").Append(GeneratedPage.Notice).Append("\n\n");
        page.Append("What Pointsman is for, one row a promise. A row is kept when code says that it realises it and a test that carries its id would fail if it\n");
        page.Append("broke; the others are named for what they lack. The tests of one row: `./test --filter-trait mission=P3.3`.\n\n");
        page.Append(CultureInfo.InvariantCulture, $"**Of {rows.Count} rows {kept} are kept, and {inPart} in part.**\n");
        return page.Append(body).ToString();
    }

    internal static string Links(IEnumerable<string> files)
        => string.Join(", ", files.Select(file => $"[{Path.GetFileNameWithoutExtension(file)}](../{file})"));

    private static List<(string Id, string Title, string Lacks)> Rows()
        => [.. SourceTree.Lines("docs/mission-rows.csv").Skip(1).Select(line =>
        {
            var cells = Cell().Matches(line).Select(cell => cell.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal) : cell.Groups["plain"].Value).ToList();
            return (cells[0], cells[1], cells[2]);
        })];

    [GeneratedRegex("(?<=^|,)(\"(?<quoted>([^\"]|\"\")*)\"|(?<plain>[^,\"]*))(?=,|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cell();
}
