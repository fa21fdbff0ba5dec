using Pointsman.Topology.Import;

namespace Pointsman.Tests.Topology.Import;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\r\nc,d\r\n", "a|b / c|d", "CRLF ends a row")]
    [InlineData("a,b\nc,d", "a|b / c|d", "so does LF, and the end")]
    [InlineData("a,,", "a||", "empty fields are fields")]
    [InlineData("\"a\",\"b\"", "a|b", "quotes are no part of a field")]
    [InlineData("\"a,b\",c", "a,b|c", "a comma between quotes is text")]
    [InlineData("\"a \"\"b\"\"\",\"\"\"\"", "a \"b\"|\"", "two quotes between quotes are one")]
    [InlineData("\"\",x", "|x", "nothing between quotes")]
    [InlineData("a\"b,c", "a\"b|c", "a quote inside a field is text")]
    [Trait("rfc", "4180 §2")]
    public void Rows_and_fields_are_told_apart(string text, string expected, string _)
    {
        var reader = new CsvReader(new StringReader(text));
        var rows = new List<string>();
        while (reader.ReadRow())
        {
            Assert.Null(reader.Mistake);
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(field => reader.Field(field).ToString())));
        }
        Assert.Equal(expected, string.Join(" / ", rows));
    }
}
