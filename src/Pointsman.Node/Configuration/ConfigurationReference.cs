using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration;

/// <summary>
/// The reference page and the editors' JSON Schema, both written from the tables that the reader itself uses: a key that is read is described,
/// and a key that is described is read.
/// </summary>
internal static class ConfigurationReference
{
    /// <summary>JSON Schema 2020-12. It knows ranges and words; what holds between keys, only <c>check</c> knows.</summary>
    public static JsonObject Schema()
    {
        var definitions = new JsonObject();
        foreach (var table in AllTables().Skip(1)) definitions[table.Definition] = SchemaOf(table);
        var root = SchemaOf(RootKeys.Table);
        root["$defs"] = definitions;
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", "Pointsman configuration");
        return root;
    }

    /// <summary>One section a table, in the order in which they are first met.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder();
        foreach (var table in AllTables())
        {
            page.Append(table.Name.Length == 0 ? "## The file\n\n" : $"## `{table.Name}`\n\n");
            page.Append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
            foreach (var key in table.Keys)
            {
                var fallback = key.Required ? "**required**" : key.DefaultText is null ? "" : IsYaml(key.DefaultText) ? $"`{key.DefaultText}`" : key.DefaultText;
                page.Append($"| `{key.Name}` | {key.Shape.Linked} | {fallback} | {key.Meaning} |\n");
            }
            page.Append('\n');
        }
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static bool IsYaml(string text) => !text.Contains(' ', StringComparison.Ordinal) || text.StartsWith('[');

    private static List<KeyTable> AllTables()
    {
        var all = new List<KeyTable> { RootKeys.Table };
        for (var i = 0; i < all.Count; i++)
        {
            foreach (var table in all[i].Keys.SelectMany(key => key.Shape.Tables))
                if (!all.Contains(table)) all.Add(table);
        }
        return all;
    }

    private static JsonObject SchemaOf(KeyTable table)
    {
        var properties = new JsonObject();
        foreach (var key in table.Keys)
        {
            var schema = key.Shape.Schema();
            schema["description"] = schema["description"] is { } form ? $"{key.Meaning} ({form})" : key.Meaning;
            if (key.DefaultText is { } text) schema["description"] = $"{schema["description"]} Default: {text}.";
            properties[key.Name] = schema;
        }
        var required = new JsonArray([.. table.Keys.Where(key => key.Required).Select(key => (JsonNode)key.Name)]);
        var result = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        if (required.Count > 0) result["required"] = required;
        result["properties"] = properties;
        return result;
    }
}
