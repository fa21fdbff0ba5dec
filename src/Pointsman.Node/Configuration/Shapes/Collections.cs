using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>A list of <paramref name="min"/> to <paramref name="max"/> items; where <paramref name="orOne"/>, a single item may stand without brackets.</summary>
internal sealed class ListOf<T>(Shape<T> item, int min, int max, bool orOne = false) : Shape<ImmutableArray<T>>
{
    private string Count => (min, max) switch
    {
        (0, _) => FormattableString.Invariant($"at most {max}"),
        _ when max == min + 1 => FormattableString.Invariant($"{min} or {max}"),
        _ when min == max => FormattableString.Invariant($"{min}"),
        (1, >= 1000) => "one or more",
        _ => FormattableString.Invariant($"{min} to {max}"),
    };

    public override string Words => orOne ? $"{item.Words}, or a list of them" : "a list";
    public override string Linked => orOne ? $"{item.Linked}, or a list ({Count})" : $"list ({Count}) of: {item.Linked}";
    public override IEnumerable<KeyTable> Tables => item.Tables;

    public override JsonObject Schema()
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Schema(), ["minItems"] = min, ["maxItems"] = max };
        return orOne ? new JsonObject { ["anyOf"] = new JsonArray(item.Schema(), list) } : list;
    }

    public override bool TryRead(YamlNode node, string path, Findings findings, out ImmutableArray<T> value)
    {
        value = [];
        if (node is not YamlList list)
        {
            if (orOne && node is not YamlScalar { IsNothing: true })
            {
                if (!item.TryRead(node, path, findings, out var one)) return false;
                value = [one];
                return true;
            }
            findings.Error(node.Mark, path, $"must be a list, was {node.Seen}");
            return false;
        }
        var good = true;
        if (list.Items.Length < min || list.Items.Length > max)
        {
            findings.Error(node.Mark, path, FormattableString.Invariant($"must have {Count} of them, has {list.Items.Length}"));
            good = false;
        }
        var items = ImmutableArray.CreateBuilder<T>();
        for (var i = 0; i < list.Items.Length && i <= max; i++)
        {
            if (item.TryRead(list.Items[i], FormattableString.Invariant($"{path}[{i}]"), findings, out var read)) items.Add(read);
            else good = false;
        }
        // A list keeps the items that could be read, so that the checks across the file still see them.
        value = items.ToImmutable();
        return good;
    }
}

/// <summary>One entry of a map whose keys the operator chooses.</summary>
internal readonly record struct Entry<T>(string Name, Mark Mark, string Path, T Value);

/// <summary>A map from names of the operator's choice (sites, services, zones) to values; <paramref name="name"/> says what a name must be.</summary>
internal sealed class Named<T>(Shape<string> name, Shape<T> item, int min, int max) : Shape<ImmutableArray<Entry<T>>>
{
    public override string Words => $"a map from {name.Words}";
    public override string Linked => $"map from {name.Words} to: {item.Linked}";
    public override IEnumerable<KeyTable> Tables => item.Tables;

    public override JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["propertyNames"] = name.Schema(),
        ["additionalProperties"] = item.Schema(),
        ["minProperties"] = min,
        ["maxProperties"] = max,
    };

    public override bool TryRead(YamlNode node, string path, Findings findings, out ImmutableArray<Entry<T>> value)
    {
        value = [];
        if (node is not YamlMap map)
        {
            findings.Error(node.Mark, path, $"must be a map, was {node.Seen}");
            return false;
        }
        if (map.Pairs.Length < min || map.Pairs.Length > max)
            findings.Error(node.Mark, path, FormattableString.Invariant($"must have {min} to {max} entries, has {map.Pairs.Length}"));
        var entries = ImmutableArray.CreateBuilder<Entry<T>>();
        var good = true;
        foreach (var pair in map.Pairs.Take(max))
        {
            var here = $"{path}.{pair.Key.Text}";
            good &= name.TryRead(pair.Key, here, findings, out var read);
            var hasItem = item.TryRead(pair.Value, here, findings, out var itemRead);
            good &= hasItem;
            if (read is not null && hasItem) entries.Add(new Entry<T>(read, pair.Key.Mark, here, itemRead));
        }
        value = entries.ToImmutable();
        return good;
    }
}

/// <summary>A map with the keys of one table, bound to a record by <paramref name="bind"/>.</summary>
internal sealed class Section<T>(KeyTable table, Func<Fields, T> bind) : Shape<T>
{
    public override string Words => "a map";
    public override string Linked => $"[{table.Name}](#{table.Anchor})";
    public override IEnumerable<KeyTable> Tables => [table];
    public override JsonObject Schema() => new() { ["$ref"] = $"#/$defs/{table.Definition}" };

    /// <summary>Reads what can be read: a section with a wrong key still gives a record, its wrong keys at their defaults.</summary>
    public override bool TryRead(YamlNode node, string path, Findings findings, out T value)
    {
        value = default!;
        if (node is not YamlMap map)
        {
            findings.Error(node.Mark, path, $"must be a map with keys such as '{table.Keys[0].Name}:', was {node.Seen}");
            return false;
        }
        value = bind(new Fields(table, map, path, findings));
        return true;
    }
}
