using System.Buffers.Binary;
using System.Net;

namespace Pointsman.Topology;

/// <summary>What a look-up gives.</summary>
/// <param name="Class">The client class of the address, as the builder's function named it.</param>
/// <param name="Scope">How many leading bits of the address decide that: every address that shares them is in the same class, and with one
/// bit less some would not be. In bits of the family asked about; 0 when all addresses of the family are in one class. What a client subnet's answer carries as SCOPE PREFIX-LENGTH. [S16]</param>
public readonly record struct ClassScope(ushort Class, byte Scope);

/// <summary>The longest scopes that answers may have: past them caches would hold an entry for each user. RFC 7871 §11.1 recommends /24 and /56.</summary>
/// <param name="IPv4">0 to 32.</param>
/// <param name="IPv6">0 to 128.</param>
public readonly record struct ScopeCeilings(int IPv4, int IPv6)
{
    public static readonly ScopeCeilings Default = new(24, 56);

    /// <summary>No ceiling: every address is decided for itself.</summary>
    public static readonly ScopeCeilings None = new(32, 128);
}

/// <summary>
/// Address → (client class, scope), for the query path: no allocation, no lock, immutable. Built from <see cref="Places"/> for one service by a
/// function that says which places its decision can tell apart; neighbours of equal class are merged, so the scope is the shortest safe one,
/// never the length of the rule that matched.
/// <para>Below a ceiling all addresses of one network share a class, that of the network's first address; else a scope at the ceiling would lie.
/// An IPv6 address that carries an IPv4 address has that one's class, and its scope is that one's moved to where it stands: there the
/// IPv4 ceiling holds in place of the IPv6 one.</para>
/// </summary>
public sealed class PrefixTable
{
    /// <summary>Where the registries give out IPv6: a trie of its own, whose root spends no bits on the rest.</summary>
    private static readonly Prefix GlobalUnicast = Prefix.Around(IPAddress.Parse("2000::"), 3);
    private static readonly Prefix AllIPv4 = Prefix.Around(IPAddress.Any, 0);
    private static readonly Prefix AllIPv6 = Prefix.Around(IPAddress.IPv6Any, 0);

    /// <summary>From this many ranges on a wide root pays: a look-up saves two steps.</summary>
    private const int ManyRanges = 20_000;

    /// <summary>A root ends at bit 2, 8, 14 or 20 of an IPv6 key, so that steps of 6 end at 128 exactly. An IPv4 key never goes that far.</summary>
    private const int NarrowRootIPv4 = 8, WideRootIPv4 = 18, NarrowRootGlobal = 11, WideRootGlobal = 17, RootOther = 8;

    private readonly Poptrie _ipv4;
    private readonly Poptrie _ipv6Global;
    private readonly Poptrie _ipv6Other;

    private PrefixTable(RangeMap ipv4, RangeMap ipv6)
    {
        _ipv4 = new PoptrieBuilder(ipv4, (range, depth) => Leaf.Of(ipv4, range, depth))
            .Build(AllIPv4, ipv4.Count < ManyRanges ? NarrowRootIPv4 : WideRootIPv4);
        _ipv6Global = new PoptrieBuilder(ipv6, (range, depth) => Leaf.Of(ipv6, range, depth))
            .Build(GlobalUnicast, ipv6.Count < ManyRanges ? NarrowRootGlobal : WideRootGlobal);
        _ipv6Other = new PoptrieBuilder(ipv6, (range, depth) => Leaf.Of(ipv6, range, depth)).Build(AllIPv6, RootOther, GlobalUnicast);
    }

    /// <summary>The size of the table in memory.</summary>
    public int Bytes => _ipv4.Bytes + _ipv6Global.Bytes + _ipv6Other.Bytes;

    /// <param name="classOf">Asked once for each distinct place, <see cref="Place.Unknown"/> included: that one's class is the default class.</param>
    /// <param name="ceilings">Null = those that the places were loaded with.</param>
    /// <param name="partOf">Classes of different parts are told apart to the last bit, whatever the ceilings: for rules that no ceiling may break. Null = all are of one part.</param>
    public static PrefixTable Build(Places places, Func<Place, ushort> classOf, ScopeCeilings? ceilings = null, Func<ushort, int>? partOf = null)
    {
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(classOf);
        var limits = ceilings ?? places.Settings.Scope;
        ArgumentOutOfRangeException.ThrowIfNegative(limits.IPv4, nameof(ceilings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.IPv4, 32, nameof(ceilings));
        ArgumentOutOfRangeException.ThrowIfNegative(limits.IPv6, nameof(ceilings));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.IPv6, 128, nameof(ceilings));

        var (ipv4, ipv6) = ClassRanges.Of(places, classOf, limits, partOf);
        return new PrefixTable(ipv4, ipv6);
    }

    /// <param name="address">4 or 16 bytes in network order. A shorter prefix (of an ECS option) is padded with zeros by the caller.</param>
    public ClassScope Lookup(ReadOnlySpan<byte> address)
    {
        if (address.Length == 4) return LookupIPv4(BinaryPrimitives.ReadUInt32BigEndian(address));
        ArgumentOutOfRangeException.ThrowIfNotEqual(address.Length, 16, nameof(address));
        return LookupIPv6(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]));
    }

    /// <param name="bits">The address; IPv4 in the low 32 bits.</param>
    public ClassScope Lookup(bool isIPv6, UInt128 bits) => isIPv6 ? LookupIPv6((ulong)(bits >> 64), (ulong)bits) : LookupIPv4((uint)bits);

    public ClassScope Lookup(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var written);
        return Lookup(bytes[..written]);
    }

    private ClassScope LookupIPv4(uint address) => Leaf.Read(_ipv4.Find((ulong)address << 32, 0));

    private ClassScope LookupIPv6(ulong high, ulong low)
    {
        var leaf = (high >> 61 == 1 ? _ipv6Global : _ipv6Other).Find(high, low);
        if (!Leaf.IsEmbedded(leaf, out var layout)) return Leaf.Read(leaf);
        ref readonly var embedded = ref EmbeddedIPv4.All[layout];
        var inner = LookupIPv4((uint)(embedded.Unwrap(new UInt128(high, low)) >> 96));
        return inner with { Scope = (byte)(embedded.Offset + inner.Scope) };
    }

    /// <summary>
    /// A leaf's 31 bits: <code>0000 0000 eee ssssssss cccccccccccccccc</code> class, scope, and e &gt; 0 where an embedded IPv4 address is to be asked.
    /// Ranges below use the same number for their value, with the scope still zero.
    /// </summary>
    private static class Leaf
    {
        private const int ScopeShift = 16;

        public static uint Of(RangeMap map, int range, int depth) => (uint)map.Values[range] | ((uint)depth << ScopeShift);

        public static ClassScope Read(uint leaf) => new((ushort)leaf, (byte)(leaf >> ScopeShift));

        public static bool IsEmbedded(uint leaf, out int layout)
        {
            layout = (int)(leaf >> ClassRanges.EmbeddedShift) - 1;
            return layout >= 0;
        }
    }
}
