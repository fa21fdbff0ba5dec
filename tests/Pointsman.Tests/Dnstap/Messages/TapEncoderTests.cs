using Pointsman.Dns.Recording;
using Pointsman.Dnstap.Messages;

namespace Pointsman.Tests.Dnstap.Messages;

public sealed class TapEncoderTests
{
    [Fact]
    public void A_query_is_written_to_the_octet_as_the_schema_numbers_it()
    {
        var recorder = new QueryRecorder(new RecordingOptions { Responses = false }, 1);
        recorder.Of(0).Record([0xAA, 0xBB], [], SocketPlace.Of(Recorded.Client), SocketPlace.Of(Recorded.Server), tcp: true, unixTicks: 20_000_003);
        Assert.True(recorder.TryPeek(0, out var query));
        var frame = new byte[1000];
        var length = new TapEncoder("id"u8, []).Write(query, frame);
        Assert.Equal(
            "0000002b" + // length of the frame
            "0a026964" + // identity
            "7223" + // message, 35 octets:
            "0801" + "1001" + "1802" + // AUTH_QUERY, INET, TCP
            "2204c6336407" + "2a04c0000235" + // 198.51.100.7, 192.0.2.53
            "30c0b802" + "3835" + // 40000, 53
            "4002" + "4d2c010000" + // 2 s and 300 ns
            "5202aabb" + // the query
            "7801", // type: message
            Convert.ToHexStringLower(frame[..length]));
    }

    [Fact]
    public void Little_is_allocated_for_a_message()
    {
        var recorder = new QueryRecorder(new RecordingOptions(), 1);
        var encoder = new TapEncoder("node-1"u8, "pointsman"u8);
        var frames = new byte[4096];
        Recorded.Add(recorder);
        Assert.True(recorder.TryPeek(0, out var query));
        for (var i = 0; i < 100; i++) encoder.Write(query, frames);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) encoder.Write(query, frames);
        // Two addresses, a query and an answer: four wrappers of 32 octets for two messages.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000 * 160);
    }
}
