using CsCheck;
using Pointsman.Health;

namespace Pointsman.Tests.Health;

public sealed class ProbeResultTests
{
    [Theory]
    [InlineData("200 OK in 12.3 ms", "200 OK in 12.3 ms", "plain words stay")]
    [InlineData("größer – 日本", "größer – 日本", "so do letters of any script")]
    [InlineData("a\r\nb\u001b[2J\u0085c", "a??b?[2J?c", "line ends and escape sequences do not")]
    [InlineData("a\u202eb\u2066", "a?b?", "nor does what turns the direction of writing")]
    [InlineData(null, "", "nothing is no words")]
    public void A_reason_is_one_printable_line(string? given, string shown, string _) => Assert.Equal(shown, ProbeResult.Failure(0, given!).Reason);

    [Fact]
    public void No_reason_is_longer_than_200_characters_or_moves_a_cursor() => Gen.String[0, 500].Sample(text =>
    {
        var reason = ProbeResult.Failure(0, text).Reason;
        Assert.Equal(Math.Min(200, text.Length), reason.Length);
        Assert.DoesNotContain(reason, char.IsControl);
    });

    [Fact]
    [Trait("mission", "P4.1")]
    public void Throughput_is_body_bytes_over_transfer_time()
    {
        Assert.Equal(2_000_000, ProbeResult.Success(1, "", bodyBytes: 1000, transferMicros: 500).ThroughputBytesPerSecond);
        Assert.Null(ProbeResult.Success(1, "connected").ThroughputBytesPerSecond);
        Assert.Equal(5_000_000, ProbeResult.Success(1, "", bodyBytes: 5, transferMicros: 0).ThroughputBytesPerSecond);
    }
}
