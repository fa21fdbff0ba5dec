using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// One name of a zone. What a look-up would have to find by walking down from the apex (is there a delegation or a DNAME above me?) is
/// worked out when the zone is built: a query then needs the exact name, or its closest encloser, and nothing in between.
/// <code>
///   words:  name | cut | wildcard | glue | sets, what is among them &lt;&lt; 16 | target of the alias | first set | second set | …
///   glue:   sets of addresses | how many of them are required | one place each
/// </code>
/// </summary>
internal readonly record struct ZoneNode(ZoneStore Store, int At)
{
    public const int NameWord = 0, CutWord = 1, WildcardWord = 2, GlueWord = 3, SetsWord = 4, TargetWord = 5, FixedWords = 6;
    public const int HasCname = 1 << 16, HasDname = 1 << 17, IsDelegation = 1 << 18;
    public const int GlueCount = 0, GlueRequired = 1, GlueFixedWords = 2;

    private int this[int word] => Store.Words[At + word];

    public StoredName Name => new(Store, this[NameWord]);

    /// <summary>False for an empty non-terminal (RFC 8020 §2).</summary>
    public bool HasSets => (ushort)this[SetsWord] > 0;

    public RrSet? Cname => (this[SetsWord] & HasCname) != 0 ? Find(RrType.CNAME) : null;
    public RrSet? Dname => (this[SetsWord] & HasDname) != 0 ? Find(RrType.DNAME) : null;

    /// <summary>Where the CNAME or the DNAME here leads; a name has only one of them.</summary>
    public StoredName AliasTarget => new(Store, this[TargetWord]);

    /// <summary>The NS set of a zone cut; null at the apex.</summary>
    public RrSet? Delegation => (this[SetsWord] & IsDelegation) != 0 ? Find(RrType.NS) : null;

    /// <summary>How many sets of addresses of the delegation's name servers there are; the first <see cref="RequiredGlue"/> are in-domain (RFC 9471 §3.1).</summary>
    public int GlueSets => this[GlueWord] < 0 ? 0 : Store.Words[this[GlueWord] + GlueCount];
    public int RequiredGlue => this[GlueWord] < 0 ? 0 : Store.Words[this[GlueWord] + GlueRequired];

    /// <summary>
    /// The topmost of: a delegation here or above, a DNAME strictly above. Null = this name is authoritative data.
    /// The topmost wins, because a search from the apex meets it first (RFC 1034 §4.3.2 step 3).
    /// </summary>
    public ZoneNode? Cut => this[CutWord] < 0 ? null : new(Store, this[CutWord]);

    /// <summary>The child <c>*</c> (RFC 4592 §2.1.1).</summary>
    public ZoneNode? Wildcard => this[WildcardWord] < 0 ? null : new(Store, this[WildcardWord]);

    public RrSet Glue(int index) => new(Store, Store.Words[this[GlueWord] + GlueFixedWords + index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RrSet? Find(RrType type)
    {
        var set = new RrSet(Store, At + FixedWords);
        for (var left = (ushort)this[SetsWord]; left > 0; left--)
        {
            if (set.Type == type) return set;
            set = new RrSet(Store, set.Next);
        }
        return null;
    }
}
