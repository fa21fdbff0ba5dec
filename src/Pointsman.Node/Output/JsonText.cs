using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pointsman.Node.Output;

/// <summary>How this program writes JSON: indented, names in camelCase, enums as <c>least-connections</c>, keys in the order given.</summary>
internal static class JsonText
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // Readable: no <script> ever holds this text, and the dashboard's own escaping is the browser's.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly JsonSerializerOptions oneLine = new(Options) { WriteIndented = false };

    /// <summary>A tree of any plain object (anonymous ones too), for <see cref="Printer"/>.</summary>
    public static JsonNode? Of<T>(T value) => JsonSerializer.SerializeToNode(value, Options);

    /// <summary>On one line, for a stream.</summary>
    public static string Line(JsonNode? node) => node is null ? "null" : node.ToJsonString(oneLine);

    public static string Write(JsonNode? node) => node is null ? "null" : node.ToJsonString(Options);
}
