using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pointsman.Node.Output;

/// <summary>
/// The same tree as YAML 1.2, block style. A string is left plain only when nothing could read it as something else; any other is written as
/// a JSON string, which YAML 1.2 takes as it stands. So no emitter is needed, and what is read back equals the JSON.
/// </summary>
internal static class YamlText
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        if (IsBlock(node)) Block(text, node!, 0, atLineStart: true);
        else text.Append(Flow(node)).Append('\n');
        return text.ToString();
    }

    private static bool IsBlock(JsonNode? node) => node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };

    private static void Block(StringBuilder text, JsonNode node, int indent, bool atLineStart)
    {
        if (node is JsonObject map)
        {
            foreach (var (key, value) in map)
            {
                if (atLineStart) text.Append(' ', indent);
                atLineStart = true;
                text.Append(Plain(key)).Append(':');
                Value(text, value, value is JsonArray ? indent : indent + 2);
            }
            return;
        }

        foreach (var item in (JsonArray)node)
        {
            if (atLineStart) text.Append(' ', indent);
            atLineStart = true;
            text.Append('-');
            if (IsBlock(item))
            {
                text.Append(' ');
                Block(text, item!, indent + 2, atLineStart: false);
            }
            else
            {
                text.Append(' ').Append(Flow(item)).Append('\n');
            }
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        if (IsBlock(value))
        {
            text.Append('\n');
            Block(text, value!, indent, atLineStart: true);
        }
        else
        {
            text.Append(' ').Append(Flow(value)).Append('\n');
        }
    }

    private static string Flow(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() == JsonValueKind.String => Plain(node.GetValue<string>()),
        _ => node.ToJsonString(JsonText.Options),
    };

    private static string Plain(string text)
    {
        var plain = text.Length > 0
            && char.IsAsciiLetter(text[0])
            && text[^1] != ':'
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ' ' or ':' or '(' or ')' or '+' or ',')
            && text[^1] != ' '
            && !text.Contains(": ", StringComparison.Ordinal)
            && text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
        return plain ? text : JsonSerializer.Serialize(text, JsonText.Options);
    }
}
