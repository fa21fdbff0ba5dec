using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using YamlDotNet.RepresentationModel;

namespace Pointsman.Tests.Node.Output;

public sealed class PrinterTests
{
    private static string Print(OutputFormat format, JsonNode data)
    {
        var output = new StringWriter();
        new Printer(output, TextWriter.Null, format, default, default).Print(data, () => new Table("SITE", "SHARE").Row("paris", "17 %").Row("a", "5 %"));
        return output.ToString();
    }

    [Fact]
    public void Table_sets_numbers_right_and_leaves_no_blanks_at_the_end() =>
        Assert.Equal("SITE   SHARE\nparis   17 %\na        5 %\n", Print(OutputFormat.Table, new JsonObject()));

    [Fact]
    public void Json_keeps_the_order_of_keys() =>
        Assert.Equal("{\n  \"b\": 1,\n  \"a\": [\n    \"x\"\n  ]\n}\n", Print(OutputFormat.Json, new JsonObject { ["b"] = 1, ["a"] = new JsonArray("x") }));

    [Fact]
    public void Yaml_is_the_same_tree_in_blocks() =>
        Assert.Equal(
            "b: 1\na:\n- x\n- k: \"1\"\n  l: null\nempty: {}\n",
            Print(OutputFormat.Yaml, new JsonObject
            {
                ["b"] = 1,
                ["a"] = new JsonArray("x", new JsonObject { ["k"] = "1", ["l"] = null }),
                ["empty"] = new JsonObject(),
            }));

    [Theory]
    [InlineData("no")]
    [InlineData("1.0")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("- x")]
    [InlineData("\"quoted\"")]
    [InlineData("line\nline")]
    [InlineData("")]
    [InlineData("ends:")]
    [InlineData("2001:db8::1")]
    [InlineData("200 OK in 12.3 ms")]
    public void Yaml_reads_back_as_the_text_that_went_in(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(YamlText.Write(new JsonObject { [text] = text })));
        var pair = Assert.Single(((YamlMappingNode)stream.Documents[0].RootNode).Children);
        Assert.Equal(text, ((YamlScalarNode)pair.Key).Value);
        Assert.Equal(text, ((YamlScalarNode)pair.Value).Value);
    }

    [Theory]
    [InlineData(true, false, null, "xterm", true, "a terminal")]
    [InlineData(false, false, null, "xterm", false, "a pipe")]
    [InlineData(true, true, null, "xterm", false, "--no-color")]
    [InlineData(true, false, "1", "xterm", false, "NO_COLOR")]
    [InlineData(true, false, null, "dumb", false, "a terminal that knows none")]
    public void Colours_are_for_terminals_alone(bool terminal, bool option, string? noColor, string term, bool expected, string _)
    {
        var palette = Palette.Choose(terminal, option, name => name == "NO_COLOR" ? noColor : name == "TERM" ? term : null);
        Assert.Equal(expected, palette.Colours);
    }

    [Fact]
    public void What_comes_from_outside_cannot_move_the_cursor_or_turn_the_writing()
    {
        Assert.Equal("\\x1b[2Jhi there", Printable.Line("\e[2Jhi\tthere"));
        Assert.Equal("\\x202egnp.exe", Printable.Line("\u202egnp.exe"));
    }
}
