using CsCheck;
using Pointsman.Node.Configuration;

namespace Pointsman.Tests.Node.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("1m", 60_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1h1m1s1ms", 3_661_001)]
    [InlineData("90m", 5_400_000)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    public void Duration_is_read(string text, long millis)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(millis, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("5", "no unit")]
    [InlineData("s", "no number")]
    [InlineData("5 s", "a blank")]
    [InlineData("1.5s", "a fraction")]
    [InlineData("-1s", "a sign")]
    [InlineData("5S", "a large letter")]
    [InlineData("1s1m", "the smaller unit first")]
    [InlineData("1s1s", "a unit twice")]
    [InlineData("1d", "an unknown unit")]
    [InlineData("99999999999999999999h", "more digits than a number holds")]
    [InlineData("999999999999h", "more than any range here")]
    [InlineData("٥s", "another script's digit")]
    public void What_is_no_duration_is_refused(string text, string _) => Assert.False(Duration.TryParse(text, out var _));

    [Fact]
    public void Duration_written_reads_back_the_same() => Gen.Long[0, 1_000_000L * 3_600_000].Sample(millis =>
    {
        var duration = TimeSpan.FromMilliseconds(millis);
        Assert.True(Duration.TryParse(Duration.Format(duration), out var back));
        Assert.Equal(duration, back);
    });
}
