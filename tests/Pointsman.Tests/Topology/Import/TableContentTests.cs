using System.Text;
using Pointsman.Topology;
using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology.Import;

/// <summary>The format is told by what is in a file.</summary>
public sealed class TableContentTests
{
    [Theory]
    [InlineData("5.0.0.0/8,DE", "Csv")]
    [InlineData("# a|b|c|d|e|f\nprefix,country", "Csv")]
    [InlineData("", "Csv")]
    [InlineData("# remark\n\n2.3|apnic|20260909|9||20260906|+1000", "Delegated")]
    [InlineData("apnic|CN|ipv4|1.0.2.0|512|20110414|allocated", "Delegated")]
    [InlineData("PMPLACES", "Places")]
    public void By_its_beginning(string text, string format) => Assert.Equal(format, TableContent.FormatOf(Encoding.UTF8.GetBytes(text)).ToString());

    [Theory]
    [InlineData("PK\u0003\u0004abc", "is a zip archive: unpack it and name the table inside")]
    [InlineData("BZh91AY", "is packed by bzip2: unpack it and name the table inside")]
    public void An_archive_is_named_for_what_it_is(string text, string expected)
    {
        var load = Places.Load([new PlaceSource("geo.csv", PlaceLayer.Database, text)]);
        Assert.Equal($"geo.csv: error: {expected}", Assert.Single(load.Errors).ToString());
    }

    /// <summary>Not a hundred mistakes of a CSV that it never was.</summary>
    [Fact]
    public void What_is_no_text_is_no_csv()
    {
        var load = Places.Load([new PlaceSource("geo.mmdb", PlaceLayer.Database, new string('\0', 100) + ",country\n1.0.0.0/8,AU\n")]);
        Assert.StartsWith("geo.mmdb: error: is no table that is known here: neither text in UTF-8, nor a whole MaxMind DB", Assert.Single(load.Errors).ToString(), StringComparison.Ordinal);
    }
}
