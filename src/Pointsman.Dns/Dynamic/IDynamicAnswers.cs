using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Dynamic;

/// <summary>
/// The seam between DNS and the decision: names whose addresses are chosen per client. One immutable instance a snapshot, published
/// together with the zones, read once per query. Both members run on the query path, from all workers at once: no allocation, no lock.
/// </summary>
/// <remarks>
/// A dynamic name always exists. A, AAAA and HTTPS come from <see cref="Choose"/>; every other type from the static zone at that very
/// owner, else NODATA. It may stand anywhere in or below the zones, at an apex too; where no static zone encloses it, publish one built
/// with <see cref="Zones.ZoneBuilder"/>.
/// </remarks>
public interface IDynamicAnswers
{
    /// <summary>The dynamic names; a name's number is its place in the table.</summary>
    NameTable Names { get; }

    /// <summary>Answers for name <paramref name="number"/> by filling <paramref name="choice"/>.</summary>
    void Choose(int number, in DynamicQuery query, ref DynamicChoice choice);
}

/// <summary>What is asked of a dynamic name.</summary>
/// <param name="Type">A, AAAA or HTTPS.</param>
/// <param name="Client">The user's prefix if the query carries it, else the resolver's address.</param>
/// <param name="FromSubnet">True when <paramref name="Client"/> comes from an EDNS Client Subnet option.</param>
/// <param name="Worker">Which worker asks: 0 to <see cref="Transport.DnsServerOptions.WorkerCount"/> − 1. Only one thread at a time is that worker, so that a cursor per worker needs no lock [S14].</param>
/// <param name="NowMicros">The monotonic clock in microseconds (the value of <c>TimeProvider.System</c>'s elapsed time since 0), read once per batch.</param>
public readonly record struct DynamicQuery(RrType Type, ClientAddress Client, bool FromSubnet, int Worker, long NowMicros);

/// <summary>How a dynamic name answers this query.</summary>
public enum DynamicVerdict
{
    /// <summary>With the fragments added; with none of the type asked, NODATA.</summary>
    Answer,

    /// <summary>The name is not answered dynamically at present: the static zone alone speaks, NODATA when nothing is there [S17].</summary>
    StaticOnly,

    /// <summary>The name exists and has no address for this client now.</summary>
    NoData,

    /// <summary>No answer can be given [S11].</summary>
    ServFail,
}

/// <summary>Filled by <see cref="IDynamicAnswers.Choose"/>. Comes in empty: verdict Answer, TTL 0, scope 0, no fragment.</summary>
public ref struct DynamicChoice
{
    /// <summary>The most sites in one answer; a fragment past that is left out.</summary>
    public const int MaxFragments = 64;

    private readonly Span<AddressFragment?> _fragments;

    internal DynamicChoice(Span<AddressFragment?> room) => _fragments = room;

    public DynamicVerdict Verdict { get; set; }

    /// <summary>Sent as it is, 0 included [P1.3, S17].</summary>
    public uint TtlSeconds { get; set; }

    /// <summary>
    /// SCOPE PREFIX-LENGTH of the answer (RFC 7871 §7.2.1), for a query with a client subnet; 0 when the client makes no difference.
    /// A property of the client's class [S16]. A negative answer says 0 whatever this is (RFC 7871 §7.4), but for
    /// <see cref="DynamicVerdict.NoData"/>: there it is as given, 0 unless other clients have an address.
    /// </summary>
    public byte Scope { get; set; }

    /// <summary>The reason sent beside the answer, e.g. stale or not ready; null = none.</summary>
    public ExtendedError? Reason { get; set; }

    public int Count { get; private set; }

    /// <summary>The sites' addresses, the best first [P1.2].</summary>
    public void Add(AddressFragment fragment)
    {
        if (Count < _fragments.Length) _fragments[Count++] = fragment;
    }

    internal readonly ReadOnlySpan<AddressFragment?> Fragments => _fragments[..Count];
}
