using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>
/// Site b's certificate is in the wrong hands. Whatever is said with it to a's node, b can lie about itself alone: every lie is bounded, counted and
/// refused, each kind is told once, and the tables that a and c make of each other do not move.
/// </summary>
public sealed class HostilePeerTests
{
    private const int Own = 2;

    // As the gate has it.
    private const int MostOfOneAddress = 32;
    private static readonly ServiceId web = new(1);

    [Fact]
    [Trait("mission", "P5.8")]
    public async Task A_hostile_peer_with_a_good_certificate_can_lie_about_itself_only()
    {
        await using var mesh = new NodeMesh("a", "b", "c");
        await mesh.StartAsync("a", "c");
        await mesh.UntilAsync(async () => (string)(await mesh.TableAsync("a"))["sites"]!["c"]!["state"]! == "up" && (bool)(await mesh.GetAsync("a", "status"))["peers"]!["c"]!["fresh"]!, "a hears c");
        var columns = await OthersAsync(mesh);
        var memory = await MemoryAsync(mesh);
        foreach (var (name, frames) in Lies())
        {
            var before = await RefusedAsync(mesh);
            await HostileTalker.SayAsync(mesh.DsspOf["a"], mesh.PathOf("b.crt"), mesh.PathOf("b.key"), frames, TimeSpan.FromSeconds(1));
            if (Expected.TryGetValue(name, out var reason))
                await mesh.UntilAsync(async () => (await RefusedAsync(mesh)).GetValueOrDefault(reason.ToLowerInvariant()) > before.GetValueOrDefault(reason.ToLowerInvariant()), $"{name} is counted as {reason}");
            // Another stream each second is what an honest peer may have; the next lie shall be judged for itself.
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        var metrics = await mesh.MetricsAsync("a");
        foreach (var reason in Expected.Values.Select(one => one.ToLowerInvariant()).Distinct(StringComparer.Ordinal)) Assert.True(NodeMesh.Metric(metrics, $"pointsman_dssp_refused_total{{site=\"b\",reason=\"{reason}\"}}") > 0, reason);
        Assert.DoesNotContain("pointsman_dssp_refused_total{site=\"c\"", metrics, StringComparison.Ordinal);
        // One line a kind, however many frames it were.
        foreach (var reason in Expected.Values.Distinct(StringComparer.Ordinal)) Assert.Equal(1, mesh.Node("a").Error.Split($"DSSP refuses site b: {reason}:").Length - 1);
        Assert.Equal(columns, await OthersAsync(mesh));
        Assert.True((bool)(await mesh.GetAsync("a", "status"))["peers"]!["c"]!["connected"]!);
        Assert.InRange(await MemoryAsync(mesh) - memory, long.MinValue, 96L << 20);
    }

    [Fact]
    public async Task Endless_events_and_incarnations_and_configurations_are_lines_of_a_log_and_not_a_flood()
    {
        await using var mesh = new NodeMesh("a", "b", "c");
        await mesh.StartAsync("a", "c");
        await mesh.UntilAsync(async () => (bool)(await mesh.GetAsync("a", "status"))["peers"]!["c"]!["fresh"]!, "a hears c");
        // 38 a second is what may be said; each starts anew, says the opposite of the one before, and blames c.
        var endless = Enumerable.Range(1, 380).Select(number => State(with: state => state with
        {
            Incarnation = 1_000UL + (ulong)number,
            ConfigurationDigest = number % 2 == 0 ? "aa" : "bb",
            IsEvent = true,
            Reasons = EventReasons.RemoteVipUnreachable,
            SelfReport = number % 2 == 0 ? SelfReport.Draining : SelfReport.None,
            Observations = [Seen(mesh, 3, number % 2 == 0 ? HealthState.Down : HealthState.Up)],
        }));
        var began = Stopwatch.GetTimestamp();
        var answer = await HostileTalker.SayAsync(mesh.DsspOf["a"], mesh.PathOf("b.crt"), mesh.PathOf("b.key"), Paced(endless).Prepend(Hello()), TimeSpan.FromSeconds(1));
        Assert.True(answer.Length == 0, $"{answer}\n{mesh.Node("a").Error}");
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var lines = mesh.Node("a").Error.Split('\n').Count(line => line.Contains(" b ", StringComparison.Ordinal) || line.Contains("of b", StringComparison.Ordinal));
        Assert.InRange(lines, 1, 90);
        // c is up for a, whatever b says, and was looked at once a second at the most.
        Assert.Equal("up", (string)(await mesh.GetAsync("a", "sites"))["sites"]!["c"]!["vips"]![0]!["seen"]!);
        Assert.InRange(mesh.Node("a").Error.Split("b cannot reach c").Length - 1, 0, (int)seconds + 2);
        Assert.Equal("a c", string.Join(' ', (await mesh.AnsweredAsync("a")).Split(' ').Where(site => site != "b")));
    }

    [Fact]
    public async Task Handshakes_that_say_nothing_are_bounded_and_do_not_keep_the_peers_out()
    {
        await using var mesh = new NodeMesh("a", "b");
        await mesh.StartAsync("a");
        var held = new List<Socket>();
        try
        {
            for (var index = 0; index < 300; index++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                await socket.ConnectAsync(mesh.DsspOf["a"], TestContext.Current.CancellationToken);
            }

            await mesh.UntilAsync(async () => NodeMesh.Metric(await mesh.MetricsAsync("a"), "pointsman_dssp_connections_refused_total") >= 300 - MostOfOneAddress, "all but a few are refused at once");
            await mesh.StartAsync("b");
            await mesh.UntilAsync(async () => (bool)(await mesh.GetAsync("a", "status"))["peers"]!["b"]!["connected"]!, "b comes in all the same");
        }
        finally
        {
            foreach (var socket in held) socket.Dispose();
        }
    }

    /// <summary>What the node answers to each lie; those that are no offence, only ignored, are not here.</summary>
    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["another site's word"] = "WrongOrigin",
        ["another site's Hello"] = "WrongSite",
        ["another cluster's Hello"] = "WrongCluster",
        ["two Hellos"] = "SecondHello",
        ["a state before the Hello"] = "NoHello",
        ["versions of nowhere"] = "UnsupportedVersion",
        ["a frame of 1 MiB and one"] = "TooLarge",
        ["a million observations"] = "BadFrame",
        ["groups in groups"] = "BadFrame",
        ["unknown fields without end"] = "BadFrame",
        ["no protobuf"] = "BadFrame",
        ["huge numbers"] = "BadFrame",
        ["a part above the whole"] = "BadFrame",
        ["held and in use"] = "BadFrame",
        ["two reports of one VIP"] = "BadContent",
        ["an order that ranks itself"] = "BadContent",
        ["an observation of itself"] = "BadContent",
        ["an edition of tomorrow"] = "BadContent",
        ["a flood"] = "TooFast",
    };

    private static IEnumerable<(string Name, IEnumerable<byte[]> Frames)> Lies()
    {
        yield return ("another site's word", [Hello(), State(site: 3, sequence: 1_000_000)]);
        yield return ("another site's Hello", [Hello(hello => hello with { Site = new SiteId(3), SiteName = "c" })]);
        yield return ("another cluster's Hello", [Hello(hello => hello with { Cluster = "elsewhere" })]);
        yield return ("two Hellos", [Hello(), Hello()]);
        yield return ("a state before the Hello", [State()]);
        yield return ("versions of nowhere", [Hello(hello => hello with { VersionLowest = 90, VersionHighest = 99 })]);
        yield return ("a memory of a that no life of it can have left", [Hello(hello => hello with { Remembers = [new Remembered(new SiteId(1), ulong.MaxValue, ulong.MaxValue), new Remembered(new SiteId(3), ulong.MaxValue, 1)] })]);
        yield return ("a frame of 1 MiB and one", [Hello(), new byte[DsspLimits.FrameBytes + 1]]);
        yield return ("a million observations", [Hello(), Bytes(0x12, [.. Enumerable.Repeat<byte[]>([0x82, 0x01, 0x00], 340_000).SelectMany(one => one)])]);
        yield return ("groups in groups", [Hello(), [.. Enumerable.Repeat((byte)0x0B, 500_000)]]);
        yield return ("unknown fields without end", [Hello(), [.. Enumerable.Repeat<byte[]>([0xC2, 0x3E, 0x00], 300_000).SelectMany(one => one)]]);
        yield return ("no protobuf", [Hello(), [0xFF, 0xFF, 0xFF, 0xFF]]);
        yield return ("huge numbers", [Hello(), Raw(state => state.WriteVaryingly(7, ulong.MaxValue))]);
        yield return ("a part above the whole", [Hello(), Raw(state => state.WriteVip(vip => vip.WriteVaryingly(10, 2_000_000)))]);
        yield return ("held and in use", [Hello(), Raw(state => state.WriteVip(vip => vip.WriteVaryingly(11, 1)))]);
        yield return ("two reports of one VIP", [Hello(), State(with: state => state with { Vips = [Report(), Report()] })]);
        yield return ("an order that ranks itself", [Hello(), State(with: state => state with { Orders = [new PreferenceOrder(web, [new SiteId(Own)])] })]);
        yield return ("an observation of itself", [Hello(), State(with: state => state with { Observations = [new Observation { Vip = Report().Vip }] })]);
        yield return ("an edition of tomorrow", [Hello(), State(with: state => state with { Edition = 99 })]);
        yield return ("services and VIPs that there are not", [Hello(), State(sequence: 2, with: state => state with { Observations = [.. Enumerable.Range(1, 5_000).Select(number => new Observation { Vip = new VipKey(new ServiceId(number + 7), new SiteId(77), new Endpoint(IPAddress.Loopback, 9)), State = HealthState.Down, Reason = "\u001b[2Jgone" })] })]);
        yield return ("old sequences", [Hello(), .. Enumerable.Range(0, 20).Select(_ => State(sequence: 1))]);
        yield return ("a flood", [Hello(), .. Enumerable.Range(3, 5_000).Select(number => State(sequence: (ulong)number))]);
    }

    private static VipReport Report() => new() { Vip = new VipKey(web, new SiteId(Own), new Endpoint(IPAddress.Parse("192.0.2.66"), 80)) };

    private static Observation Seen(NodeMesh mesh, int site, HealthState state) =>
        new() { Vip = new VipKey(web, new SiteId(site), Endpoint.From(mesh.VipOf(mesh.Sites[site - 1]))), State = state };

    internal static byte[] Hello(Func<Hello, Hello>? with = null)
    {
        var hello = new Hello { Cluster = "mesh", Site = new SiteId(Own), SiteName = "b", Incarnation = 1 };
        return FrameCodec.Encode(DsspFrame.Of(with?.Invoke(hello) ?? hello), default);
    }

    internal static byte[] State(ulong sequence = 1, int site = Own, Func<SiteState, SiteState>? with = null)
    {
        var state = new SiteState { Site = new SiteId(site), Incarnation = 2, Sequence = sequence, Edition = 1, Period = TimeSpan.FromSeconds(1), Validity = TimeSpan.FromSeconds(10) };
        return FrameCodec.Encode(DsspFrame.Of(with?.Invoke(state) ?? state, 2), default);
    }

    /// <summary>A state of the test's own bytes: what our own writer would never write.</summary>
    private static byte[] Raw(Action<CodedOutputStream> more)
    {
        using var memory = new MemoryStream();
        using (var state = new CodedOutputStream(memory, leaveOpen: true))
        {
            state.WriteVaryingly(1, Own);
            state.WriteVaryingly(2, 2);
            state.WriteVaryingly(3, 1);
            more(state);
        }

        return Bytes(0x12, memory.ToArray());
    }

    private static byte[] Bytes(byte tag, byte[] content)
    {
        using var memory = new MemoryStream();
        using (var frame = new CodedOutputStream(memory, leaveOpen: true))
        {
            frame.WriteRawTag(tag);
            frame.WriteBytes(ByteString.CopyFrom(content));
        }

        return memory.ToArray();
    }

    internal static IEnumerable<byte[]> Paced(IEnumerable<byte[]> frames)
    {
        foreach (var frame in frames)
        {
            Thread.Sleep(27);
            yield return frame;
        }
    }

    /// <summary>What a makes of c: its place in the table and its standing; and what c makes of a.</summary>
    internal static async Task<string> OthersAsync(NodeMesh mesh)
    {
        var (a, c) = (await mesh.TableAsync("a"), await mesh.TableAsync("c"));
        return string.Join('\n', new[] { a, c }.SelectMany(table => ((string[])["a", "c"]).Select(site => $"{site}: {table["sites"]![site]!["state"]} {(int)table["sites"]![site]!["weight"]! > 0}")));
    }

    private static async Task<Dictionary<string, long>> RefusedAsync(NodeMesh mesh) =>
        (await mesh.GetAsync("a", "dssp?site=b"))["peers"]!["b"]!["refused"]!.AsObject().ToDictionary(one => one.Key, one => (long)one.Value!);

    internal static async Task<long> MemoryAsync(NodeMesh mesh) =>
        NodeMesh.Metric(await mesh.MetricsAsync("a"), "pointsman_memory_bytes");
}

internal static class HostileFields
{
    public static void WriteVaryingly(this CodedOutputStream stream, int field, ulong value)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteUInt64(value);
    }

    /// <summary>A report of a VIP that is in order but for what the test adds.</summary>
    public static void WriteVip(this CodedOutputStream stream, Action<CodedOutputStream> more)
    {
        using var memory = new MemoryStream();
        using (var vip = new CodedOutputStream(memory, leaveOpen: true))
        {
            vip.WriteVaryingly(1, 1);
            vip.WriteTag(2, WireFormat.WireType.LengthDelimited);
            vip.WriteBytes(ByteString.CopyFrom(192, 0, 2, 66));
            vip.WriteVaryingly(3, 80);
            more(vip);
        }

        stream.WriteTag(15, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(memory.ToArray()));
    }
}
