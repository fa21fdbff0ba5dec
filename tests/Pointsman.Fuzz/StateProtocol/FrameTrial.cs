using System.Net;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.Fuzz.StateProtocol;

/// <summary>
/// Hostile frames of site 2 against the codec and the machine of site 1, which knows site 3 as well. Whatever is said: no exception, no more memory than a
/// frame can ask for, nothing but site 2's own column moves, only configured VIPs become suspect, and what is published keeps every bound.
/// </summary>
internal sealed class FrameTrial
{
    public const int FramesPerLife = 400;
    private const long MostAllocated = 24L << 20;
    private static readonly SiteId hostile = new(2);
    private static readonly SiteId honest = new(3);
    private static readonly ServiceId web = new(1);

    private readonly ulong seed;
    private readonly Chance chance = new(0);
    private int said;

    public FrameTrial(ulong seed) => this.seed = seed;

    public long Frames { get; private set; }
    public long Read { get; private set; }
    public long Accepted { get; private set; }
    public long LargestAllocation { get; private set; }

    /// <summary>One life of the node: it meets the hostile one again whenever it has thrown it out.</summary>
    public void Run(long life)
    {
        chance.Restart(seed ^ 0xD55B, (ulong)life);
        said = 0;
        var now = new Instant(chance.Below(1_000_000_000));
        var cluster = MakeCluster();
        var machine = new DsspMachine(new DsspIdentity(cluster, new SiteId(1), 1_000), now);
        var local = new LocalReport { Observations = [Seen(honest)], Orders = [new PreferenceOrder(web, [honest])], Tables = () => new TableWord([new HeldColumn(new SiteId(1), 1_000, 1)], [new TableSum(web, 7)]) };
        machine.Tick(now, local);
        Meet(machine, honest, now);
        machine.Receive(honest, DsspFrame.Of(StateOf(honest, 5)), now);
        var kept = machine.States[honest];
        for (var frame = 0; frame < FramesPerLife; frame++)
        {
            if (!machine.Peers.First(peer => peer.Site == hostile).Established) Meet(machine, hostile, now);
            var bytes = MakeBytes(now);
            var before = GC.GetAllocatedBytesForCurrentThread();
            IReadOnlyList<IDsspEffect> effects;
            try
            {
                var reads = FrameCodec.TryDecode(bytes, now, out var read, out var fault);
                effects = reads ? machine.Receive(hostile, read!, now) : machine.ReceivedCorrupt(hostile, fault!, now);
                if (reads) Read++;
            }
            catch (Exception exception)
            {
                throw Wrong(life, bytes, exception.ToString());
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            LargestAllocation = Math.Max(LargestAllocation, allocated);
            if (allocated > MostAllocated) throw Wrong(life, bytes, $"{allocated} octets for one frame of {bytes.Length}");
            Check(machine, effects, cluster, kept, life, bytes);
            Frames++;
            if (chance.Percent(30)) now += TimeSpan.FromMilliseconds(chance.Below(400));
            if (chance.Percent(10)) Check(machine, machine.Tick(now, local), cluster, kept, life, bytes);
            if (machine.NextWake(now) is { } wake && wake + TimeSpan.FromDays(400) < now) throw Wrong(life, bytes, "it wants to be woken in a past long gone");
        }
    }

    private void Check(DsspMachine machine, IReadOnlyList<IDsspEffect> effects, Cluster cluster, SiteState kept, long life, byte[] bytes)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case StateAccepted { State.Site: var site } when site != hostile && site != new SiteId(1): throw Wrong(life, bytes, $"a word of site {site} was accepted");
                case StateAccepted accepted when accepted.State.Site == hostile:
                    Accepted++;
                    if (accepted.State.Vips.Any(report => report.Vip.Site != hostile) || accepted.State.Observations.Any(seen => seen.Vip.Site == hostile)) throw Wrong(life, bytes, "it spoke for another, or of itself");
                    break;
                case VipSuspected suspected when !cluster.Services[0].Vips.Any(vip => vip.Key == suspected.Vip) || suspected.Vip.Site == new SiteId(1): throw Wrong(life, bytes, $"{suspected.Vip} became suspect");
                case SendFrame send when FrameCodec.Encode(send.Frame, default).Length > DsspLimits.FrameBytes: throw Wrong(life, bytes, "a frame too large to be read went out");
            }
        }

        if (!ReferenceEquals(machine.States[honest], kept)) throw Wrong(life, bytes, "the honest site's column moved");
        if (machine.States.Keys.Any(site => site.Value is < 1 or > 3)) throw Wrong(life, bytes, "a column of nobody");
        if (machine.Incarnation > 1_000 + DsspLimits.IncarnationJump + 1) throw Wrong(life, bytes, $"incarnation {machine.Incarnation}");
    }

    private void Meet(DsspMachine machine, SiteId site, Instant now)
    {
        machine.Connected(site, now);
        var hello = new Hello { Cluster = "fuzz", Site = site, SiteName = $"s{site}", Incarnation = chance.Next(), VersionHighest = chance.Of(1, 2, 9), Remembers = site == hostile && chance.Percent(30) ? [new Remembered(new SiteId(1), chance.Next(), chance.Next())] : [] };
        // Of another's making some are odd, and are thrown out at once.
        machine.Receive(site, DsspFrame.Of(site == hostile && chance.Percent(10) ? hello with { Cluster = "else" } : hello), now);
    }

    /// <summary>A sound state, or one damaged in any octet, cut, doubled; or octets by chance.</summary>
    private byte[] MakeBytes(Instant now)
    {
        if (chance.Percent(5)) return [.. Enumerable.Range(0, chance.Below(300)).Select(_ => chance.Octet())];
        if (chance.Percent(2)) return [0x12, 0x80, 0x80, 0x04, .. Enumerable.Repeat<byte[]>([0x82, 0x01, 0x00], 22_000).SelectMany(one => one)];
        var bytes = FrameCodec.Encode(DsspFrame.Of(OddState(now), chance.Of(1, 2)), now);
        if (chance.Percent(50)) return bytes;
        for (var change = chance.Between(1, 4); change > 0 && bytes.Length > 0; change--) bytes[chance.Below(bytes.Length)] = chance.Octet();
        if (chance.Percent(20)) bytes = bytes[..chance.Below(bytes.Length + 1)];
        return chance.Percent(10) ? [.. bytes, .. bytes] : bytes;
    }

    /// <summary>Mostly one that an honest site could have said: else it would be thrown out for its first fault, and the rest never looked at.</summary>
    private SiteState OddState(Instant now)
    {
        var state = AnyState(now);
        if (chance.Percent(30)) return state;
        return state with
        {
            Site = hostile,
            Edition = 0,
            Vips = [.. state.Vips.DistinctBy(report => report.Vip)],
            Observations = [.. state.Observations.Where(seen => seen.Vip.Site != hostile).DistinctBy(seen => seen.Vip)],
            Orders = [.. state.Orders.DistinctBy(order => order.Service).Select(order => new PreferenceOrder(order.Service, [.. order.Sites.Where(site => site != hostile).Distinct()]))],
            Tables = state.Tables is { } told ? told with { Columns = [.. told.Columns.DistinctBy(column => column.Site)] } : null,
        };
    }

    private SiteState AnyState(Instant now) => new()
    {
        Site = chance.Percent(95) ? hostile : new SiteId(chance.Of(0, 1, 3, 77)),
        // Mostly newer than all before: else it would be old, and nothing more would be looked at.
        Incarnation = chance.Percent(95) ? 50 : (ulong)chance.Below(50),
        Sequence = chance.Percent(95) ? (ulong)++said : (ulong)chance.Below(1_000_000),
        Edition = chance.Percent(95) ? 0 : chance.Next(),
        SentAt = now + TimeSpan.FromSeconds(chance.Of(0, -5, -1_000_000, 77)),
        Validity = chance.Percent(20) ? null : TimeSpan.FromMilliseconds(chance.Below(100_000)),
        Period = chance.Percent(20) ? null : TimeSpan.FromMilliseconds(1 + chance.Below(100_000)),
        ConfigurationDigest = chance.Of("", "aa", "bb"),
        ConfigurationGeneration = chance.Below(4),
        SelfReport = (SelfReport)chance.Below(5),
        VotesMuted = chance.Percent(20),
        IsEvent = chance.Percent(50),
        Reasons = (EventReasons)chance.Below(1024),
        MemoryFreeBytes = chance.Below(1 << 30),
        Sessions = chance.Below(1_000),
        Vips = [.. Enumerable.Range(0, chance.Below(4)).Select(_ => new VipReport { Vip = new VipKey(new ServiceId(chance.Of(1, 1, 9)), hostile, Address()), Condition = (VipCondition)chance.Below(7), ConnectionsActive = chance.Below(100), AdmitMillionths = chance.Below(VipReport.AdmitAll + 1) })],
        Observations = [.. Enumerable.Range(0, chance.Below(8)).Select(_ => Seen(new SiteId(chance.Of(1, 3, 3, 3, 2, 9))) with { State = (HealthState)chance.Below(6), Reason = chance.Of("", "200 OK", "\u001b[2J", new string('x', 200)) })],
        Orders = [.. Enumerable.Range(0, chance.Below(3)).Select(_ => new PreferenceOrder(new ServiceId(chance.Of(1, 9)), [.. Enumerable.Range(0, chance.Below(4)).Select(_ => new SiteId(chance.Of(1, 3, 2, 8)))]))],
        Tables = chance.Percent(50) ? new TableWord([.. Enumerable.Range(0, chance.Below(5)).Select(_ => new HeldColumn(new SiteId(chance.Below(5)), (ulong)chance.Of(1, 1_000), chance.Next() >> chance.Below(60)))], [new TableSum(web, chance.Next())]) : null,
    };

    private Endpoint Address() => new(new IPAddress([192, 0, 2, (byte)chance.Of(1, 2, 3, 3, 9)]), chance.Of(80, 80, 81));

    private Observation Seen(SiteId site) => new() { Vip = new VipKey(web, site, new Endpoint(new IPAddress([192, 0, 2, (byte)site.Value]), 80)), State = HealthState.Up, Samples = 3, ResponseMicros = chance.Below(100_000) };

    private static SiteState StateOf(SiteId site, ulong sequence) => new() { Site = site, Incarnation = 9, Sequence = sequence, Edition = 1, ConfigurationDigest = "aa" };

    private static Cluster MakeCluster() => new()
    {
        Name = "fuzz",
        Digest = "aa",
        Sites = [.. Enumerable.Range(1, 3).Select(number => new Site { Id = new SiteId(number), Name = $"s{number}" })],
        Services = [new Service { Id = web, Name = "www.fuzz.test", Vips = [.. Enumerable.Range(1, 3).Select(number => new Vip { Service = web, Site = new SiteId(number), Address = new Endpoint(new IPAddress([192, 0, 2, (byte)number]), 80) })] }],
    };

    private FuzzException Wrong(long life, byte[] bytes, string what) =>
        new($"{what}\n--seed {seed} --only-life {life}; the frame: {Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, 400)))}");
}
