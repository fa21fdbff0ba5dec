using System.Text.Json.Nodes;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Node.Configuration;

public sealed class ReferenceTests
{
    [Fact]
    public void The_reference_of_the_configuration_is_up_to_date() => GeneratedPage.Verify("docs/reference/configuration.md", $"""
        {GeneratedPage.Notice}

        # The configuration, key by key

        One YAML file, the same on every node of the cluster; `conf.d/*.yaml` beside it is merged: maps join key by key, and a value given twice is
        an error. Durations are whole numbers with a unit: `500ms`, `5s`, `1m30s`, `2h`. Paths of files are taken from the main file's folder.
        `pointsman check FILE` finds every mistake at once; `pointsman check --schema` prints the [JSON Schema](pointsman.schema.json) for editors.
        A whole example: [pointsman.yaml](../examples/pointsman.yaml).


        """ + ConfigurationReference.Markdown());

    [Fact]
    public void The_schema_for_editors_is_up_to_date() =>
        GeneratedPage.Verify("docs/reference/pointsman.schema.json", JsonText.Write(ConfigurationReference.Schema()) + "\n");

    [Fact]
    public void Every_reference_inside_the_schema_leads_somewhere()
    {
        var schema = ConfigurationReference.Schema();
        var definitions = schema["$defs"]!.AsObject();
        Assert.All(References(schema), reference => Assert.True(definitions.ContainsKey(reference["#/$defs/".Length..]), reference));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
