using Pointsman.Dnstap.FrameStreams;

namespace Pointsman.Tests.Dnstap.FrameStreams;

/// <summary>Control frames, octet by octet as the format's description has them.</summary>
public sealed class ControlFrameTests
{
    private const string Type = "70726f746f6275663a646e737461702e446e73746170"; // protobuf:dnstap.Dnstap

    [Theory]
    [InlineData(ControlType.Ready, true, "00000000" + "00000022" + "00000004" + "00000001" + "00000016" + Type)]
    [InlineData(ControlType.Accept, true, "00000000" + "00000022" + "00000001" + "00000001" + "00000016" + Type)]
    [InlineData(ControlType.Start, true, "00000000" + "00000022" + "00000002" + "00000001" + "00000016" + Type)]
    [InlineData(ControlType.Stop, false, "00000000" + "00000004" + "00000003")]
    [InlineData(ControlType.Finish, false, "00000000" + "00000004" + "00000005")]
    public void A_frame_is_built_to_the_octet_and_read_back(ControlType type, bool withContentType, string hex)
    {
        string[] contentTypes = withContentType ? [ControlFrame.Dnstap] : [];
        var built = ControlFrame.Build(type, contentTypes);
        Assert.Equal(hex, Convert.ToHexStringLower(built));
        Assert.True(ControlFrame.TryRead(built.AsSpan(8), out var read));
        Assert.Equal(type, read.Type);
        Assert.Equal(contentTypes, read.ContentTypes);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("000000", "no whole type")]
    [InlineData("00000006", "an unknown type")]
    [InlineData("0000000100000001", "a field without a length")]
    [InlineData("000000010000000100000002" + "61", "a content type that runs over the end")]
    [InlineData("0000000100000001ffffffff" + "61", "a length without bound")]
    [InlineData("000000010000000200000001" + "61", "an unknown field")]
    public void What_is_no_control_frame_is_refused(string hex, string _) => Assert.False(ControlFrame.TryRead(Convert.FromHexString(hex), out ControlFrame _));

    [Fact]
    public void A_frame_longer_than_allowed_is_refused() => Assert.False(ControlFrame.TryRead(new byte[ControlFrame.MostBytes + 1], out _));
}
