using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.Configuration.Yaml;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary>Where a password comes from, one of the two.</summary>
internal sealed record WrittenPassword(Written<string>? File, Written<string>? Variable);

/// <summary>
/// <c>{ file: F }</c> or <c>{ env: NAME }</c>; never the password itself, for a configuration is copied, printed and sent around. One that
/// stands there all the same is not repeated by the error, nor is its line by any other.
/// </summary>
internal sealed class PasswordShape : Shape<WrittenPassword?>
{
    private static readonly Form<string> variableName = new(
        "the name of an environment variable",
        text => (text.Length is > 0 and <= 256 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(text[0]), text),
        "^[A-Za-z_][A-Za-z0-9_]*$");

    private static readonly Key<Written<string>?> file = Optional("file", Names.FilePath.Placed().OrNone(),
        "A file that holds the password alone, on one line. Part of the configuration's digest, without giving it away.", null);
    private static readonly Key<Written<string>?> variable = Optional("env", variableName.Placed().OrNone(),
        "An environment variable that holds it, at every node; no part of the digest.", null);

    private static readonly KeyTable table = new("services.*.probe.*.password", [file, variable]);
    private static readonly Section<WrittenPassword?> section = new(table, Read);

    public static PasswordShape Instance { get; } = new();

    public override string Words => "{ file: PATH } or { env: NAME }";
    public override string Linked => section.Linked;
    public override IEnumerable<KeyTable> Tables => section.Tables;
    public override JsonObject Schema() => section.Schema();

    public override bool TryRead(YamlNode node, string path, Findings findings, out WrittenPassword? value)
    {
        if (node is YamlMap) return section.TryRead(node, path, findings, out value);
        value = null;
        findings.Hide(node.Mark);
        findings.Error(node.Mark, path, $"must be {Words}: put the password into a file that only the node may read, and name the file here");
        return false;
    }

    private static WrittenPassword? Read(Fields fields)
    {
        if (fields.Has(file) != fields.Has(variable)) return new WrittenPassword(fields.Get(file), fields.Get(variable));
        fields.Findings.Error(fields.Mark, fields.Path, "give a file or an environment variable, one of the two");
        return null;
    }
}
