using CsCheck;
using Pointsman.Health.Probes;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes;

public sealed class GrpcConversationTests
{
    [Theory]
    [InlineData("", "0000000000")]
    [InlineData("a.B", "00000000050a03612e42")]
    public void The_request_is_one_frame(string service, string frame) => Assert.Equal(frame, Convert.ToHexStringLower(GrpcConversation.Frame(service)));

    [Theory]
    [InlineData("00000000020801", null, "serving")]
    [InlineData("0000000000", "says UNKNOWN", "the default is not written")]
    [InlineData("00000000020802", "says NOT_SERVING", "not serving")]
    [InlineData("00000000020809", "says 9", "a number of some later day")]
    [InlineData("000000000812040102030408" + "01", null, "another field before it")]
    [InlineData("01000000020801", "not a good gRPC reply", "compressed")]
    [InlineData("00000000030801", "not a good gRPC reply", "cut short")]
    [InlineData("00000000020880", "health service", "a number without an end")]
    [InlineData("000000000212ff", "health service", "a field longer than the message")]
    public void A_reply_is_read_or_refused(string body, string? failure, string what)
    {
        var judged = GrpcConversation.Judge(new GrpcCheck(), Convert.FromHexString(body));
        if (failure is null) Assert.True(judged is null, $"{what}: {judged}");
        else Assert.Contains(failure, judged);
    }

    [Fact]
    public void Garbage_ends_in_a_verdict() => Gen.Byte.Array[0, 40].Sample(bytes =>
        _ = GrpcConversation.Judge(new GrpcCheck(), [0, 0, 0, 0, (byte)bytes.Length, .. bytes]));
}
