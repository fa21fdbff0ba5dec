using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>
/// What may stand at a key. One object says it four times over: it reads the value, words the error, describes itself in the reference and in
/// the JSON Schema; so these four cannot disagree.
/// </summary>
internal abstract class Shape
{
    /// <summary>What an error says after "must be": <c>1–65535</c>.</summary>
    public abstract string Words { get; }

    /// <summary>The same for the reference, in Markdown, with a link where a table is meant.</summary>
    public virtual string Linked => Words;

    /// <summary>JSON Schema (2020-12). Tables refer to <c>#/$defs/NAME</c>.</summary>
    public abstract JsonObject Schema();

    /// <summary>The key tables reached from here, for the reference and the schema's definitions.</summary>
    public virtual IEnumerable<KeyTable> Tables => [];
}

/// <summary>A shape whose values are <typeparamref name="T"/>.</summary>
internal abstract class Shape<T> : Shape
{
    /// <summary>False after an error was added; an error in one place does not end the reading of its neighbours.</summary>
    public abstract bool TryRead(YamlNode node, string path, Findings findings, out T value);

    /// <summary>Adds <c>must be …, was …</c>.</summary>
    protected bool Refuse(YamlNode node, string path, Findings findings, out T value, string? hint = null)
    {
        findings.Error(node.Mark, path, $"must be {Words}, was {node.Seen}{(hint is null ? "" : $"; {hint}")}");
        value = default!;
        return false;
    }
}

/// <summary>A value and where it was written, for the checks that look at several places at once.</summary>
internal readonly record struct Written<T>(T Value, Mark Mark, string Path);

/// <summary>The same shape, remembering the place.</summary>
internal sealed class WrittenShape<T>(Shape<T> inner) : Shape<Written<T>>
{
    public override string Words => inner.Words;
    public override string Linked => inner.Linked;
    public override IEnumerable<KeyTable> Tables => inner.Tables;
    public override JsonObject Schema() => inner.Schema();

    public override bool TryRead(YamlNode node, string path, Findings findings, out Written<T> value)
    {
        var ok = inner.TryRead(node, path, findings, out var bare);
        value = new Written<T>(bare, node.Mark, path);
        return ok;
    }
}
