using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// The streams between the nodes. A pair has a stream when both nodes run and both ways pass; a cut loses its frames at once, and is noticed
/// after a while, as keep-alive pings would; a dead process is noticed at once. Frames may be lost, doubled and delayed within a stream,
/// which a real one never does: the protocol must not need that.
/// </summary>
internal sealed class Network(LabCluster lab, int seed)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NoticedAfter = TimeSpan.FromSeconds(20);
    private readonly Random random = new(seed);
    private readonly Dictionary<(SiteId Low, SiteId High), Stream> streams = [];

    public double Loss { get; set; } = lab.Settings.Loss;
    public double Duplication { get; set; } = lab.Settings.Duplication;
    public TimeSpan Jitter { get; set; } = lab.Settings.Jitter;
    public long FramesSent { get; private set; }
    public long BytesSent { get; private set; }

    public void Start()
    {
        foreach (var low in lab.Cluster.Sites)
        {
            foreach (var high in lab.Cluster.Sites.Where(site => site.Id.CompareTo(low.Id) > 0))
            {
                var stream = new Stream(low.Id, high.Id);
                streams.Add((low.Id, high.Id), stream);
                lab.Timeline.After(LookEvery * random.NextDouble(), () => Look(stream));
            }
        }
    }

    public void Send(SiteId from, SiteId to, byte[] bytes)
    {
        var stream = StreamOf(from, to);
        if (!stream.Up) return;
        FramesSent++;
        BytesSent += bytes.Length;
        var copies = random.NextDouble() < Loss ? 0 : random.NextDouble() < Duplication ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var number = stream.Number;
            var way = TimeSpan.FromMicroseconds(lab.World.TimeOf(from, to) / 2) + (Jitter * random.NextDouble());
            lab.Timeline.After(way, () =>
            {
                if (stream.Up && stream.Number == number && lab.World.Passes(from, to)) lab[to].Receive(from, bytes);
            });
        }
    }

    public void Close(SiteId one, SiteId other)
    {
        var stream = StreamOf(one, other);
        if (!stream.Up) return;
        stream.Up = false;
        lab[one].Disconnected(other);
        lab[other].Disconnected(one);
    }

    private Stream StreamOf(SiteId one, SiteId other) => streams[one.CompareTo(other) < 0 ? (one, other) : (other, one)];

    private void Look(Stream stream)
    {
        lab.Timeline.After(LookEvery, () => Look(stream));
        var alive = lab[stream.Low].Runs && lab[stream.High].Runs;
        var passes = lab.World.PassesBothWays(stream.Low, stream.High);
        if (passes) stream.PassedAt = lab.Timeline.Now;
        // A process that died and came back within one look has another life: its old stream is gone with it.
        var same = stream.Lives == (lab[stream.Low].Lives, lab[stream.High].Lives);
        if (stream.Up && (!alive || !same || lab.Timeline.Now - stream.PassedAt > NoticedAfter)) Close(stream.Low, stream.High);
        if (stream.Up || !alive || !passes) return;
        stream.Up = true;
        stream.Number++;
        stream.Lives = (lab[stream.Low].Lives, lab[stream.High].Lives);
        lab[stream.Low].Connected(stream.High);
        lab[stream.High].Connected(stream.Low);
    }

    private sealed class Stream(SiteId low, SiteId high)
    {
        public SiteId Low => low;
        public SiteId High => high;
        public bool Up { get; set; }
        public int Number { get; set; }
        public (int, int) Lives { get; set; }
        public Instant PassedAt { get; set; }
    }
}
