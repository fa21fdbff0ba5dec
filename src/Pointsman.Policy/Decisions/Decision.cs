using System.Runtime.CompilerServices;

namespace Pointsman.Policy.Decisions;

/// <summary>
/// The outcome for one (snapshot, service, client) [P1.2]: the sites, best first, as rows of the <see cref="Plans.ServicePlan"/> that
/// decided. A value without a reference: making one allocates nothing.
/// </summary>
public readonly struct Decision
{
    /// <summary>The most sites in one answer, whatever <c>answers</c> says: more would not fit a packet with their addresses.</summary>
    public const int MaximumSites = 16;

    private readonly RowList rows;

    internal Decision(Verdict verdict, uint ttlSeconds, ushort clientClass, byte scope, ReadOnlySpan<ushort> chosen)
    {
        Verdict = verdict;
        TtlSeconds = ttlSeconds;
        Class = clientClass;
        Scope = scope;
        Count = Math.Min(chosen.Length, MaximumSites);
        for (var place = 0; place < Count; place++) rows[place] = chosen[place];
    }

    public Verdict Verdict { get; }

    /// <summary>As configured, 0 included [P1.3, S17].</summary>
    public uint TtlSeconds { get; }

    /// <summary>The client class: clients of one class get equal site orders.</summary>
    public ushort Class { get; }

    /// <summary>ECS SCOPE PREFIX-LENGTH, in bits of the client's family; 0 when the client's address makes no difference [S16].</summary>
    public byte Scope { get; }

    /// <summary>How many sites; 0 unless the verdict is Answer or Stale.</summary>
    public int Count { get; }

    /// <summary>For a redirect: some other site has room, be it one already visited. What <c>redirect.drop</c> asks [S19].</summary>
    public bool AnyRoom { get; internal init; }

    /// <summary>Row index into <see cref="Plans.ServicePlan.Sites"/> of the site in that place, 0 the best.</summary>
    public int this[int place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)Count, nameof(place));
            return rows[place];
        }
    }

    [InlineArray(MaximumSites)]
    private struct RowList
    {
        private ushort first;
    }
}
