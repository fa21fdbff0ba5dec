using System.Collections.Immutable;
using Pointsman.Node.Configuration.Yaml;
using Pointsman.Node.Output;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>One key of a section: its name, what may stand there, what it means and what holds without it.</summary>
internal abstract class Key(string name, Shape shape, string meaning, bool required, string? defaultText)
{
    public string Name => name;
    public Shape Shape => shape;

    /// <summary>One sentence for the reference and for editors.</summary>
    public string Meaning => meaning;
    public bool Required => required;

    /// <summary>As it would be written; null = nothing holds without it.</summary>
    public string? DefaultText => defaultText;
}

internal sealed class Key<T>(string name, Shape<T> shape, string meaning, bool required, string? defaultText, T fallback)
    : Key(name, shape, meaning, required, defaultText)
{
    public new Shape<T> Shape => shape;

    /// <summary>What <see cref="Fields.Get{T}"/> gives when the key is absent or wrong.</summary>
    public T Fallback => fallback;
}

/// <summary>All keys that one kind of section may have, in the order of the reference.</summary>
/// <param name="name">For the reference's heading, such as <c>services.*.policy</c>.</param>
/// <param name="notYet">Keys that users of such programs expect and that this version does not have, each with what it would do.</param>
internal sealed class KeyTable(string name, ImmutableArray<Key> keys, params (string Key, string What)[] notYet)
{
    public string Name => name;
    public ImmutableArray<Key> Keys => keys;

    /// <summary>The heading of the reference as its renderer links it: <c>services.*.policy</c> → <c>servicespolicy</c>.</summary>
    public string Anchor { get; } = string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));

    /// <summary>The name as a JSON Schema definition: <c>services.*.policy</c> → <c>services-policy</c>.</summary>
    public string Definition { get; } = name.Replace(".*", "", StringComparison.Ordinal).Replace('.', '-');

    public string? NotYet(string key) => notYet.FirstOrDefault(entry => entry.Key == key).What;
}

/// <summary>The keys of one section as found in a file, checked against its table: unknown and missing ones are findings already.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, YamlNode> values = new(StringComparer.Ordinal);

    public Fields(KeyTable table, YamlMap map, string path, Findings findings)
    {
        Path = path;
        Mark = map.Mark;
        Findings = findings;
        foreach (var pair in map.Pairs)
        {
            var name = pair.Key.Text;
            if (table.Keys.Any(key => key.Name == name))
            {
                if (pair.Value is YamlScalar { IsNothing: true })
                    findings.Error(pair.Key.Mark, At(name), "has no value: give one or leave the key out");
                else
                    values[name] = pair.Value;
            }
            else if (table.NotYet(name) is { } what)
            {
                findings.Error(pair.Key.Mark, At(name), $"is not available in this version ({what})");
            }
            else
            {
                var nearest = NearestName.Of(name, table.Keys.Select(key => key.Name));
                findings.Error(pair.Key.Mark, At(name), nearest is null
                    ? $"unknown key; known here: {string.Join(", ", table.Keys.Select(key => key.Name))}"
                    : $"unknown key; did you mean '{nearest}'?");
            }
        }
        foreach (var key in table.Keys)
        {
            if (key.Required && !map.Pairs.Any(pair => pair.Key.Text == key.Name))
                findings.Error(map.Mark, path, $"'{key.Name}' is missing ({key.Shape.Words})");
        }
    }

    public string Path { get; }
    public Mark Mark { get; }
    public Findings Findings { get; }

    /// <summary>Whether the key is there with a value, right or wrong.</summary>
    public bool Has(Key key) => values.ContainsKey(key.Name);

    /// <summary>The key's value, or its fallback when it is absent; when it is wrong, an error and what could be read of it.</summary>
    public T Get<T>(Key<T> key)
    {
        if (!values.TryGetValue(key.Name, out var node)) return key.Fallback;
        if (key.Shape.TryRead(node, At(key.Name), Findings, out var value)) return value;
        return value is System.Collections.IEnumerable and not string ? value : key.Fallback;
    }

    /// <summary>Where the key's value stands, or the section when the key is absent.</summary>
    public Mark MarkOf(Key key) => values.TryGetValue(key.Name, out var node) ? node.Mark : Mark;

    public string At(string key) => Path.Length == 0 ? key : $"{Path}.{key}";
}
