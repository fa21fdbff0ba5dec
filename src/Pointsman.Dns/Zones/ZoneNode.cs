using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// One name of a zone. What a look-up would have to find by walking down from the apex (is there a delegation or a DNAME above me?) is
/// worked out when the zone is built: a query then needs the exact name, or its closest encloser, and nothing in between.
/// </summary>
internal sealed class ZoneNode(DomainName name)
{
    public DomainName Name { get; } = name;

    /// <summary>Empty for an empty non-terminal (RFC 8020 §2).</summary>
    public RrSet[] Sets { get; set; } = [];

    public RrSet? Cname { get; set; }
    public DomainName? CnameTarget { get; set; }
    public RrSet? Dname { get; set; }
    public DomainName? DnameTarget { get; set; }

    /// <summary>The NS set of a zone cut; null at the apex.</summary>
    public RrSet? Delegation { get; set; }

    /// <summary>Addresses of the delegation's name servers; the first <see cref="RequiredGlue"/> are in-domain (RFC 9471 §3.1).</summary>
    public RrSet[] Glue { get; set; } = [];
    public int RequiredGlue { get; set; }

    /// <summary>
    /// The topmost of: a delegation here or above, a DNAME strictly above. Null = this name is authoritative data.
    /// The topmost wins, because a search from the apex meets it first (RFC 1034 §4.3.2 step 3).
    /// </summary>
    public ZoneNode? Cut { get; set; }

    /// <summary>The child <c>*</c> (RFC 4592 §2.1.1).</summary>
    public ZoneNode? Wildcard { get; set; }

    public RrSet? Find(RrType type)
    {
        foreach (var set in Sets)
            if (set.Type == type) return set;
        return null;
    }
}
