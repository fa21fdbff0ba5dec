using Pointsman.Model;

namespace Pointsman.Dssp;

/// <summary>Every bound of the protocol, with its reason. A peer that exceeds one loses its stream; its last good state stays.</summary>
public static class DsspLimits
{
    public const int VersionLowest = DsspVersions.First;
    public const int VersionHighest = DsspVersions.Newest;

    /// <summary>100 sites × 16 services take some 50 KB; twenty times that is nobody's honest state.</summary>
    public const int FrameBytes = 1 << 20;

    /// <summary>100 sites × 16 services × 10 VIPs.</summary>
    public const int Observations = 16_000;
    public const int Vips = 2_048;
    public const int Orders = 1_024;

    /// <summary>The mesh is at most 100 sites [P5.8]; a little room for a configuration in the middle of a change.</summary>
    public const int Sites = 128;
    public const int ReasonCharacters = 200;

    /// <summary>Distinct replies of one state: a thousand different ones is more than anybody reads, and with the most observations still leaves room in a frame.</summary>
    public const int Replies = 1_024;

    /// <summary>What all reasons of a version 1 state may take together: when everything is down at once, the word must still fit in a frame.</summary>
    public const int ReasonBytes = 200_000;
    public const int NameCharacters = 255;
    public const int DigestCharacters = 64;

    /// <summary>Ages, validities and periods: the longest period is two hours and a validity is three of them.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromDays(366);

    /// <summary>A time-weighted average cannot exceed the longest probe timeout; one hour is far above it.</summary>
    public const long ResponseMicros = 3_600_000_000;
    public const long BytesPerSecond = 1L << 50;

    /// <summary>An honest peer sends at most some 21 frames a second (bad news every 50 ms and the period); a stalled one bursts.</summary>
    public const double FramesPerSecond = 40;
    public const double FramesBurst = 200;

    /// <summary>The largest honest state takes some 100 KB, 21 times a second at the worst; a returning network bursts.</summary>
    public const long ReceivedBytesPerSecond = 4L << 20;
    public const long ReceivedBytesBurst = 16L << 20;

    /// <summary>Each new stream costs a Hello and a whole state: a peer may come back so often, and a few times more at first.</summary>
    public const double StreamsPerSecond = 1;
    public const double StreamsBurst = 10;

    /// <summary>Bad news are at least this far apart, and so still leave within 100 ms [S22].</summary>
    public static readonly TimeSpan BadNewsSpacing = TimeSpan.FromMilliseconds(50);

    /// <summary>Good news and changed orders wait until the last word is this old [S22].</summary>
    public static readonly TimeSpan GoodNewsSpacing = TimeSpan.FromSeconds(1);

    /// <summary>One VIP becomes suspect through others at most this often, however many EVENTs arrive.</summary>
    public static readonly TimeSpan SuspectSpacing = TimeSpan.FromSeconds(1);

    /// <summary>Two nodes' tables may differ for so long while words are under way. A peer is judged at most so often, too, so that one that says another thing each time does not fill the events.</summary>
    public static readonly TimeSpan TablesSettle = TimeSpan.FromSeconds(5);

    /// <summary>A certificate that ends within so long, or within a quarter of its life if that is shorter, is told of.</summary>
    public static readonly TimeSpan CertificateWarning = TimeSpan.FromDays(30);

    /// <summary>A stream without a Hello for this long is closed.</summary>
    public static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How far above its first incarnation (its boot time in milliseconds, or one more than it stored) a node follows what a peer claims
    /// to remember of it: two hundred years cover a clock that starts in 1970 or was set by mistake; without a bound one lying peer could use the number range up.
    /// </summary>
    public const ulong IncarnationJump = 200UL * 366 * 24 * 3600 * 1000;

    /// <summary>A state holds for three periods, at least ten seconds.</summary>
    public static TimeSpan ValidityOf(TimeSpan period) => TimeSpan.FromTicks(Math.Max(period.Ticks * 3, TimeSpan.FromSeconds(10).Ticks));
}
