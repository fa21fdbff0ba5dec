using Pointsman.Dns.Recording;
using Pointsman.Dnstap;
using Pointsman.Dnstap.Transport;

namespace Pointsman.Tests.Dnstap.Transport;

/// <summary>Queues in, a stream out; each message ends in exactly one of the counters.</summary>
public sealed class TapWriterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-tap-");
    private readonly List<string> _log = [];

    private string File1 => Path.Combine(_folder.FullName, "q.tap");

    public void Dispose() => _folder.Delete(recursive: true);

    private static List<TapMessage> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var reader = new DnstapReader(stream);
        var messages = new List<TapMessage>();
        while (reader.TryRead(out var message)) messages.Add(message);
        Assert.Null(reader.Note);
        return messages;
    }

    [Fact]
    public void Every_message_of_every_worker_is_in_the_file_once_stopped()
    {
        const int PerWorker = 2000;
        var recorder = new QueryRecorder(new RecordingOptions { QueueBytes = 4 * 1024 * 1024 }, 3);
        var writer = new TapWriter(new TapOptions { File = File1, Identity = "node-1" }, recorder, _log.Add);
        for (var worker = 0; worker < 3; worker++)
            for (var i = 0; i < PerWorker; i++) Recorded.Add(recorder, (ushort)(worker * PerWorker + i), worker, tcp: worker == 2);
        writer.Dispose();
        var counters = writer.Counters();
        Assert.Equal((3 * 2 * PerWorker, 3 * 2 * PerWorker, 0, false), (counters.Taken, counters.Written, counters.Dropped, counters.IsOpen));
        var messages = Read(File1);
        Assert.Equal(3 * 2 * PerWorker, messages.Count);
        Assert.Equal(counters.Bytes, new FileInfo(File1).Length - 42 - 12);
        var ids = messages.Where(m => m.IsQuery).Select(m => (m.Query.Span[0] << 8) | m.Query.Span[1]).Order();
        Assert.Equal(Enumerable.Range(0, 3 * PerWorker), ids);
        Assert.Equal(2 * PerWorker, messages.Count(m => m.Protocol == TapProtocol.Tcp));
        Assert.Empty(_log);
    }

    [Fact]
    public void The_largest_messages_pass()
    {
        var recorder = new QueryRecorder(new RecordingOptions(), 1);
        var writer = new TapWriter(new TapOptions { File = File1 }, recorder, _log.Add);
        for (var i = 0; i < 3; i++)
            recorder.Of(0).Record(new byte[65535], new byte[65535], SocketPlace.Of(Recorded.Client), SocketPlace.Of(Recorded.Server), tcp: true, unixTicks: 1);
        writer.Dispose();
        Assert.Equal(6, writer.Counters().Written);
        Assert.All(Read(File1), message => Assert.Equal(65535, message.Message.Length));
    }

    [Fact]
    public async Task A_collector_that_stops_reading_costs_records_and_the_counters_add_up()
    {
        using var collector = new Collector();
        var recorder = new QueryRecorder(new RecordingOptions { QueueBytes = RecordingOptions.LeastQueueBytes }, 1);
        var greeting = Task.Run(collector.Greet);
        var writer = new TapWriter(new TapOptions { Socket = collector.Path }, recorder, _log.Add);
        await greeting;
        // Far more than the queue and the socket hold.
        for (var i = 0; i < 20_000; i++) Recorded.Add(recorder);
        Assert.True(recorder.Refused > 0);
        writer.Dispose();
        var counters = writer.Counters();
        Assert.Equal(40_000, counters.Taken);
        Assert.Equal(40_000, counters.Written + counters.Dropped);
        Assert.True(counters is { Written: > 0, QueueFull: > 0, WriteError: > 0 }, counters.ToString());
    }

    [Fact]
    public void Without_a_collector_all_is_dropped_and_counted()
    {
        var recorder = new QueryRecorder(new RecordingOptions(), 1);
        var writer = new TapWriter(new TapOptions { Socket = Path.Combine(_folder.FullName, "nobody") }, recorder, _log.Add);
        for (var i = 0; i < 100; i++) Recorded.Add(recorder);
        writer.Dispose();
        Assert.Equal(new TapCounters(200, 0, 0, 200, 0, 0, false), writer.Counters());
        Assert.Contains("no collector at ", Assert.Single(_log), StringComparison.Ordinal);
    }
}
