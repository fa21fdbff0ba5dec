using System.Net;
using CsCheck;
using Pointsman.Dssp;
using Pointsman.Dssp.Transport;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

public sealed class FrameCodecTests
{
    private static readonly Gen<Endpoint> endpoints = Gen.Select(Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]), Gen.Int[0, 65535], (bytes, port) => new Endpoint(new IPAddress(bytes), port));
    private static readonly Gen<VipReport> reports = Gen.Select(endpoints, Gen.Int[0, int.MaxValue], Gen.Int[0, 6], Gen.Int[0, int.MaxValue].Nullable(), Gen.Int[0, 100], Gen.Int[0, int.MaxValue], Gen.Select(Gen.Int[0, int.MaxValue].Nullable(), Gen.Int[0, VipReport.AdmitAll]), (endpoint, service, condition, max, up, active, word) =>
        new VipReport { Vip = new VipKey(new ServiceId(service), new SiteId(2), endpoint), Condition = (VipCondition)condition, ConnectionsMax = max, ServersUp = up, ServersTotal = up + 1, ConnectionsActive = active, ConnectionsTarget = word.Item1, AdmitMillionths = word.Item2 });

    private static readonly Gen<Observation> observations = Gen.Select(endpoints, Gen.Int[0, 1000], Gen.Int[0, 5], Gen.Long[0, DsspLimits.ResponseMicros], Gen.Long[0, DsspLimits.BytesPerSecond], Gen.Long[0, long.MaxValue], Gen.Long[0, 1L << 40], Gen.String[Gen.Char.AlphaNumeric, 0, 200], (endpoint, site, state, micros, bytes, samples, age, reason) =>
        new Observation { Vip = new VipKey(new ServiceId(site + 1), new SiteId(site), endpoint), State = (HealthState)state, ResponseMicros = micros, DeviationMicros = micros / 2, ThroughputBytesPerSecond = bytes, Samples = samples, MeasuredAt = new Instant(-age), Reason = reason });

    private static readonly Gen<PreferenceOrder> orders = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue].Array[0, DsspLimits.Sites], (service, sites) => new PreferenceOrder(new ServiceId(service), [.. sites.Select(site => new SiteId(site))]));

    private static readonly Gen<SiteState> states = Gen.Select(
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.Bool, Gen.Int[0, 1023], Gen.Long[0, 1L << 40]),
        Gen.Select(Gen.Long[0, 1L << 40].Nullable(), Gen.Long[1, 1L << 40].Nullable(), Gen.Int[0, 4], Gen.Bool, Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue]),
        reports.Array[0, 5],
        observations.Array[0, 10],
        orders.Array[0, 5],
        (head, body, vips, seen, ranked) => new SiteState
        {
            Site = new SiteId(2),
            Incarnation = head.Item1,
            Sequence = head.Item2,
            Edition = head.Item3,
            IsEvent = head.Item4,
            Reasons = (EventReasons)head.Item5,
            SentAt = new Instant(-head.Item6),
            Validity = body.Item1 is { } validity ? TimeSpan.FromMicroseconds(validity) : null,
            Period = body.Item2 is { } period ? TimeSpan.FromMicroseconds(period) : null,
            SelfReport = (SelfReport)body.Item3,
            VotesMuted = body.Item4,
            MemoryFreeBytes = body.Item5,
            Sessions = body.Item6,
            ConfigurationDigest = "0123456789abcdef",
            Vips = [.. vips],
            Observations = [.. seen],
            Orders = [.. ranked],
        });

    [Fact]
    [Trait("mission", "P5.2")]
    [Trait("mission", "P5.3")]
    public void A_state_comes_out_as_it_went_in_on_whatever_clock_it_is_read() =>
        Gen.Select(states, Gen.Long[0, 1L << 50]).Sample((state, readerClock) =>
        {
            // Written at instant zero of the sender's clock, read at another instant of the reader's: instants shift, nothing else moves.
            var read = RoundTrip(DsspFrame.Of(state, DsspLimits.VersionHighest), default, new Instant(readerClock)).State!;
            Assert.Equal(state.Vips, read.Vips);
            Assert.Equal(state.Observations.Select(seen => seen with { MeasuredAt = new Instant(seen.MeasuredAt.Micros + readerClock) }), read.Observations);
            Assert.Equal(state.Orders, read.Orders);
            Assert.Equal(
                state with { SentAt = new Instant(state.SentAt.Micros + readerClock), Vips = [], Observations = [], Orders = [], Overrides = [] },
                read with { Vips = [], Observations = [], Orders = [], Overrides = [] });
        });

    [Fact]
    public void A_hello_comes_out_as_it_went_in() =>
        Gen.Select(Gen.Int[0, 99], Gen.ULong, Gen.Long[0, long.MaxValue], Gen.Select(Gen.Int[0, int.MaxValue], Gen.ULong, Gen.ULong).Array[0, DsspLimits.Sites]).Sample((version, incarnation, generation, remembered) =>
        {
            var hello = new Hello
            {
                VersionLowest = version,
                VersionHighest = version + 3,
                Cluster = "größe",
                SiteName = "paris",
                Site = new SiteId(7),
                Incarnation = incarnation,
                ConfigurationDigest = "ff",
                ConfigurationGeneration = generation,
                Remembers = [.. remembered.Select(one => new Remembered(new SiteId(one.Item1), one.Item2, one.Item3))],
            };
            var read = RoundTrip(DsspFrame.Of(hello), default, default).Hello!;
            Assert.Equal(hello.Remembers, read.Remembers);
            Assert.Equal(hello with { Remembers = [] }, read with { Remembers = [] });
        });

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var good = FrameCodec.TryDecode(bytes, default, out var frame, out var fault);
            Assert.Equal(good, frame is not null);
            Assert.Equal(good, fault is null);
        });

    [Fact]
    public void A_good_frame_with_any_bytes_changed_or_cut_never_throws_and_what_is_accepted_keeps_every_bound() =>
        Gen.Select(states, Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[1, 4], Gen.Int[0, 20]).Sample((state, changes, cut) =>
        {
            var bytes = FrameCodec.Encode(DsspFrame.Of(state, DsspLimits.VersionHighest), default);
            foreach (var (at, value) in changes) bytes[at % bytes.Length] = value;
            if (!FrameCodec.TryDecode(bytes.AsSpan(0, Math.Max(0, bytes.Length - cut)), default, out var frame, out _) || frame.State is not { } read) return;
            Assert.All(read.Observations, seen => Assert.InRange(seen.ResponseMicros, 0, DsspLimits.ResponseMicros));
            Assert.All(read.Observations, seen => Assert.InRange(seen.Reason.Length, 0, DsspLimits.ReasonCharacters));
            Assert.All(read.Vips, report => Assert.Equal(read.Site, report.Vip.Site));
            Assert.InRange(read.Orders.Length, 0, DsspLimits.Orders);
        });

    [Fact]
    public void A_report_that_says_nothing_of_target_and_part_admits_all_and_has_no_target()
    {
        // What an older peer sends: the fields are absent, as they are for the values that they stand for.
        var state = TestMesh.State(1, 1) with { Vips = [TestMesh.Own()] };
        var spoken = FrameCodec.Encode(DsspFrame.Of(state with { Vips = [TestMesh.Own() with { AdmitMillionths = 0, ConnectionsTarget = 0 }] }), default);
        var silent = FrameCodec.Encode(DsspFrame.Of(state), default);
        Assert.Equal(spoken.Length - 4, silent.Length);
        var report = RoundTrip(DsspFrame.Of(state), default, default).State!.Vips.Single();
        Assert.Equal((VipReport.AdmitAll, null), (report.AdmitMillionths, report.ConnectionsTarget));
    }

    [Theory]
    [InlineData(0x60, 4, 3, HealthState.Overloaded, "the field is known")]
    [InlineData(0x60, 5, 3, HealthState.Disabled, "the field is known")]
    [InlineData(0x60, 9, 3, HealthState.Down, "a later version's word for it")]
    [InlineData(0x78, 4, 3, HealthState.Down, "as a reader that does not know the field: its users go elsewhere")]
    [InlineData(0x60, 4, 1, null, "up and overloaded at once")]
    public void What_an_older_peer_has_no_word_for_is_down_to_it(byte tag, byte precise, byte plain, HealthState? read, string why)
    {
        var bytes = FrameCodec.Encode(DsspFrame.Of(TestMesh.State(1, 1) with { Observations = [TestMesh.Seen(2) with { State = HealthState.Overloaded, Reason = "" }] }), default);
        var state = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x28, 3]);
        var detail = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x60, 4]);
        (bytes[state + 1], bytes[detail], bytes[detail + 1]) = (plain, tag, precise);
        Assert.Equal(read is not null, FrameCodec.TryDecode(bytes, default, out var frame, out _));
        Assert.True(read is null || frame!.State!.Observations[0].State == read, why);
    }

    [Fact]
    public void A_part_above_the_whole_costs_the_peer_its_stream()
    {
        var bytes = FrameCodec.Encode(DsspFrame.Of(TestMesh.State(1, 1) with { Vips = [TestMesh.Own() with { AdmitMillionths = 999_999 }] }), default);
        // Field 10 with 999,999, then with 2,097,151: as many bytes.
        var at = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x50, 0xBF, 0x84, 0x3D]);
        Assert.True(FrameCodec.TryDecode(bytes, default, out _, out _));
        ((ReadOnlySpan<byte>)[0xFF, 0xFF, 0x7F]).CopyTo(bytes.AsSpan(at + 1));
        Assert.False(FrameCodec.TryDecode(bytes, default, out _, out var fault));
        Assert.Equal("an impossible target or part to admit", fault);
    }

    [Fact]
    public void What_this_node_measured_out_of_range_is_clamped_and_still_goes_out()
    {
        var odd = TestMesh.State(1, 1) with
        {
            SentAt = new Instant(5),
            MemoryFreeBytes = -1,
            Vips = [TestMesh.Own() with { ConnectionsActive = -3, ServersUp = 9, ServersTotal = 2 }],
            Observations = [TestMesh.Seen(2) with { ResponseMicros = long.MaxValue, Reason = "tab\there" + new string('x', 500), MeasuredAt = new Instant(long.MaxValue / 4) }],
        };
        var read = RoundTrip(DsspFrame.Of(odd, DsspLimits.VersionHighest), default, default).State!;
        Assert.Equal((0L, 0, 2), (read.MemoryFreeBytes, read.Vips[0].ConnectionsActive, read.Vips[0].ServersUp));
        Assert.Equal(DsspLimits.ResponseMicros, read.Observations[0].ResponseMicros);
        Assert.StartsWith("tab?herex", read.Observations[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6, 5, 1_800)]
    [InlineData(100, 16, 90_000)]
    public void A_full_state_stays_small(int sites, int services, int most)
    {
        var seen = from service in Enumerable.Range(1, services)
                   from site in Enumerable.Range(2, sites - 1)
                   select TestMesh.Seen(site) with { Vip = new VipKey(new ServiceId(service), new SiteId(site), new Endpoint(new IPAddress([192, 0, 2, (byte)site]), 443)), ResponseMicros = 123_456, DeviationMicros = 2_345, Samples = 100_000 };
        var state = TestMesh.State(1, 1_000_000) with
        {
            Observations = [.. seen],
            Orders = [.. Enumerable.Range(1, services).Select(service => new PreferenceOrder(new ServiceId(service), [.. Enumerable.Range(2, sites - 1).Select(site => new SiteId(site))]))],
        };
        Assert.InRange(FrameCodec.Encode(DsspFrame.Of(state), TestMesh.Start + TimeSpan.FromSeconds(5)).Length, 500, most);
    }

    private static DsspFrame RoundTrip(DsspFrame frame, Instant writer, Instant reader)
    {
        var good = FrameCodec.TryDecode(FrameCodec.Encode(frame, writer), reader, out var read, out var fault);
        Assert.True(good, fault);
        return read!;
    }
}
