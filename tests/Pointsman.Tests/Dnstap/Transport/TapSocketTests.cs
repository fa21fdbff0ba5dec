using System.Net.Sockets;
using Pointsman.Dnstap.FrameStreams;
using Pointsman.Dnstap.Transport;

namespace Pointsman.Tests.Dnstap.Transport;

/// <summary>The collector's side may be right, wrong, slow or gone; what is lost is said by its cause.</summary>
public sealed class TapSocketTests : IDisposable
{
    private static readonly byte[] s_frames = [.. Recorded.Frame([1, 2, 3]), .. Recorded.Frame([4])];
    private readonly Collector _collector = new();
    private readonly StillTime _time = new();
    private readonly List<string> _log = [];
    private volatile bool _givesUp;

    public void Dispose() => _collector.Dispose();

    /// <summary>A collector of these tests says no FINISH: nothing is to be waited for.</summary>
    private void HurryUp() => _givesUp = true;

    private TapSocket Make(string? path = null) => new(path ?? _collector.Path, _log.Add, _time, () => _givesUp);

    /// <summary>What the collector does while the writer shakes hands.</summary>
    private async Task<TapSocket> MeetAsync(Action collector)
    {
        var socket = Make();
        var other = Task.Run(collector);
        socket.LookAfter();
        await other;
        return socket;
    }

    [Fact]
    public async Task Frames_pass_between_START_and_STOP_and_FINISH_is_waited_for()
    {
        using var socket = await MeetAsync(_collector.Greet);
        Assert.True(socket.IsOpen);
        Assert.Equal(new TapOutcome(s_frames.Length, TapLoss.None), socket.Write(s_frames));
        Assert.Equal([1, 2, 3], _collector.ReceiveFrame());
        Assert.Equal([4], _collector.ReceiveFrame());
        var end = Task.Run(() =>
        {
            var said = _collector.ReceiveControl();
            _collector.Say(ControlFrame.Build(ControlType.Finish));
            return said;
        });
        socket.Dispose();
        Assert.Equal(ControlType.Stop, await end);
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("nothing", "closed the connection")]
    [InlineData("00000000" + "00000004" + "00000005", "answers Finish")]
    [InlineData("00000000" + "0000000f" + "00000001" + "00000001" + "00000003" + "616263", "does not accept")]
    [InlineData("00000000" + "00010000", "no control frame")]
    [InlineData("485454502f312e3120343030", "no control frame")]
    public async Task A_collector_that_answers_wrong_is_left_and_tried_again_later(string answer, string why)
    {
        using var socket = await MeetAsync(() =>
        {
            _collector.Accept();
            _collector.ReceiveControl();
            if (answer != "nothing") _collector.Say(Convert.FromHexString(answer));
            _collector.HangUp();
        });
        Assert.False(socket.IsOpen);
        Assert.Contains(why, Assert.Single(_log), StringComparison.Ordinal);
        Assert.Equal(new TapOutcome(0, TapLoss.NotConnected), socket.Write(s_frames));
        _time.Advance(TimeSpan.FromSeconds(1));
        var again = Task.Run(_collector.Greet);
        socket.LookAfter();
        await again;
        Assert.True(socket.IsOpen);
        socket.LookAfter();
        Assert.Single(_log);
        _time.Advance(TimeSpan.FromSeconds(10));
        socket.LookAfter();
        socket.LookAfter();
        Assert.Equal(2, _log.Count);
        Assert.StartsWith("connected to ", _log[^1], StringComparison.Ordinal);
        HurryUp();
    }

    [Fact]
    public void A_collector_that_is_not_there_is_tried_more_and_more_seldom()
    {
        using var socket = Make(_collector.Path + "x");
        var tries = new List<double>();
        var began = _time.GetUtcNow();
        for (var i = 0; i < 300; i++)
        {
            var before = _log.Count;
            socket.LookAfter();
            if (_log.Count > before) tries.Add((_time.GetUtcNow() - began).TotalSeconds);
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }
        // The log is silent for a minute, so that it shows the first and the one after a minute alone.
        Assert.Equal(2, tries.Count);
        Assert.InRange(tries[1], 60, 75);
    }

    [Fact]
    public void A_path_that_can_be_no_socket_is_told()
    {
        using var socket = Make("/" + new string('x', 200));
        socket.LookAfter();
        Assert.Single(_log);
    }

    [Fact]
    public async Task A_collector_that_goes_is_noticed_without_a_write()
    {
        using var socket = await MeetAsync(_collector.Greet);
        _collector.HangUp();
        socket.LookAfter();
        Assert.False(socket.IsOpen);
        Assert.Contains("closed the connection", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_collector_does_not_read_is_lost_when_there_is_no_more_time_and_counted_by_whole_frames()
    {
        using var socket = await MeetAsync(_collector.Greet);
        HurryUp();
        var many = Enumerable.Repeat(Recorded.Frame(new byte[996]), 4000).SelectMany(frame => frame).ToArray();
        var outcome = socket.Write(many);
        Assert.Equal(TapLoss.WriteError, outcome.Loss);
        Assert.InRange(outcome.Bytes, 1000, many.Length - 1000);
        Assert.Equal(0, outcome.Bytes % 1000);
        Assert.False(socket.IsOpen);
    }

    [Fact]
    public void A_collector_that_accepts_nobody_does_not_hold_the_writer_up()
    {
        var path = _collector.Path + "full";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var waiting = new List<Socket>();
        SocketError? refused = null;
        // Ends with the backlog, two places.
        while (refused is null)
        {
            waiting.Add(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false });
            try
            {
                waiting[^1].Connect(new UnixDomainSocketEndPoint(path));
            }
            catch (SocketException e)
            {
                refused = e.SocketErrorCode;
            }
        }
        using var socket = Make(path);
        socket.LookAfter();
        Assert.False(socket.IsOpen);
        Assert.Contains($"no collector at {path}", Assert.Single(_log), StringComparison.Ordinal);
        foreach (var one in waiting) one.Dispose();
    }

    [Fact]
    public async Task A_slow_collector_gets_everything()
    {
        using var socket = await MeetAsync(_collector.Greet);
        var many = Enumerable.Range(0, 3000).SelectMany(i => Recorded.Frame([.. BitConverter.GetBytes(i), .. new byte[992]])).ToArray();
        var write = Task.Run(() => socket.Write(many));
        for (var i = 0; i < 3000; i++) Assert.Equal(i, BitConverter.ToInt32(_collector.ReceiveFrame()));
        Assert.Equal(many.Length, (await write).Bytes);
        HurryUp();
    }
}
