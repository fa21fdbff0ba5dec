using System.Net;
using Pointsman.Dns.Recording;

namespace Pointsman.Tests.Dns.Recording;

/// <summary>Which queries are recorded, and what of them.</summary>
public sealed class WorkerRecorderTests
{
    private static readonly SocketPlace s_client = SocketPlace.Of(new IPEndPoint(IPAddress.Parse("192.0.2.7"), 40000));
    private static readonly SocketPlace s_server = SocketPlace.Of(new IPEndPoint(IPAddress.Parse("2001:db8::53"), 53));

    [Theory]
    [InlineData(1.0, 100_000, 0, "all of them")]
    [InlineData(0.5, 50_000, 1000, "one in two")]
    [InlineData(0.01, 1000, 150, "one in a hundred")]
    [InlineData(1e-300, 0, 5, "hardly any")]
    public void A_sample_is_the_share_that_was_asked_for(double sample, int expected, int tolerance, string _)
    {
        for (var worker = 0; worker < 4; worker++)
        {
            var recorder = new WorkerRecorder(new RecordingOptions { Sample = sample }, worker);
            var taken = 0;
            for (var i = 0; i < 100_000; i++) taken += recorder.Takes() ? 1 : 0;
            Assert.InRange(taken, expected - tolerance, expected + tolerance);
        }
    }

    [Fact]
    public void A_client_that_asks_for_two_things_in_turn_is_sampled_with_both()
    {
        var recorder = new WorkerRecorder(new RecordingOptions { Sample = 0.5 }, 0);
        var taken = new int[2];
        for (var i = 0; i < 20_000; i++) taken[i & 1] += recorder.Takes() ? 1 : 0;
        Assert.All(taken, count => Assert.InRange(count, 4500, 5500));
    }

    [Fact]
    public void What_was_recorded_is_read_back()
    {
        var recorder = new QueryRecorder(new RecordingOptions(), 2);
        recorder.Of(1).Record([1, 2, 3], [4, 5], s_client, s_server, tcp: true, unixTicks: 17_000_000_001);
        Assert.False(recorder.TryPeek(0, out _));
        Assert.True(recorder.TryPeek(1, out var read));
        Assert.Equal("192.0.2.7:40000 [2001:db8::53]:53", $"{read.Client} {read.Server}");
        Assert.Equal([192, 0, 2, 7], read.ClientAddress.ToArray());
        Assert.Equal(IPAddress.Parse("2001:db8::53").GetAddressBytes(), read.ServerAddress.ToArray());
        Assert.Equal((true, true, true, 17_000_000_001), (read.IsTcp, read.HasQuery, read.HasResponse, (read.Time - DateTimeOffset.UnixEpoch).Ticks));
        Assert.Equal([1, 2, 3], read.Query.ToArray());
        Assert.Equal([4, 5], read.Response.ToArray());
        recorder.Release(1);
        Assert.False(recorder.TryPeek(1, out _));
        Assert.Equal((2, 0), (recorder.Taken, recorder.Refused));
    }

    [Theory]
    [InlineData(true, false, 2, true, false, 1, "queries alone")]
    [InlineData(false, true, 2, false, true, 1, "answers alone")]
    [InlineData(true, true, 0, true, false, 1, "a query without an answer")]
    public void Only_what_is_asked_for_is_kept(bool queries, bool responses, int responseLength, bool hasQuery, bool hasResponse, int messages, string _)
    {
        var recorder = new QueryRecorder(new RecordingOptions { Queries = queries, Responses = responses }, 1);
        recorder.Of(0).Record([1, 2, 3], new byte[responseLength], s_client, s_server, tcp: false, unixTicks: 0);
        Assert.True(recorder.TryPeek(0, out var read));
        Assert.Equal((hasQuery, hasResponse), (read.HasQuery, read.HasResponse));
        Assert.Equal((hasQuery ? 3 : 0, hasResponse ? 2 : 0), (read.Query.Length, read.Response.Length));
        Assert.Equal(messages, recorder.Taken);
    }

    [Fact]
    public void A_dropped_query_is_no_record_when_answers_alone_are_kept()
    {
        var recorder = new QueryRecorder(new RecordingOptions { Queries = false }, 1);
        recorder.Of(0).Record([1, 2, 3], [], s_client, s_server, tcp: false, unixTicks: 0);
        Assert.False(recorder.TryPeek(0, out _));
        Assert.Equal(0, recorder.Taken);
    }

    [Fact]
    public void What_a_full_queue_refuses_is_counted()
    {
        var recorder = new QueryRecorder(new RecordingOptions { QueueBytes = 1 }, 1);
        for (var i = 0; i < 10_000; i++) recorder.Of(0).Record(new byte[100], new byte[400], s_client, s_server, tcp: false, unixTicks: 0);
        var read = 0;
        for (; recorder.TryPeek(0, out _); read++) recorder.Release(0);
        Assert.Equal(20_000, recorder.Taken);
        Assert.Equal(20_000 - (2 * read), recorder.Refused);
        Assert.InRange(recorder.Refused, 1, 19_999);
    }
}
