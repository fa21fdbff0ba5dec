using Pointsman.Policy.Offline;

namespace Pointsman.Tests.Policy.Offline;

public sealed class CsvFieldsTests
{
    [Theory]
    [InlineData("a,b\r\nc,d\r\n", "a|b / c|d", "CRLF ends a record")]
    [InlineData("a,b\nc,d", "a|b / c|d", "so does LF, and the end")]
    [InlineData("a,,", "a||", "empty fields are fields")]
    [InlineData("\"a\",\"b\"", "a|b", "quotes are no part of a field")]
    [InlineData("\"a,b\",c", "a,b|c", "a comma between quotes is text")]
    [InlineData("\"a\r\nb\",c\nd", "a\r\nb|c / d", "so is a line break")]
    [InlineData("\"a \"\"b\"\"\",\"\"\"\"", "a \"b\"|\"", "two quotes between quotes are one")]
    [Trait("rfc", "4180 §2")]
    public void Records_and_fields_are_told_apart(string text, string expected, string _)
    {
        var records = CsvFields.Read(text, []);
        Assert.Equal(expected, string.Join(" / ", records!.Select(record => string.Join('|', record.Select(field => field.Text)))));
    }
}
