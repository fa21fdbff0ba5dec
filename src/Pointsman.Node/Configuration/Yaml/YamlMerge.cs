namespace Pointsman.Node.Configuration.Yaml;

/// <summary>
/// Lays the files of <c>conf.d</c> over the main one: maps join, key by key, and nothing overrides anything. So the order of the files has
/// no meaning, and the same value given twice is an error that names both places, even where the two agree.
/// </summary>
internal static class YamlMerge
{
    public static YamlMap Join(YamlMap first, YamlMap second, Findings findings, string path = "")
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var pairs = first.Pairs.ToBuilder();
        for (var i = 0; i < pairs.Count; i++) places[pairs[i].Key.Text] = i;
        foreach (var pair in second.Pairs)
        {
            if (!places.TryGetValue(pair.Key.Text, out var at))
            {
                pairs.Add(pair);
                continue;
            }
            var here = path.Length == 0 ? pair.Key.Text : $"{path}.{pair.Key.Text}";
            if (pairs[at].Value is YamlMap left && pair.Value is YamlMap right)
                pairs[at] = new YamlPair(pairs[at].Key, Join(left, right, findings, here));
            else
                findings.Error(pair.Key.Mark, here, $"is given twice; first at {pairs[at].Key.Mark}");
        }
        return new YamlMap(first.Mark, pairs.ToImmutable());
    }
}
