using Pointsman.Dssp;
using Pointsman.Dssp.Transport;

namespace Pointsman.Tests.Dssp;

/// <summary>Frames that would cost their reader far more than their sender are refused by their outline.</summary>
public sealed class FrameShapeTests
{
    private static readonly Func<byte, byte[]> empty = field => [(byte)((field << 3) | 2), 0];

    private static byte[] State(params IEnumerable<byte>[] fields)
    {
        byte[] body = [.. fields.SelectMany(field => field)];
        return [0x12, .. Varint(body.Length), .. body];
    }

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }

    private static IEnumerable<byte> Repeat(byte[] entry, int count) => Enumerable.Repeat(entry, count).SelectMany(bytes => bytes);

    // Two octets each of a tag for fields above 15.
    private static readonly byte[] observation = [0x82, 0x01, 0];
    private static readonly byte[] reply = [0x9A, 0x01, 0];

    public static TheoryData<string, byte[]> Bombs => new()
    {
        { "half a million empty observations", State(Repeat(observation, 340_000)) },
        { "one more than the most VIPs", State(Repeat(empty(15), DsspLimits.Vips + 1)) },
        { "replies without end", State(Repeat(reply, 100_000)) },
        { "fields of no version", State(Repeat([0xC2, 0x3E, 0], 100_000)) },
        { "fields of no version outside", [.. Repeat([0xC2, 0x3E, 0], 100_000)] },
        { "fields of no version in a VIP", State((byte[])[0x7A, .. Varint(30_000), .. Repeat([0xC2, 0x3E, 0], 10_000)]) },
        { "groups in groups", [.. Enumerable.Repeat((byte)0x0B, 100_000)] },
        { "a length beyond the end", [0x12, 0xFF, 0xFF, 0xFF, 0x7F] },
        { "a number of eleven octets", [0x12, 12, 0x08, .. Enumerable.Repeat((byte)0xFF, 11)] },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_by_its_outline_and_makes_next_to_no_objects(string what, byte[] frame)
    {
        Assert.NotNull(FrameShape.Fault(frame));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(FrameCodec.TryDecode(frame, default, out _, out _), what);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
    }

    [Fact]
    public void The_most_of_everything_passes()
    {
        Assert.Null(FrameShape.Fault(State(Repeat(observation, DsspLimits.Observations), Repeat(empty(15), DsspLimits.Vips), Repeat(reply, DsspLimits.Replies))));
        Assert.Null(FrameShape.Fault(Convert.FromHexString(GoldenFrames.StateBytes)));
        Assert.Null(FrameShape.Fault(Convert.FromHexString(GoldenFrames.HelloBytes)));
    }

    [Fact]
    public void Some_fields_of_a_version_to_come_are_skipped()
    {
        byte[] later = [.. Convert.FromHexString(GoldenFrames.HelloBytes), 0xC2, 0x3E, 3, 1, 2, 3, 0xC8, 0x3E, 0x07];
        Assert.True(FrameCodec.TryDecode(later, default, out var frame, out var fault), fault);
        Assert.Equal(GoldenFrames.Hello.SiteName, frame.Hello!.SiteName);
    }
}
