using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// Turns collected RRsets into the tree that queries read: adds the empty non-terminals, finds each name's cut and wildcard, gathers glue.
/// </summary>
internal static class ZoneTree
{
    public static Zone Build(DomainName origin, int recordCount, IEnumerable<(DomainName Owner, RrSet[] Sets)> owners)
    {
        var nodes = new Dictionary<DomainName, ZoneNode>();
        foreach (var (owner, all) in owners)
        {
            // RFC 5155 §7.2.8: for a query the name of an NSEC3 record does not exist; such records only ever prove what is not there.
            var sets = Array.Exists(all, set => set.Type == RrType.NSEC3) ? Array.FindAll(all, set => set.Type is not (RrType.NSEC3 or RrType.RRSIG)) : all;
            if (sets.Length == 0) continue;
            var node = Ensure(nodes, owner, origin);
            node.Sets = sets;
            node.Cname = node.Find(RrType.CNAME);
            node.CnameTarget = node.Cname?.NameOf(0);
            node.Dname = node.Find(RrType.DNAME);
            node.DnameTarget = node.Dname?.NameOf(0);
            if (!owner.Equals(origin)) node.Delegation = node.Find(RrType.NS);
        }
        // By length, so that a parent's cut is known before its children's.
        foreach (var node in nodes.Values.OrderBy(n => n.Name.Labels))
        {
            if (node.Name.Equals(origin)) continue;
            var parent = nodes[node.Name.Parent()];
            node.Cut = parent.Cut ?? (parent.Dname is not null ? parent : node.Delegation is not null ? node : null);
            if (node.Name.IsWildcard) parent.Wildcard = node;
        }
        foreach (var node in nodes.Values)
            if (node.Delegation is not null && node.Cut == node) GatherGlue(node, nodes);
        ZoneNode[] known = [.. nodes.Values];
        return new Zone(origin, new NameTable([.. known.Select(n => n.Name)]), known, recordCount);
    }

    private static ZoneNode Ensure(Dictionary<DomainName, ZoneNode> nodes, DomainName name, DomainName origin)
    {
        if (nodes.TryGetValue(name, out var known)) return known;
        if (!name.Equals(origin)) Ensure(nodes, name.Parent(), origin);
        return nodes[name] = new ZoneNode(name);
    }

    /// <summary>RFC 9471 §3.1: in-domain glue must go with the referral; sibling glue and our own data about the servers should.</summary>
    private static void GatherGlue(ZoneNode cut, Dictionary<DomainName, ZoneNode> nodes)
    {
        var required = new List<RrSet>();
        var optional = new List<RrSet>();
        for (var i = 0; i < cut.Delegation!.Count; i++)
        {
            var server = cut.Delegation.NameOf(i);
            if (!nodes.TryGetValue(server, out var node)) continue;
            var list = server.IsAtOrBelow(cut.Name) ? required : optional;
            if (node.Find(RrType.A) is { } a) list.Add(a);
            if (node.Find(RrType.AAAA) is { } aaaa) list.Add(aaaa);
        }
        cut.Glue = [.. required, .. optional];
        cut.RequiredGlue = required.Count;
    }
}
