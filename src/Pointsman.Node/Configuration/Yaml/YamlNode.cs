using System.Collections.Immutable;

namespace Pointsman.Node.Configuration.Yaml;

/// <summary>
/// A YAML document as a tree that remembers where everything stood. Keys are distinct, anchors resolved, merge keys merged; what an alias
/// repeats is the same object, and <see cref="Size"/> counts it each time.
/// </summary>
internal abstract record YamlNode(Mark Mark)
{
    /// <summary>How many nodes a walk over this one visits.</summary>
    public abstract long Size { get; }

    /// <summary>How many levels stand below and at this node.</summary>
    public abstract int Depth { get; }

    /// <summary>For an error message: the text, or what kind of thing it is.</summary>
    public abstract string Seen { get; }
}

/// <summary>Text. <paramref name="Plain"/> = without quotes: only then it may be a number, <c>true</c> or nothing.</summary>
internal sealed record YamlScalar(Mark Mark, string Text, bool Plain) : YamlNode(Mark)
{
    private const int SeenAtMost = 60;

    public override long Size => 1;
    public override int Depth => 1;

    /// <summary>A key with no value, <c>~</c> or <c>null</c>.</summary>
    public bool IsNothing => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Seen => IsNothing ? "nothing"
        : Text.Length > SeenAtMost ? $"'{Text[..SeenAtMost]}…'"
        : Plain && Text.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+') ? Text
        : Plain ? $"'{Text}'" : $"the text \"{Text}\"";
}

internal sealed record YamlList(Mark Mark, ImmutableArray<YamlNode> Items) : YamlNode(Mark)
{
    public override long Size { get; } = 1 + Items.Sum(item => item.Size);
    public override int Depth { get; } = 1 + (Items.IsEmpty ? 0 : Items.Max(item => item.Depth));
    public override string Seen => "a list";
}

internal sealed record YamlMap(Mark Mark, ImmutableArray<YamlPair> Pairs) : YamlNode(Mark)
{
    public override long Size { get; } = 1 + Pairs.Sum(pair => 1 + pair.Value.Size);
    public override int Depth { get; } = 1 + (Pairs.IsEmpty ? 0 : Pairs.Max(pair => pair.Value.Depth));
    public override string Seen => "a map";
}

internal readonly record struct YamlPair(YamlScalar Key, YamlNode Value);
