using CsCheck;
using Pointsman.Policy.Offline;

namespace Pointsman.Tests.Policy.Offline;

public sealed class MatrixFileTests
{
    [Theory]
    [InlineData("tested,A,B\nA,,2\nB,1,\n", "plain")]
    [InlineData("\uFEFFtested,A,B\r\nA,*,2\r\nB,1,*\r\n", "byte order mark, CRLF, stars on the diagonal")]
    [InlineData("\"tested\",\"A\",\"B\"\n\"A\",\"\",\"2.0\"\n\"B\",\" 1 \",", "everything quoted, no newline at the end")]
    [InlineData(" tested , A , B \n\n B , 1.000 , \n A , , 2e0 \n\n", "blanks, blank lines, rows in another order, an exponent")]
    public void The_same_matrix_in_many_spellings(string text, string _)
    {
        var (matrix, errors) = MatrixFile.Read(text);
        Assert.Empty(errors);
        Assert.Equal(["A", "B"], matrix!.Sites.AsEnumerable());
        Assert.Equal([null, 2], matrix.Rows[0].AsEnumerable());
        Assert.Equal([1, null], matrix.Rows[1].AsEnumerable());
    }

    [Theory]
    [InlineData("", 1, 1, "the file is empty")]
    [InlineData("site,A\nA,", 1, 1, "the header begins with 'tested'")]
    [InlineData("tested", 1, 1, "the header names no site")]
    [InlineData("tested,A,A\nA,,1", 1, 10, "twice")]
    [InlineData("tested,A,\nA,,1", 1, 10, "needs a name")]
    [InlineData("tested,A,B\nA,,1", 1, 10, "site 'B' has no row")]
    [InlineData("tested,A,B\nA,,1\nB,1,\nC,1,1", 4, 1, "site 'C' is not in the header")]
    [InlineData("tested,A,B\nA,,1\nA,,1\nB,1,", 3, 1, "has a row already")]
    [InlineData("tested,A,B\nA,,1,2\nB,1,", 2, 1, "expected 2 times")]
    [InlineData("tested,A,B\nA,\nB,1,", 2, 1, "expected 2 times after the name, found 1")]
    [InlineData("tested,A,B\nA,,-1\nB,1,", 2, 4, "was '-1'")]
    [InlineData("tested,A,B\nA,,NaN\nB,1,", 2, 4, "was 'NaN'")]
    [InlineData("tested,A,B\nA,,1e999\nB,1,", 2, 4, "was '1e999'")]
    [InlineData("tested,A,B\nA,,Infinity\nB,1,", 2, 4, "was 'Infinity'")]
    [InlineData("tested,A,B\nA,,\nB,1,", 2, 4, "or 'down', was ''")]
    [InlineData("tested,A,B\nA,3,1\nB,1,", 2, 3, "does not test itself")]
    [InlineData("tested,A,B\nA,,\"1\nB,1,", 2, 4, "never closed")]
    [InlineData("tested,A,B\nA,,\"1\"x\nB,1,", 2, 7, "after the closing quote")]
    public void A_mistake_is_told_where_it_stands(string text, int line, int column, string words)
    {
        var (matrix, errors) = MatrixFile.Read(text);
        Assert.Null(matrix);
        Assert.Contains(errors, error => error.Line == line && error.Column == column && error.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var (_, errors) = MatrixFile.Read("tested,A,B,C\nA,,x,1\nB,1,,y\nC,z,1,");
        Assert.Equal([2, 3, 4], errors.Select(error => error.Line));
    }

    [Fact]
    public void Any_text_gives_a_matrix_or_errors_and_never_an_exception() =>
        Gen.OneOf(Gen.String, Gen.Char["tested,AB*\"\n\r 0123456789e.-down\uFEFF"].Array[0, 80].Select(chars => new string(chars)))
            .Sample(text =>
            {
                var (matrix, errors) = MatrixFile.Read(text);
                return matrix is null != errors.IsEmpty && errors.Length <= 50;
            });
}
