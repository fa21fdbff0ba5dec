using System.Buffers.Binary;
using System.Net;
using Pointsman.Dns.Recording;
using Pointsman.Dns.Wire;
using Pointsman.Dnstap.FrameStreams;
using Pointsman.Dnstap.Messages;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dnstap;

/// <summary>Recorded queries of the tests' own, with real messages in them.</summary>
internal static class Recorded
{
    public static readonly IPEndPoint Client = IPEndPoint.Parse("198.51.100.7:40000"), Server = IPEndPoint.Parse("192.0.2.53:53");
    public static readonly DateTimeOffset Time = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    public static byte[] Query(ushort id = 1) => new QueryBytes("www.example.com", RrType.A) { Id = id, Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 0, 203, 0, 113)] }.Build();

    public static byte[] Response(ushort id = 1) => Responder.Example().Raw(Query(id)).ToArray();

    public static void Add(QueryRecorder recorder, ushort id = 1, int worker = 0, bool tcp = false) =>
        recorder.Of(worker).Record(Query(id), Response(id), SocketPlace.Of(Client), SocketPlace.Of(Server), tcp, (Time - DateTimeOffset.UnixEpoch).Ticks);

    /// <summary>A whole stream of <paramref name="queries"/> queries and answers, as a file has it.</summary>
    public static byte[] Stream(int queries, string identity = "node-1", string version = "pointsman 1")
    {
        var recorder = new QueryRecorder(new RecordingOptions(), 1);
        var encoder = new TapEncoder(System.Text.Encoding.UTF8.GetBytes(identity), System.Text.Encoding.UTF8.GetBytes(version));
        var stream = new List<byte>(ControlFrame.Build(ControlType.Start, ControlFrame.Dnstap));
        for (var i = 0; i < queries; i++)
        {
            Add(recorder, (ushort)i);
            Assert.True(recorder.TryPeek(0, out var query));
            var frames = new byte[encoder.MostBytes(query)];
            stream.AddRange(frames[..encoder.Write(query, frames)]);
            recorder.Release(0);
        }
        return [.. stream, .. ControlFrame.Build(ControlType.Stop)];
    }

    public static byte[] Frame(byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }
}
