using Pointsman.Model;

namespace Pointsman.Lab.Simulation;

/// <summary>
/// The streams between the nodes. A pair has a stream when both nodes run and both ways pass. A cut holds its frames back, as TCP would send them again
/// when it is healed; it is noticed after a while, as keep-alive pings would, and then they are lost with the stream; a dead process is noticed at
/// once. In bad weather frames are lost, doubled and delayed within a stream, which a real one never does: the protocol must not need that.
/// </summary>
internal sealed class Network(LabCluster lab, int seed)
{
    /// <summary>How often a stream is looked at, and dialled anew.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A stream through a cut is given up.</summary>
    public static readonly TimeSpan NoticedAfter = TimeSpan.FromSeconds(20);

    // Of what is not acknowledged a socket keeps a window and no more.
    private const int MostHeld = 1_000;

    private readonly Random random = new(seed);
    private readonly Dictionary<(SiteId Low, SiteId High), Stream> streams = [];

    public double Loss { get; set; } = lab.Settings.Loss;
    public double Duplication { get; set; } = lab.Settings.Duplication;
    public TimeSpan Jitter { get; set; } = lab.Settings.Jitter;
    public bool IsFine => Loss == 0 && Duplication == 0 && Jitter == TimeSpan.Zero;
    public long FramesSent { get; private set; }
    public long BytesSent { get; private set; }

    public void Start()
    {
        foreach (var low in lab.Cluster.Sites)
        {
            foreach (var high in lab.Cluster.Sites.Where(site => site.Id.CompareTo(low.Id) > 0))
            {
                var stream = new Stream(low.Id, high.Id) { LooksAt = lab.Timeline.Now + (LookEvery * random.NextDouble()) };
                streams.Add((low.Id, high.Id), stream);
                Plan(stream);
            }
        }
    }

    /// <summary>The stream's number, another one for each stream of the pair; null = there is none.</summary>
    public int? StreamNumber(SiteId one, SiteId other) => StreamOf(one, other) is { Up: true } stream ? stream.Number : null;

    public void Send(SiteId from, SiteId to, Envelope envelope)
    {
        var stream = StreamOf(from, to);
        if (!stream.Up) return;
        FramesSent++;
        BytesSent += envelope.Length;
        var copies = IsFine ? 1 : random.NextDouble() < Loss ? 0 : random.NextDouble() < Duplication ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var number = stream.Number;
            var way = lab.World.WayOf(from, to);
            if (Jitter > TimeSpan.Zero) way += Jitter * random.NextDouble();
            lab.Timeline.After(way, () =>
            {
                if (!stream.Up || stream.Number != number) return;
                if (lab.World.Passes(from, to, Traffic.Words)) lab[to].Receive(from, envelope);
                else if (stream.Held.Count < MostHeld)
                {
                    stream.Held.Enqueue((to, envelope));
                    Plan(stream);
                }
            });
        }
    }

    public void Close(SiteId one, SiteId other)
    {
        var stream = StreamOf(one, other);
        if (!stream.Up) return;
        stream.Up = false;
        stream.Held.Clear();
        lab[one].Disconnected(other);
        lab[other].Disconnected(one);
        Plan(stream);
    }

    /// <summary>Something changed that a stream needs.</summary>
    public void Wake()
    {
        foreach (var stream in streams.Values)
        {
            if (IsAtRest(stream)) continue;
            // A stream at rest passed until now.
            if (!stream.IsPlanned) stream.PassedAt = lab.Timeline.Now;
            Plan(stream);
        }
    }

    private Stream StreamOf(SiteId one, SiteId other) => streams[one.CompareTo(other) < 0 ? (one, other) : (other, one)];

    /// <summary>It stands, and nothing is held back: there is nothing to look at until something changes.</summary>
    private bool IsAtRest(Stream stream) => stream.Up && stream.Held.Count == 0
        && lab[stream.Low].Runs && lab[stream.High].Runs && stream.Lives == (lab[stream.Low].Lives, lab[stream.High].Lives)
        && lab.World.PassesBothWays(stream.Low, stream.High, Traffic.Words);

    /// <summary>At the stream's next beat, once.</summary>
    private void Plan(Stream stream)
    {
        if (stream.IsPlanned) return;
        stream.IsPlanned = true;
        var beats = Math.Max(0, ((lab.Timeline.Now - stream.LooksAt).Ticks + LookEvery.Ticks) / LookEvery.Ticks);
        stream.LooksAt += LookEvery * beats;
        lab.Timeline.At(stream.LooksAt, () =>
        {
            stream.IsPlanned = false;
            Look(stream);
            if (!IsAtRest(stream)) Plan(stream);
        });
    }

    private void Look(Stream stream)
    {
        var (low, high) = (lab[stream.Low], lab[stream.High]);
        var alive = low.Runs && high.Runs;
        var passes = lab.World.PassesBothWays(stream.Low, stream.High, Traffic.Words);
        if (passes) stream.PassedAt = lab.Timeline.Now;
        // A process that died and came back within one look has another life: its old stream is gone with it.
        var same = stream.Lives == (low.Lives, high.Lives);
        if (stream.Up && (!alive || !same || lab.Timeline.Now - stream.PassedAt > NoticedAfter)) Close(stream.Low, stream.High);
        if (passes)
        {
            // Not for ever: what is held grows by nothing that is received here.
            for (var held = stream.Held.Count; held > 0 && stream.Held.TryDequeue(out var frame); held--) lab[frame.To].Receive(frame.To == stream.Low ? stream.High : stream.Low, frame.Envelope);
        }
        if (stream.Up || !alive || !passes) return;
        stream.Up = true;
        stream.Number++;
        stream.Lives = (low.Lives, high.Lives);
        low.Connected(stream.High);
        high.Connected(stream.Low);
    }

    private sealed class Stream(SiteId low, SiteId high)
    {
        public SiteId Low => low;
        public SiteId High => high;
        public bool Up { get; set; }
        public int Number { get; set; }
        public (int, int) Lives { get; set; }
        public Instant PassedAt { get; set; }
        public Instant LooksAt { get; set; }
        public bool IsPlanned { get; set; }
        public Queue<(SiteId To, Envelope Envelope)> Held { get; } = new();
    }
}
