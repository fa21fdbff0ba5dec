using System.Globalization;
using Pointsman.Node.History;

namespace Pointsman.Tests.Node.History;

public sealed class PastTimeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 31, 12, 30, 0, TimeSpan.Zero);

    [Theory]
    [Trait("rfc", "3339 §5.6")]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00")]
    [InlineData("2026-01-31t12:00:00.25z", "2026-01-31T12:00:00.25")]
    [InlineData("2026-01-31T14:00:00+02:00", "2026-01-31T12:00:00")]
    [InlineData("2026-01-31 12:00:00-01:30", "2026-01-31T13:30:00")]
    [InlineData("2026-01-31T12:00", "2026-01-31T12:00:00")]
    [InlineData("2026-01-30 23:59:59", "2026-01-30T23:59:59")]
    [InlineData("12:05", "2026-01-31T12:05:00")]
    [InlineData("14:05", "2026-01-30T14:05:00")]
    [InlineData("12:05:30.5", "2026-01-31T12:05:30.5")]
    [InlineData("10m ago", "2026-01-31T12:20:00")]
    [InlineData(" 1h30m ago ", "2026-01-31T11:00:00")]
    public void It_is_read_as_people_write_it(string text, string expected)
    {
        Assert.True(PastTime.TryParse(text, s_now, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("ago")]
    [InlineData("10 ago")]
    [InlineData("25:00")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("31.01.2026 12:00")]
    [InlineData("99999999999h ago")]
    public void Anything_else_is_refused(string text) => Assert.False(PastTime.TryParse(text, s_now, out _));
}
