using System.Text.RegularExpressions;

namespace Pointsman.Tests.Tidy;

/// <summary>
/// Reads who realises what: <c>[P3.3]</c>, <c>[P5.4, S22]</c>, <c>[S12–S14]</c> and <c>RFC 7871 §6</c> in the sources, and
/// <c>[Trait("mission", "P3.3")]</c> and <c>[Trait("rfc", "7871 §6")]</c> in the tests of all test programs. It reads text and not
/// assemblies, because one test program cannot load the others; a test holds what it reads here against reflection.
/// </summary>
internal static partial class Citations
{
    /// <summary>A mission row or a rule → the files of src that cite it.</summary>
    public static SortedDictionary<string, SortedSet<string>> InCode { get; } = new(RowOrder.Instance);

    /// <summary>"7871 §6", or "7871" for the whole document → the files of src that cite it.</summary>
    public static SortedDictionary<string, SortedSet<string>> RfcInCode { get; } = new(RowOrder.Instance);

    /// <summary>Every citation of a standard in src, with the place where it stands.</summary>
    public static IReadOnlyList<RfcCitation> RfcPlaces { get; }

    /// <summary>Every trait of every test: name, value, test class's file, class, and the method or null.</summary>
    public static IReadOnlyList<TestTrait> Traits { get; } = [.. SourceTree.Under("tests", ".cs").SelectMany(TraitsOf)];

    static Citations()
    {
        var places = new List<RfcCitation>();
        foreach (var file in SourceTree.Under("src", ".cs").Concat(SourceTree.Under("src", ".proto")))
        {
            var text = SourceTree.Read(file);
            places.AddRange(SourceTree.Lines(file).SelectMany((line, index) => Sections(line).Select(section => new RfcCitation(section, file, index + 1))));
            foreach (Match bracket in Bracket().Matches(text))
            {
                foreach (var row in Expand(bracket.Groups["rows"].Value)) Add(InCode, row, file);
            }
        }
        RfcPlaces = places;
        foreach (var place in places) Add(RfcInCode, place.Section, place.File);
    }

    /// <summary>
    /// The sections that one line of a source cites, all of <c>RFC 9110 §9.2.1 and §15.4.3</c>. Only a comment cites: a text that is shown
    /// to people may name a standard, but obeys nothing.
    /// </summary>
    internal static IEnumerable<string> Sections(string line)
    {
        var comment = line.IndexOf("//", StringComparison.Ordinal);
        if (comment < 0) yield break;
        foreach (Match rfc in Rfc().Matches(line[comment..]))
        {
            var number = rfc.Groups["number"].Value;
            if (!rfc.Groups["section"].Success) yield return number;
            foreach (Capture section in rfc.Groups["section"].Captures) yield return $"{number} §{section.Value}";
        }
    }

    /// <summary>Files with a test that carries this trait, in order.</summary>
    public static IEnumerable<string> TestFiles(string name, string value)
        => Traits.Where(trait => trait.Name == name && trait.Value == value).Select(trait => trait.File).Distinct(StringComparer.Ordinal);

    /// <summary><c>P5.4, S22</c> → both; <c>S12–S14</c> and <c>P3.1–P3.3</c> → all of the range.</summary>
    internal static IEnumerable<string> Expand(string rows)
    {
        foreach (var part in rows.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('–', '-');
            if (ends.Length == 1)
            {
                yield return part;
                continue;
            }
            var stem = ends[0].TrimEnd("0123456789".ToCharArray());
            var first = int.Parse(ends[0][stem.Length..], System.Globalization.CultureInfo.InvariantCulture);
            var last = int.Parse(ends[1][ends[1].TrimEnd("0123456789".ToCharArray()).Length..], System.Globalization.CultureInfo.InvariantCulture);
            for (var number = first; number <= last; number++) yield return $"{stem}{number}";
        }
    }

    private static IEnumerable<TestTrait> TraitsOf(string file)
    {
        var className = "";
        var waiting = new List<(string Name, string Value)>();
        foreach (var line in SourceTree.Lines(file))
        {
            if (line.TrimStart().StartsWith("//", StringComparison.Ordinal)) continue;
            foreach (Match trait in Trait().Matches(line)) waiting.Add((trait.Groups["name"].Value, trait.Groups["value"].Value));
            string? method = null;
            if (Class().Match(line) is { Success: true } declared) className = declared.Groups["name"].Value;
            else if (Method().Match(line) is { Success: true } named) method = named.Groups["name"].Value;
            else continue;
            foreach (var (name, value) in waiting) yield return new TestTrait(name, value, file, className, method);
            waiting.Clear();
        }
    }

    private static void Add(SortedDictionary<string, SortedSet<string>> map, string key, string file)
    {
        if (!map.TryGetValue(key, out var files)) map[key] = files = new SortedSet<string>(StringComparer.Ordinal);
        files.Add(file);
    }

    [GeneratedRegex(@"\[(?<rows>(P\d+\.\d+|S\d+)([,–-]\s*(P\d+\.\d+|S\d+))*)\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bracket();

    [GeneratedRegex(@"\bRFC (?<number>\d{3,5})(?:,? (?:§|section |appendix )(?<section>(\d+|[A-Z])(\.\d+)*)((,| and|, and) (§|section |appendix )(?<section>(\d+|[A-Z])(\.\d+)*))*)?",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rfc();

    [GeneratedRegex(@"\bTrait\(""(?<name>\w+)"", ""(?<value>[^""]+)""\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Trait();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|sealed|abstract|static|partial) )+class (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Class();

    [GeneratedRegex(@"\bpublic (?:static |async |override )*[\w<>,.? ]+ (?<name>\w+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Method();
}

/// <summary>One section, or a whole document, cited on one line of src.</summary>
internal sealed record RfcCitation(string Section, string File, int Line);

/// <summary>One <c>[Trait]</c> as written; a null method means that the whole class carries it.</summary>
internal sealed record TestTrait(string Name, string Value, string File, string Class, string? Method);

/// <summary>P2.9 before P2.10, S3 before S12, 1035 before 7871, §4.1.9 before §4.1.10: digits compare as numbers.</summary>
internal sealed class RowOrder : IComparer<string>
{
    public static RowOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = Key(x ?? "");
        var right = Key(y ?? "");
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (left[i].CompareTo(right[i]) is not 0 and var order) return order;
        }
        return left.Count.CompareTo(right.Count);
    }

    private static List<(int Number, string Text)> Key(string row)
        => [.. System.Text.RegularExpressions.Regex.Matches(row, @"\d+|[^\d]+", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(part => int.TryParse(part.Value, out var number) ? (number, "") : (-1, part.Value))];
}
