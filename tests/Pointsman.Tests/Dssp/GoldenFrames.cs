using Pointsman.Dssp;
using Pointsman.Model;

namespace Pointsman.Tests.Dssp;

/// <summary>
/// Frames of version 1 as the last program that knew no other wrote them, byte for byte, and what they say. Recorded once and never
/// changed: as long as version 1 is spoken, these must come out and be understood.
/// </summary>
internal static class GoldenFrames
{
    public static readonly Hello Hello = new()
    {
        VersionLowest = 1,
        VersionHighest = 1,
        Cluster = "test",
        SiteName = "b",
        Site = new SiteId(2),
        Incarnation = 1_790_000_000_123,
        ConfigurationDigest = "00c0ffee",
        ConfigurationGeneration = 7,
        Remembers = [new Remembered(new SiteId(1), 1_789_999_999_000, 41), new Remembered(new SiteId(3), 5, 6)],
    };

    /// <summary>Sent 1.5 s before the instant <see cref="TestMesh.Start"/> at which it was written.</summary>
    public static readonly SiteState State = new()
    {
        Site = new SiteId(2),
        Incarnation = 1_790_000_000_123,
        Sequence = 300,
        Edition = 299,
        IsEvent = true,
        Reasons = EventReasons.RemoteVipUnreachable | EventReasons.AdmitChanged,
        SentAt = TestMesh.Start + TimeSpan.FromSeconds(-1.5),
        Validity = TimeSpan.FromMinutes(3),
        Period = TimeSpan.FromMinutes(1),
        ConfigurationDigest = "00c0ffee",
        SelfReport = SelfReport.Draining,
        VotesMuted = true,
        MemoryFreeBytes = 1L << 33,
        Sessions = 77,
        Vips =
        [
            new VipReport { Vip = TestMesh.VipOf(2), Condition = VipCondition.Full, ConnectionsActive = 100, ConnectionsMax = 100, ServersUp = 1, ServersTotal = 2, ConnectionsTarget = 90, AdmitMillionths = 500_000 },
            new VipReport { Vip = TestMesh.VipOf(2) with { Address = new Endpoint(System.Net.IPAddress.Parse("2001:db8::2"), 443) }, Condition = VipCondition.Held },
        ],
        Observations =
        [
            new Observation { Vip = TestMesh.VipOf(1), State = HealthState.Up, ResponseMicros = 12_345, DeviationMicros = 678, ThroughputBytesPerSecond = 1_000_000, Samples = 1234, MeasuredAt = TestMesh.Start + TimeSpan.FromSeconds(-3) },
            new Observation { Vip = TestMesh.VipOf(3), State = HealthState.Down, Samples = 3, MeasuredAt = TestMesh.Start, Reason = "connection refused" },
            new Observation { Vip = TestMesh.VipOf(4), State = HealthState.Suspect, MeasuredAt = TestMesh.Start, Reason = "no answer within 2s" },
        ],
        Orders = [TestMesh.Order(1, 4)],
    };

    public const string HelloBytes =
        "0a37080110011a0474657374220162280230fbd8c1a28c343a08303063306666656540074a0b08011098d0c1a28c3418294a06080310051806";

    public const string StateBytes =
        "12ea01080210fbd8c1a28c3418ac0220ab02280130810438e0c65b4080aaea5548808ece1c5208303063306666656558026001688080808020704d7a" +
        "1a08011204c0000202185020012864306438014002485a50a0c21e7a1b0801121020010db800000000000000000000000218bb032005580182012008" +
        "0110011a04c00002012050280130b96038a60540c0843d48d20950c08db701820124080110031a04c00002032050280348035a12636f6e6e65637469" +
        "6f6e2072656675736564820123080110041a04c0000204205028025a136e6f20616e737765722077697468696e2032738a0106080112020104";
}
