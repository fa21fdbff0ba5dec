using System.Runtime.CompilerServices;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Limiting;

/// <summary>
/// Response rate limiting: a name server must not be the stone that somebody throws with a forged source address. A real resolver asks a name
/// once and remembers; the same answer to the same block of addresses, again and again, is a forgery or a fault. So rates are kept per prefix and
/// per what is answered, not per client.
/// <para>
/// Pure: time comes in, a verdict goes out. One for each UDP worker, without lock or shared line: the kernel steers datagrams to workers by
/// source address, so an address meets one worker. A prefix may meet several, and so get its rate once from each; where the kernel does not
/// steer, so may an address. Nobody gets less than the rate for that, and nobody more than it times the workers.
/// </para>
/// </summary>
internal sealed class RateLimiter
{
    private static readonly int s_kinds = Enum.GetValues<LimitKind>().Length;

    /// <summary>Limiting that comes and goes within this is one episode to the log.</summary>
    private const long ShortestPauseNanos = 5_000_000_000;

    private readonly ulong _secret0, _secret1;
    private BucketTable _table = null!;
    private ExemptBlocks _exempt = null!;
    private readonly long[] _intervals = new long[s_kinds];
    private long _windowNanos;

    /// <param name="secret">Random, different in every process: the places in the table must not be foreseeable.</param>
    public RateLimiter(RateLimits limits, UInt128 secret)
    {
        (_secret0, _secret1) = ((ulong)(secret >> 64), (ulong)secret | 1);
        Use(limits);
    }

    public RateLimits Limits { get; private set; } = null!;
    public LimitEpisodes Episodes { get; } = new();

    /// <summary>The kind whose rate was exceeded, when the last verdict was not to pass, or would not have been (<see cref="RateLimits.LogOnly"/>).</summary>
    public LimitKind Kind { get; private set; }

    /// <summary>Takes other limits. What is known of the prefixes stays, unless the size of the table changes.</summary>
    public void Use(RateLimits limits)
    {
        if (_table is null || Limits.TableSize != limits.TableSize) _table = new BucketTable(limits.TableSize);
        Limits = limits;
        _exempt = new ExemptBlocks(limits.Exempt, limits.LimitLoopback);
        _windowNanos = limits.Window.Ticks * TimeSpan.NanosecondsPerTick;
        for (var kind = 0; kind < s_kinds; kind++)
            _intervals[kind] = limits.Of((LimitKind)kind) is > 0 and var rate ? BucketTable.BurstNanos / rate : 0;
    }

    /// <summary>Charges one response about to be sent to <paramref name="source"/>.</summary>
    /// <param name="name">A hash of the name that the response stands for: see <see cref="LimitKind"/>. Of no weight for errors.</param>
    /// <param name="limited">True when a rate was exceeded, even where <see cref="RateLimits.LogOnly"/> lets it pass.</param>
    public LimitVerdict Judge(ClientAddress source, LimitKind kind, uint name, RrType type, long nowMicros, out bool limited)
    {
        limited = false;
        if (_exempt.Contains(source)) return LimitVerdict.Pass;
        // The table's clock starts above zero, which marks an empty bucket.
        var nowNanos = (nowMicros + 1) * 1000;
        var prefix = PrefixOf(source);
        if (kind == LimitKind.Error) name = 0;
        var typeKept = kind == LimitKind.Answer ? (ushort)type : (ushort)0;
        // Both are charged, whatever the first one says: a flood of one kind is also a flood.
        var (place, allPlace) = (0, 0);
        var over = _intervals[(int)kind] is > 0 and var interval && _table.Charge(KeyOf(prefix, kind, name, typeKept), interval, _windowNanos, nowNanos, out place);
        var allOver = _intervals[(int)LimitKind.All] is > 0 and var every
            && _table.Charge(KeyOf(prefix, LimitKind.All, 0, 0), every, _windowNanos, nowNanos, out allPlace);
        if (!over && !allOver) return LimitVerdict.Pass;
        limited = true;
        Kind = over ? kind : LimitKind.All;
        ref var bucket = ref _table.At(over ? place : allPlace);
        var verdict = Limits.Slip > 0 && ++bucket.Limited % (uint)Limits.Slip == 0 ? LimitVerdict.Slip : LimitVerdict.Drop;
        Episodes.Note(ref bucket, prefix, Kind, verdict, Limits.LogOnly, nowNanos);
        return Limits.LogOnly ? LimitVerdict.Pass : verdict;
    }

    /// <summary>Lets the log know what is over. Cheap enough for every batch.</summary>
    public void Sweep(long nowMicros) => Episodes.Sweep((nowMicros + 1) * 1000, Math.Max(_windowNanos, ShortestPauseNanos));

    private ClientAddress PrefixOf(ClientAddress source)
    {
        var (width, length) = source.IsIPv6 ? (128, Limits.IPv6Prefix) : (32, Limits.IPv4Prefix);
        var host = width - length;
        return new ClientAddress(source.IsIPv6, host == 128 ? 0 : source.Bits >> host << host, (byte)length);
    }

    /// <summary>A keyed hash by 64 × 64 → 128 bit products, folded: without the key, equal places cannot be made on purpose.</summary>
    private ulong KeyOf(ClientAddress prefix, LimitKind kind, uint name, ushort type)
    {
        var what = ((ulong)name << 32) | ((ulong)type << 16) | ((ulong)kind << 1) | (prefix.IsIPv6 ? 1UL : 0);
        var hash = Fold((ulong)(prefix.Bits >> 64) ^ _secret0, (ulong)prefix.Bits ^ _secret1);
        return Fold(hash ^ _secret1, what ^ _secret0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
