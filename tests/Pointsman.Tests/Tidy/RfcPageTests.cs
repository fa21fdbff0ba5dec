using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>Writes docs/rfc.md: each RFC that the code cites, section by section, with the code that obeys it and the tests that show it.</summary>
public sealed partial class RfcPageTests
{
    [Fact]
    public void The_page_of_the_standards_is_up_to_date() => GeneratedPage.Verify("docs/rfc.md", Page());

    [Fact]
    public void Every_rfc_trait_can_be_read()
        => SourceTree.AssertNone(
            from trait in Citations.Traits
            where trait.Name == "rfc" && !Section().IsMatch(trait.Value)
            select $"{trait.File}: {trait.Value}",
            "not of the form \"7871 §6\"");

    [Fact]
    public void Every_standard_on_the_page_has_its_title()
    {
        var titles = Titles();
        SourceTree.AssertNone(
            from section in Citations.RfcInCode.Keys.Concat(Citations.Traits.Where(trait => trait.Name == "rfc").Select(trait => trait.Value))
            let number = section.Split(' ')[0]
            where !titles.ContainsKey(number)
            select $"RFC {number}",
            "Without a title in docs/rfc-titles.csv");
    }

    private static Dictionary<string, string> Titles() =>
        SourceTree.Lines("docs/rfc-titles.csv").Skip(1).Select(line => line.Split(',', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    private static string Page()
    {
        var titles = Titles();
        var tested = Citations.Traits.Where(trait => trait.Name == "rfc").Select(trait => trait.Value).ToHashSet(StringComparer.Ordinal);
        var cited = new SortedSet<string>(Citations.RfcInCode.Keys.Concat(tested), RowOrder.Instance);
        var untested = cited.Count(section => !tested.Contains(section));
        var page = new StringBuilder();
        page.Append("# Standards, section by section\n\n").Append(GeneratedPage.Notice).Append("\n\n");
        page.Append("Which RFC is obeyed where. A line of code that obeys a section cites it (`// RFC 7871 §6: …`); a test that shows it carries the same citation\n");
        page.Append("(`./test --filter-trait 'rfc=7871 §6'`).\n\n");
        page.Append(CultureInfo.InvariantCulture, $"**{cited.Count} sections cited, {cited.Count - untested} with a test of their own.**\n");
        var document = "";
        foreach (var section in cited)
        {
            var number = section.Split(' ')[0];
            if (number != document)
            {
                document = number;
                var title = titles.TryGetValue(number, out var known) ? $": {known}" : "";
                page.Append(CultureInfo.InvariantCulture, $"\n## RFC {number}{title}\n\n| section | code | tests |\n| --- | --- | --- |\n");
            }
            var where = section.Contains('§', StringComparison.Ordinal) ? section[(section.IndexOf('§', StringComparison.Ordinal) + 1)..] : "as a whole";
            var code = Citations.RfcInCode.TryGetValue(section, out var files) ? MissionPageTests.Links(files) : "–";
            var tests = tested.Contains(section) ? MissionPageTests.Links(Citations.TestFiles("rfc", section)) : "no test of its own";
            page.Append(CultureInfo.InvariantCulture, $"| {where} | {code} | {tests} |\n");
        }
        return page.ToString();
    }

    [GeneratedRegex(@"^\d{3,5}( §(\d+|[A-Z])(\.\d+)*)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();
}
