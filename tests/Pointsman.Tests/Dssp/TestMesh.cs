using System.Collections.Frozen;
using System.Net;
using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>Sites 1 … n named a, b, c …, one service at all of them; states and reports made short.</summary>
internal static class TestMesh
{
    public static readonly ServiceId Web = new(1);
    public static readonly Instant Start = new(1_000_000_000);

    public static Cluster Cluster(int sites = 4, TimeSpan? interval = null, bool off = false, params (int Site, TimeSpan? Interval)[] peers) => new()
    {
        Name = "test",
        Digest = "aa",
        Sites = [.. Enumerable.Range(1, sites).Select(number => new Site { Id = new SiteId(number), Name = NameOf(number) })],
        Services = [new Service { Id = Web, Name = "www.example.test", Vips = [.. Enumerable.Range(1, sites).Select(number => new Vip { Service = Web, Site = new SiteId(number), Address = VipOf(number).Address, MaxConnections = 100 })] }],
        Dssp = new DsspSettings
        {
            Interval = off ? null : interval ?? TimeSpan.FromMinutes(1),
            PeerIntervals = peers.ToFrozenDictionary(pair => new SiteId(pair.Site), pair => pair.Interval),
        },
    };

    public static string NameOf(int site) => $"{(char)('a' + site - 1)}";

    public static VipKey VipOf(int site) => new(Web, new SiteId(site), new Endpoint(new IPAddress([192, 0, 2, (byte)site]), 80));

    public static Observation Seen(int site, HealthState state = HealthState.Up) => new() { Vip = VipOf(site), State = state, ResponseMicros = 1000 * site, Samples = 9, MeasuredAt = Start };

    public static PreferenceOrder Order(params int[] sites) => new(Web, [.. sites.Select(site => new SiteId(site))]);

    public static VipReport Own(int site = 1, VipCondition condition = VipCondition.Up, int connections = 0) =>
        new() { Vip = VipOf(site), Condition = condition, ConnectionsActive = connections, ConnectionsMax = 100 };

    public static readonly LocalReport Calm = new() { Vips = [Own()], Observations = [Seen(2), Seen(3), Seen(4)], Orders = [Order(2, 3, 4)] };

    public static SiteState State(int site, ulong sequence, ulong incarnation = 1) => new()
    {
        Site = new SiteId(site),
        Incarnation = incarnation,
        Sequence = sequence,
        Edition = sequence,
        SentAt = Start,
        Period = TimeSpan.FromMinutes(1),
        Validity = TimeSpan.FromMinutes(3),
        ConfigurationDigest = "aa",
    };

    public static Hello HelloOf(int site, params Remembered[] remembers) => new()
    {
        Cluster = "test",
        Site = new SiteId(site),
        SiteName = NameOf(site),
        Incarnation = 1,
        ConfigurationDigest = "aa",
        Remembers = [.. remembers],
    };
}

/// <summary>The machine of site a (number 1) under test, with a clock that the test moves.</summary>
internal sealed class TestSpeaker
{
    public TestSpeaker(Cluster? cluster = null, ulong incarnation = 100) =>
        Machine = new DsspMachine(new DsspIdentity(cluster ?? TestMesh.Cluster(), new SiteId(1), incarnation), TestMesh.Start);

    public DsspMachine Machine { get; }
    public Instant Now { get; private set; } = TestMesh.Start;
    public LocalReport Local { get; set; } = TestMesh.Calm;

    /// <summary>Both Hellos through.</summary>
    public TestSpeaker Meet(params int[] sites)
    {
        foreach (var site in sites)
        {
            Machine.Connected(new SiteId(site), Now);
            Machine.Receive(new SiteId(site), DsspFrame.Of(TestMesh.HelloOf(site)), Now);
        }

        return this;
    }

    public IReadOnlyList<IDsspEffect> Tick() => Machine.Tick(Now, Local);

    public IReadOnlyList<IDsspEffect> After(double milliseconds)
    {
        Now += TimeSpan.FromMilliseconds(milliseconds);
        return Tick();
    }

    public IReadOnlyList<IDsspEffect> Hear(int site, SiteState state) => Machine.Receive(new SiteId(site), DsspFrame.Of(state), Now);

    public IReadOnlyList<IDsspEffect> Hear(int site, Hello hello) => Machine.Receive(new SiteId(site), DsspFrame.Of(hello), Now);

    /// <summary>Runs from wake to wake for a span, and gives every effect with its time since the start of the span.</summary>
    public List<(double Seconds, IDsspEffect Effect)> Run(TimeSpan span)
    {
        var (begin, end) = (Now, Now + span);
        var told = new List<(double, IDsspEffect)>();
        for (var round = 0; round < 100_000; round++)
        {
            foreach (var effect in Tick()) told.Add(((Now - begin).TotalSeconds, effect));
            var wake = Machine.NextWake(Now);
            if (wake is not { } next || next > end) break;
            Assert.True(next > Now, "the machine wants to be woken in the past");
            Now = next;
        }

        Now = end;
        return told;
    }
}

internal static class Effects
{
    public static IEnumerable<SiteState> SentTo(this IEnumerable<IDsspEffect> effects, int site) =>
        effects.OfType<SendFrame>().Where(send => send.Peer == new SiteId(site)).Select(send => send.Frame.State).OfType<SiteState>();

    public static ClosePeer? Closed(this IEnumerable<IDsspEffect> effects) => effects.OfType<ClosePeer>().SingleOrDefault();
}
