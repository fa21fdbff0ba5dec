using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pointsman.Tests.Tidy;

/// <summary>
/// Who may import whom is said three times: in the table of ARCHITECTURE.md, in its picture (solid arrows), and by the project files,
/// which the compiler obeys. The three must be one.
/// </summary>
public sealed partial class ArrowTests
{
    private const string Page = "ARCHITECTURE.md";

    [Fact]
    public void The_table_is_what_the_project_files_say() => AssertSame(FromProjects(), FromTable(), "project files", "table");

    [Fact]
    public void The_picture_is_what_the_project_files_say() => AssertSame(FromProjects(), FromPicture(), "project files", "picture");

    [Fact]
    public void Siblings_do_not_import_each_other()
    {
        string[] siblings = ["Dns", "Health", "Dssp", "Switching"];
        SourceTree.AssertNone(FromProjects().Where(arrow => siblings.Contains(arrow.From) && arrow.To != "Model").Select(arrow => $"{arrow}"), "a sibling imports more than the model");
    }

    [Fact]
    public void Dns_and_topology_know_nothing_of_sites()
        => SourceTree.AssertNone(FromProjects().Where(arrow => arrow.From is "Dns" or "Topology" or "Model").Select(arrow => $"{arrow}"), "these import nothing of ours");

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Read("Pointsman.slnx");
        SourceTree.AssertNone(
            SourceTree.EndingWith(".csproj").Where(project => !solution.Contains($"Path=\"{project}\"", StringComparison.Ordinal)),
            "projects that Pointsman.slnx does not name");
    }

    private readonly record struct Arrow(string From, string To)
    {
        public override string ToString() => $"{From} → {To}";
    }

    private static HashSet<Arrow> FromProjects()
    {
        var arrows = new HashSet<Arrow>();
        foreach (var project in SourceTree.Under("src", ".csproj"))
        {
            foreach (var reference in XDocument.Parse(SourceTree.Read(project)).Descendants("ProjectReference"))
            {
                arrows.Add(new Arrow(ShortName(project), ShortName(reference.Attribute("Include")!.Value)));
            }
        }
        return arrows;
    }

    private static HashSet<Arrow> FromTable()
    {
        var arrows = new HashSet<Arrow>();
        var all = SourceTree.Under("src", ".csproj").Select(ShortName).ToList();
        foreach (var line in SourceTree.Lines(Page))
        {
            if (TableRow().Match(line) is not { Success: true } row) continue;
            var from = row.Groups["project"].Value;
            var imports = row.Groups["imports"].Value.Trim();
            var named = imports switch
            {
                "all" => all.Where(name => name != from),
                "–" => [],
                _ => imports.Split(',', StringSplitOptions.TrimEntries),
            };
            foreach (var to in named) arrows.Add(new Arrow(from, to));
        }
        return arrows;
    }

    private static HashSet<Arrow> FromPicture()
    {
        var arrows = new HashSet<Arrow>();
        foreach (var line in SourceTree.Lines(Page))
        {
            if (SolidArrow().Match(line) is not { Success: true } solid) continue;
            foreach (var from in solid.Groups["from"].Value.Split('&', StringSplitOptions.TrimEntries))
            {
                foreach (var to in solid.Groups["to"].Value.Split('&', StringSplitOptions.TrimEntries)) arrows.Add(new Arrow(from, to));
            }
        }
        return arrows;
    }

    private static string ShortName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("Pointsman.", "", StringComparison.Ordinal);

    private static void AssertSame(HashSet<Arrow> truth, HashSet<Arrow> said, string truthName, string saidName)
        => SourceTree.AssertNone(
            [.. truth.Except(said).Select(arrow => $"{arrow}: in the {truthName} only"), .. said.Except(truth).Select(arrow => $"{arrow}: in the {saidName} only")],
            $"{Page} and the project files differ");

    [GeneratedRegex(@"^\| `Pointsman\.(?<project>\w+)` \|.*\|(?<imports>[^|]*)\|\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"^\s*(?<from>\w+( & \w+)*) --> (?<to>\w+( & \w+)*)\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SolidArrow();
}
