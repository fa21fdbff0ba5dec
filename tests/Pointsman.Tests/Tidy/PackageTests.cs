using System.Text.Json;
using System.Xml.Linq;

namespace Pointsman.Tests.Tidy;

/// <summary>What is pinned is used, what is used is pinned in one place, and every project's lock file is there.</summary>
public sealed class PackageTests
{
    [Fact]
    public void Every_pinned_package_is_used()
    {
        var used = SourceTree.EndingWith(".csproj").Concat(SourceTree.EndingWith(".props"))
            .SelectMany(file => XDocument.Parse(SourceTree.Read(file)).Descendants("PackageReference"))
            .Select(reference => reference.Attribute("Include")?.Value ?? "")
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var pinned = XDocument.Parse(SourceTree.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value);
        SourceTree.AssertNone(pinned.Where(package => !used.Contains(package)), "pinned in Directory.Packages.props and used nowhere");
    }

    [Fact]
    public void No_project_pins_a_version_of_its_own()
        => SourceTree.AssertNone(
            from file in SourceTree.EndingWith(".csproj")
            from reference in XDocument.Parse(SourceTree.Read(file)).Descendants("PackageReference")
            where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
            select $"{file}: {reference}",
            "versions belong into Directory.Packages.props");

    [Fact]
    public void Every_project_has_its_lock_file()
        => SourceTree.AssertNone(
            SourceTree.EndingWith(".csproj").Where(project => !SourceTree.Exists(Path.GetDirectoryName(project) + "/packages.lock.json")),
            "no packages.lock.json");

    [Fact]
    public void Every_lock_file_names_what_its_project_asks_for()
    {
        // Else a restore in locked mode (CI=true) refuses; without it, the restore mends the file and a clean clone comes out changed.
        var pinned = XDocument.Parse(SourceTree.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);
        var everywhere = References("Directory.Build.props");
        var findings = new List<string>();
        foreach (var project in SourceTree.EndingWith(".csproj"))
        {
            var wanted = everywhere.Concat(References(project)).Select(package => $"{package} {pinned.GetValueOrDefault(package)}").ToHashSet(StringComparer.OrdinalIgnoreCase);
            using var document = JsonDocument.Parse(SourceTree.Read(Path.GetDirectoryName(project) + "/packages.lock.json"));
            var locked = document.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
                .Where(package => package.Value.GetProperty("type").GetString() == "Direct")
                .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}")
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
            findings.AddRange(wanted.Except(locked, StringComparer.OrdinalIgnoreCase).Select(package => $"{project}: {package} is not locked"));
            findings.AddRange(locked.Except(wanted, StringComparer.OrdinalIgnoreCase).Select(package => $"{project}: {package} is locked and not asked for"));
        }
        SourceTree.AssertNone(findings, "lock files; dotnet restore mends them");
    }

    private static IEnumerable<string> References(string file)
        => XDocument.Parse(SourceTree.Read(file)).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
}
