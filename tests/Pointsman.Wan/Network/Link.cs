using System.Diagnostics;

namespace Pointsman.Wan.Network;

/// <summary>What becomes of one packet at the entrance of a link.</summary>
/// <param name="Fate">Passed, or why not.</param>
/// <param name="DueTicks">When it leaves the other end, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Twice">It arrives two times.</param>
internal readonly record struct Passage(PacketFate Fate, long DueTicks = 0, bool Twice = false);

/// <summary>What can become of a packet.</summary>
public enum PacketFate { Passed, Lost, Cut, Blocked, QueueFull }

/// <summary>
/// One direction between two places. Settings come from any thread, packets from the WAN's own; the counters are written there and may be read anywhere.
/// Given the same draws and times it does the same: time and randomness come in as arguments.
/// </summary>
public sealed class Link
{
    private static readonly double s_ticksPerTimeSpanTick = Stopwatch.Frequency / (double)TimeSpan.TicksPerSecond;
    private volatile LinkSettings settings = LinkSettings.Perfect;
    private long lastDue, lineFreeAt;
    private readonly long[] counters = new long[Enum.GetValues<PacketFate>().Length];

    internal Link()
    {
    }

    /// <summary>In force from the next packet on. What is under way arrives as it would have; a cut takes that too.</summary>
    public LinkSettings Settings
    {
        get => settings;
        set => settings = value;
    }

    /// <summary>Packets since the beginning that met this fate; those that arrive twice count once.</summary>
    public long Count(PacketFate fate) => Volatile.Read(ref counters[(int)fate]);

    internal Passage Enter(ReadOnlySpan<byte> packet, long nowTicks, Random random)
    {
        var now = settings;
        var passage = Judge(now, packet, nowTicks, random);
        Volatile.Write(ref counters[(int)passage.Fate], counters[(int)passage.Fate] + 1);
        return passage;
    }

    private Passage Judge(LinkSettings now, ReadOnlySpan<byte> packet, long nowTicks, Random random)
    {
        if (now.Cut) return new Passage(PacketFate.Cut);
        if (now.BlockedPort != 0 && WanAddress.HasPort(packet, now.BlockedPort)) return new Passage(PacketFate.Blocked);
        if (now.Loss > 0 && random.NextDouble() < now.Loss) return new Passage(PacketFate.Lost);

        var sent = nowTicks;
        if (now.BitsPerSecond is { } rate)
        {
            var free = Math.Max(lineFreeAt, nowTicks);
            if (free - nowTicks > Ticks(now.LongestQueue)) return new Passage(PacketFate.QueueFull);
            sent = lineFreeAt = free + (packet.Length * 8L * Stopwatch.Frequency / rate);
        }

        var twice = now.Duplication > 0 && random.NextDouble() < now.Duplication;
        if (now.Reordering > 0 && random.NextDouble() < now.Reordering) return new Passage(PacketFate.Passed, sent + Ticks(now.Delay - now.Jitter), twice);
        var jitter = now.Jitter > TimeSpan.Zero ? ((2 * random.NextDouble()) - 1) * Ticks(now.Jitter) : 0;
        lastDue = Math.Max(lastDue, sent + Ticks(now.Delay) + (long)jitter);
        return new Passage(PacketFate.Passed, lastDue, twice);
    }

    private static long Ticks(TimeSpan span) => (long)(Math.Max(0, span.Ticks) * s_ticksPerTimeSpanTick);
}
