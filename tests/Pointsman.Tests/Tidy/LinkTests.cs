using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>A link of the documentation to a file of this repository, or to a heading, leads somewhere.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_relative_link_of_every_page_leads_somewhere()
        => SourceTree.AssertNone(
            from page in SourceTree.EndingWith(".md")
            from link in LinksOf(page)
            let wrong = WhyWrong(page, link)
            where wrong is not null
            select $"{page}: ({link}): {wrong}",
            "dead links");

    private static IEnumerable<string> LinksOf(string page)
        => Prose(page).SelectMany(line => Link().Matches(InlineCode().Replace(line, ""))).Select(match => match.Groups["target"].Value);

    private static string? WhyWrong(string page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) return null;
        var hash = link.IndexOf('#', StringComparison.Ordinal);
        var path = hash < 0 ? link : link[..hash];
        var target = path.Length == 0 ? page : Path.GetRelativePath(SourceTree.Folder, Path.Combine(SourceTree.Folder, Path.GetDirectoryName(page)!, path)).Replace('\\', '/');
        if (!SourceTree.Exists(target)) return $"there is no {target}";
        if (hash < 0) return null;
        return Anchors(target).Contains(link[(hash + 1)..]) ? null : $"{target} has no such heading";
    }

    /// <summary>As the usual renderers make them: lower case, spaces to hyphens, all but letters, digits, hyphens and underscores gone.</summary>
    private static HashSet<string> Anchors(string page)
        => [.. Prose(page).Select(line => Heading().Match(line)).Where(match => match.Success)
            .Select(match => string.Concat(match.Groups["text"].Value.Trim().ToLowerInvariant().Replace(' ', '-').Where(c => char.IsLetterOrDigit(c) || c is '-' or '_')))];

    private static IEnumerable<string> Prose(string page)
    {
        var fenced = false;
        foreach (var line in SourceTree.Lines(page))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
            else if (!fenced) yield return line;
        }
    }

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();
}
