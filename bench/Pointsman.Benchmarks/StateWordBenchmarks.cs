using System.Net;
using BenchmarkDotNet.Attributes;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.Benchmarks;

/// <summary>
/// What one site's word costs: to write it for a peer, to read it, and to take it in (checks, merge, suspicion, comparison of tables). One VIP a site and
/// service, everything up, each word newer than the one before. How many bytes it is goes to the console once.
/// </summary>
public class StateWordBenchmarks
{
    private static readonly Instant now = new(1_000_000_000);
    private DsspMachine machine = null!;
    private SiteState state = null!;
    private byte[] bytes = [];
    private ulong sequence;

    [Params("6x5", "32x16", "100x16")]
    public string Size { get; set; } = "";

    [Params(1, 2)]
    public int Version { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var (sites, services) = Size.Split('x') is [var one, var other] ? (int.Parse(one, null), int.Parse(other, null)) : (0, 0);
        var cluster = new Cluster
        {
            Name = "bench",
            Digest = new string('a', 64),
            Sites = [.. Enumerable.Range(1, sites).Select(site => new Site { Id = new SiteId(site), Name = $"s{site:000}" })],
            Services = [.. Enumerable.Range(1, services).Select(service => new Service { Id = new ServiceId(service), Name = $"w{service}.bench.test", Vips = [.. Enumerable.Range(1, sites).Select(site => new Vip { Service = new ServiceId(service), Site = new SiteId(site), Address = VipOf(site, service).Address })] })],
        };
        machine = new DsspMachine(new DsspIdentity(cluster, new SiteId(1), 1), now);
        machine.Connected(new SiteId(2), now);
        machine.Receive(new SiteId(2), DsspFrame.Of(new Hello { Cluster = "bench", Site = new SiteId(2), SiteName = "s002", Incarnation = 1, VersionHighest = Version }), now);
        state = WordOf(sites, services);
        bytes = FrameCodec.Encode(DsspFrame.Of(state, Version), now);
        Console.WriteLine($"// {Size}, version {Version}: {bytes.Length} bytes");
    }

    [Benchmark]
    public byte[] Write() => FrameCodec.Encode(DsspFrame.Of(state, Version), now);

    [Benchmark]
    public DsspFrame? Read() => FrameCodec.TryDecode(bytes, now, out var frame, out _) ? frame : null;

    [Benchmark]
    public int TakeIn() => machine.Receive(new SiteId(2), DsspFrame.Of(state with { Sequence = ++sequence, Edition = 0 }, Version), now + TimeSpan.FromSeconds(sequence)).Count;

    private static VipKey VipOf(int site, int service) => new(new ServiceId(service), new SiteId(site), new Endpoint(new IPAddress([10, (byte)service, 0, (byte)site]), 443));

    private static SiteState WordOf(int sites, int services)
    {
        var others = Enumerable.Range(1, sites).Where(site => site != 2).ToArray();
        return new SiteState
        {
            Site = new SiteId(2),
            Incarnation = 1_790_000_000_000,
            Sequence = 100_000,
            Edition = 99_000,
            SentAt = now,
            Period = TimeSpan.FromMinutes(1),
            Validity = TimeSpan.FromMinutes(3),
            ConfigurationDigest = new string('a', 64),
            MemoryFreeBytes = 1L << 33,
            Sessions = 1_234,
            Vips = [.. Enumerable.Range(1, services).Select(service => new VipReport { Vip = VipOf(2, service), ConnectionsActive = 700, ConnectionsMax = 1_000, ServersUp = 4, ServersTotal = 4 })],
            Observations =
            [
                .. from service in Enumerable.Range(1, services)
                   from site in others
                   select new Observation { Vip = VipOf(site, service), State = HealthState.Up, ResponseMicros = 84_000 + (site * 100), DeviationMicros = 2_345, Samples = 100_000, MeasuredAt = now + TimeSpan.FromSeconds(-5), Reason = "200 OK", LastMicros = 83_000 },
            ],
            Orders = [.. Enumerable.Range(1, services).Select(service => new PreferenceOrder(new ServiceId(service), [.. others.Select(site => new SiteId(site))]))],
            Tables = new TableWord(
                [.. Enumerable.Range(1, sites).Select(site => new HeldColumn(new SiteId(site), 1_790_000_000_000, 99_000))],
                [.. Enumerable.Range(1, services).Select(service => new TableSum(new ServiceId(service), 0xABCDEF0123456789))]),
        };
    }
}
