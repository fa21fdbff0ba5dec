using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Tests.Node.Configuration;

public sealed class FindingTests
{
    private static string Write(Finding finding, bool colours = false)
    {
        var writer = new StringWriter();
        finding.Write(writer, new Palette(colours));
        return writer.ToString();
    }

    [Fact]
    public void Caret_stands_under_the_value() => Assert.Equal(
        "a.yaml:14:7: error: sites.paris.vip.port: must be 1–65535, was 70000\n   14 | port: 70000\n      |       ^~~~~\n",
        Write(new Finding(Severity.Error, new Mark("a.yaml", 14, 7, 5), "sites.paris.vip.port", "must be 1–65535, was 70000", "port: 70000")));

    [Fact]
    public void Long_line_is_cut_around_the_value()
    {
        var line = new string('a', 500) + "VALUE" + new string('b', 500);
        var lines = Write(new Finding(Severity.Warning, new Mark("a.yaml", 1, 501, 5), "", "odd", line)).Split('\n');
        Assert.InRange(lines[1].Length, 100, 140);
        Assert.Equal(lines[1].IndexOf("VALUE", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
    }

    [Fact]
    public void Control_characters_of_a_file_do_not_reach_the_terminal_and_do_not_move_the_caret()
    {
        var written = Write(new Finding(Severity.Error, new Mark("a.yaml", 1, 4, 1), "", "odd", "a\e\tX"));
        Assert.Equal("a.yaml:1:4: error: odd\n    1 | a\\x1b X\n      |       ^\n", written);
    }

    [Fact]
    public void Place_past_the_end_of_the_line_still_prints() =>
        Assert.EndsWith("      |    ^\n", Write(new Finding(Severity.Error, new Mark("a.yaml", 1, 900, 9), "", "odd", "abc")), StringComparison.Ordinal);

    [Fact]
    public void Colours_change_no_text() => Assert.Equal(
        Write(new Finding(Severity.Error, new Mark("a.yaml", 1, 1), "x", "odd", "abc")),
        new[] { "0", "1", "2", "31" }.Aggregate(
            Write(new Finding(Severity.Error, new Mark("a.yaml", 1, 1), "x", "odd", "abc"), colours: true),
            (text, code) => text.Replace($"\e[{code}m", "", StringComparison.Ordinal)));
}
