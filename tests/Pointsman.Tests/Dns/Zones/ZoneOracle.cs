using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Tests.Dns.Zones;

/// <summary>One record of a random zone; the RDATA is a name, or octets.</summary>
internal sealed record GivenRecord(DomainName Owner, RrType Type, uint Ttl, Rdata Rdata);

/// <summary>The slow answer, written apart from the product: a list of records that every question walks from the apex down (RFC 1034 §4.3.2).</summary>
internal sealed class ZoneOracle(DomainName origin, IReadOnlyList<GivenRecord> records)
{
    public bool Exists(DomainName name) => records.Any(record => record.Owner.IsAtOrBelow(name));

    /// <summary>The set's TTL and its RDATA in hex, as given and without repetitions; null when there is none.</summary>
    public (uint Ttl, string[] Rdata)? Find(DomainName owner, RrType type)
    {
        var set = records.Where(record => record.Owner.Equals(owner) && record.Type == type).ToList();
        if (set.Count == 0) return null;
        var known = new List<string>();
        foreach (var record in set)
            if (!known.Exists(hex => Canonical(record, hex) == Canonical(record, Hex(record)))) known.Add(Hex(record));
        return (set.Min(record => record.Ttl), [.. known]);
    }

    private static string Hex(GivenRecord record) => Convert.ToHexStringLower(record.Rdata.Octets);

    // Where the RDATA is a name, letters do not differ by their case; elsewhere every octet counts.
    private static string Canonical(GivenRecord record, string hex) => record.Rdata.Names.IsEmpty
        ? hex
        : DomainName.TryFromWire(Convert.FromHexString(hex), out var name) ? name.ToString().ToLowerInvariant() : hex;

    public DomainName Closest(DomainName name, out int skipped)
    {
        for (skipped = 0; !Exists(name.Ancestor(skipped)); skipped++) { }
        return name.Ancestor(skipped);
    }

    /// <summary>The first name on the way down at which the search leaves the zone.</summary>
    public DomainName? Cut(DomainName name)
    {
        for (var skipped = name.Labels - origin.Labels; skipped >= 0; skipped--)
        {
            var at = name.Ancestor(skipped);
            if (!at.Equals(origin) && Find(at, RrType.NS) is not null) return at;
            if (skipped > 0 && Find(at, RrType.DNAME) is not null) return at;
        }
        return null;
    }

    /// <summary>Owners and types of the addresses that go with a referral; the in-domain ones first.</summary>
    public (string[] Glue, int Required) Glue(DomainName cut)
    {
        var servers = records.Where(record => record.Type == RrType.NS && record.Owner.Equals(cut)).Select(record => record.Rdata.Names[0].Name).Distinct().ToList();
        string[] Of(bool inDomain) => [.. servers.Where(server => server.IsAtOrBelow(cut) == inDomain)
            .SelectMany(server => (RrType[])[RrType.A, RrType.AAAA], (server, type) => (server, type))
            .Where(pair => Find(pair.server, pair.type) is not null)
            .Select(pair => $"{pair.server} {pair.type}".ToLowerInvariant())];
        var required = Of(inDomain: true);
        return ([.. required, .. Of(inDomain: false)], required.Length);
    }
}
