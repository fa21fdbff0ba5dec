using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pointsman.Node.Configuration.Yaml;

/// <summary>
/// Builds the tree from the parser's events. The library's own object model is not used: it stops at the first duplicate key, does not say
/// where a value stood once it is bound, and lets ten nested aliases grow to a billion nodes. Here every bound is a named constant and every
/// breach is a finding.
/// </summary>
internal sealed class YamlComposer
{
    // The deepest key of the configuration stands at level 8; a list of lists of lists is no configuration.
    private const int MaxDepth = 32;

    // 100 sites × 16 services with ten real servers each take some 250,000 nodes.
    private const int MaxNodes = 1_000_000;

    private readonly string file;
    private readonly Findings findings;
    private readonly Dictionary<string, YamlNode?> anchors = new(StringComparer.Ordinal);
    private readonly List<string> path = [];
    private readonly Parser parser;
    private long nodes;

    private YamlComposer(string file, string text, Findings findings)
    {
        this.file = file;
        this.findings = findings;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The one document of <paramref name="text"/>, or null with the reason in <paramref name="findings"/>.</summary>
    public static YamlNode? Compose(string file, string text, Findings findings)
    {
        var composer = new YamlComposer(file, text, findings);
        try
        {
            return composer.Document();
        }
        catch (GaveUp)
        {
            return null;
        }
        catch (YamlException syntax)
        {
            findings.Error(composer.At(syntax.Start, syntax.End), "", $"is not YAML: {Words(syntax)}");
            return null;
        }
        catch (Exception unforeseen) when (unforeseen is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or InvalidCastException or OverflowException or NullReferenceException)
        {
            // The library lets a few malformed inputs out as other exceptions; to the operator they are the same.
            var current = composer.parser.Current;
            var mark = current is null ? Mark.Whole(file) : composer.At(current.Start, current.End);
            findings.Error(mark, "", "is not YAML: is there a bracket, a brace or a quote that is never closed?");
            return null;
        }
    }

    private YamlNode? Document()
    {
        Next<StreamStart>();
        if (parser.MoveNext() && parser.Current is StreamEnd)
        {
            findings.Error(Mark.Whole(file), "", "is empty: a configuration was expected");
            return null;
        }
        if (parser.Current is not DocumentStart) throw Fail("a document was expected");
        parser.MoveNext();
        var root = Node(1);
        Next<DocumentEnd>();
        if (parser.MoveNext() && parser.Current is not StreamEnd) throw Fail("a second document starts here; a configuration is one document");
        return root;
    }

    // parser.Current is the first event of the node; on return it is the last one.
    private YamlNode Node(int depth)
    {
        if (depth > MaxDepth) throw Fail($"is nested more than {MaxDepth} levels deep");
        if (++nodes > MaxNodes) throw Fail($"has more than {MaxNodes} values");
        switch (parser.Current)
        {
            case AnchorAlias alias:
                return Alias(alias, depth);
            case Scalar scalar:
                CheckTag(scalar);
                var plain = scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.Value != "tag:yaml.org,2002:str");
                return Named(scalar, new YamlScalar(At(scalar.Start, scalar.End), scalar.Value, plain));
            case SequenceStart list:
                CheckTag(list);
                Begin(list);
                return Named(list, new YamlList(At(list.Start, list.End), Items(depth)));
            case MappingStart map:
                CheckTag(map);
                Begin(map);
                return Named(map, new YamlMap(At(map.Start, map.End), Pairs(depth)));
            default:
                throw Fail("a value was expected");
        }
    }

    private YamlNode Alias(AnchorAlias alias, int depth)
    {
        if (!anchors.TryGetValue(alias.Value.Value, out var node)) throw Fail($"no anchor named '{alias.Value.Value}' stands before this");
        if (node is null) throw Fail($"anchor '{alias.Value.Value}' holds itself");
        nodes += node.Size;
        if (nodes > MaxNodes) throw Fail($"has more than {MaxNodes} values, counting what its aliases repeat");
        if (depth + node.Depth > MaxDepth) throw Fail($"is nested more than {MaxDepth} levels deep");
        return node;
    }

    private ImmutableArray<YamlNode> Items(int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (parser.MoveNext() && parser.Current is not SequenceEnd) items.Add(Node(depth + 1));
        return items.ToImmutable();
    }

    private ImmutableArray<YamlPair> Pairs(int depth)
    {
        var pairs = ImmutableArray.CreateBuilder<YamlPair>();
        var seen = new Dictionary<string, Mark>(StringComparer.Ordinal);
        var merged = new List<YamlNode>();
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            if (Node(depth + 1) is not YamlScalar key) throw Fail("a key must be text");
            parser.MoveNext();
            path.Add(key.Text);
            var value = Node(depth + 1);
            if (key is { Plain: true, Text: "<<" })
            {
                if (value is YamlList list) merged.AddRange(list.Items);
                else merged.Add(value);
            }
            else if (seen.TryAdd(key.Text, key.Mark))
            {
                pairs.Add(new YamlPair(key, value));
            }
            else
            {
                findings.Error(key.Mark, string.Join('.', path), $"is given twice; first at {seen[key.Text]}");
            }
            path.RemoveAt(path.Count - 1);
        }

        // The merge key's own rule: what is written beside it wins, then the earlier of several maps.
        foreach (var source in merged)
        {
            if (source is not YamlMap map)
            {
                findings.Error(source.Mark, "<<", $"must be a map to merge, was {source.Seen}");
                continue;
            }
            foreach (var pair in map.Pairs)
                if (seen.TryAdd(pair.Key.Text, pair.Key.Mark)) pairs.Add(pair);
        }
        return pairs.ToImmutable();
    }

    private void Begin(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty) anchors[node.Anchor.Value] = null;
    }

    private YamlNode Named(NodeEvent source, YamlNode node)
    {
        if (!source.Anchor.IsEmpty) anchors[source.Anchor.Value] = node;
        return node;
    }

    private void CheckTag(NodeEvent node)
    {
        // "!" alone means "as it stands"; the core tags say what the value's own form says already.
        if (node.Tag.IsEmpty || node.Tag.Value == "!" || node.Tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal)) return;
        throw Fail($"the tag '{node.Tag.Value}' means nothing here");
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (!parser.MoveNext() || parser.Current is not T) throw Fail("the document ends in the wrong place");
    }

    private GaveUp Fail(string message)
    {
        var current = parser.Current;
        findings.Error(current is null ? Mark.Whole(file) : At(current.Start, current.End), "", message);
        return new GaveUp();
    }

    private Mark At(YamlDotNet.Core.Mark start, YamlDotNet.Core.Mark end)
    {
        var length = end.Line == start.Line ? end.Column - start.Column : 1;
        return new Mark(file, (int)Math.Max(1, start.Line), (int)Math.Max(1, start.Column), (int)Math.Clamp(length, 1, 1000));
    }

    private static string Words(YamlException syntax)
    {
        var words = syntax.Message;
        // Some of the library's messages begin with the place, which is printed already.
        var place = words.IndexOf("): ", StringComparison.Ordinal);
        if (words.StartsWith('(') && place >= 0) words = words[(place + 3)..];
        return words.TrimEnd('.');
    }

    private sealed class GaveUp : Exception;
}
