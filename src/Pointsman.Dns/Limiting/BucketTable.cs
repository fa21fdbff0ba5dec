using System.Numerics;

namespace Pointsman.Dns.Limiting;

/// <summary>
/// The rates of one worker, in memory that never grows: sets of eight buckets, the set chosen by a keyed hash, so that nobody outside can aim at
/// one. A bucket is one number, the moment at which it will be full again (GCRA): each response moves it one interval into the future, and a
/// response is over the rate when the bucket lies more than one second ahead.
/// <code>
///  now          now + 1 s                    now + 1 s + window
///   |--- passes ---|--------- limited ---------|  never further
/// </code>
/// Who has to go when a set is full: the bucket that is full again first. A flood of made-up prefixes therefore pushes out its own
/// buckets, one response deep each, and never one that is limited. When all eight of a set are limited, the newcomer takes over the debt of the
/// one that it displaces: otherwise nine floods could forget each other in turn and none would be limited. Evicting the oldest instead (as a
/// list of recent clients does) would let a flood buy a fresh rate for the price of the table's size.
/// </summary>
internal sealed class BucketTable
{
    private const int Ways = 8;

    /// <summary>What one second holds: the burst that passes at once is the rate.</summary>
    public const long BurstNanos = 1_000_000_000;

    internal struct Bucket
    {
        public ulong Key;
        public long FullAtNanos;

        /// <summary>Limited responses so far, for the slip; wraps.</summary>
        public uint Limited;

        /// <summary>Where its episode is told, plus one; see <see cref="LimitEpisodes"/>.</summary>
        public int Episode;
    }

    private readonly Bucket[] _buckets;
    private readonly ulong _mask;

    /// <param name="size">Buckets, 8 at least; rounded up to a power of two.</param>
    public BucketTable(int size)
    {
        var sets = BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, size / Ways));
        if (sets * Ways < size) sets <<= 1;
        _buckets = new Bucket[sets * Ways];
        _mask = sets - 1;
    }

    public int Size => _buckets.Length;

    /// <summary>Charges one response to the bucket of <paramref name="key"/>; true when it is over the rate.</summary>
    /// <param name="intervalNanos">One second divided by the rate.</param>
    /// <param name="debtNanos">How far past the burst the bucket may be pushed.</param>
    /// <param name="nowNanos">Monotonic, above zero.</param>
    public bool Charge(ulong key, long intervalNanos, long debtNanos, long nowNanos, out int place)
    {
        place = Find(key, nowNanos);
        ref var bucket = ref _buckets[place];
        var full = Math.Max(bucket.FullAtNanos, nowNanos) + intervalNanos;
        // At the end of the debt nothing more is charged: without any, who is limited loses no part of what he has earned since.
        if (full - nowNanos <= BurstNanos + debtNanos) bucket.FullAtNanos = full;
        return full - nowNanos > BurstNanos;
    }

    public ref Bucket At(int place) => ref _buckets[place];

    private int Find(ulong key, long nowNanos)
    {
        var start = (int)(key & _mask) * Ways;
        var set = _buckets.AsSpan(start, Ways);
        var victim = 0;
        for (var i = 0; i < set.Length; i++)
        {
            if (set[i].Key == key) return start + i;
            if (set[i].FullAtNanos < set[victim].FullAtNanos) victim = i;
        }
        ref var bucket = ref set[victim];
        var inherited = bucket.FullAtNanos - nowNanos > BurstNanos ? bucket.FullAtNanos : 0;
        bucket = new Bucket { Key = key, FullAtNanos = inherited };
        return start + victim;
    }
}
