namespace Pointsman.Fuzz.Reference;

/// <summary>All records of one owner and type.</summary>
/// <param name="Rdata">Names written out in lower case.</param>
internal sealed record ReferenceSet(string Owner, int Type, uint Ttl, List<string> Rdata)
{
    /// <summary>What the set takes without any compression: the most it can take.</summary>
    public int Size()
    {
        var size = 0;
        foreach (var rdata in Rdata) size += Owner.Length + 10 + rdata.Length;
        return size;
    }
}

/// <summary>A zone as a plain dictionary: owner → type → records. Nothing is worked out beforehand but which names exist.</summary>
internal sealed class ReferenceZone(string origin)
{
    private readonly Dictionary<string, Dictionary<int, ReferenceSet>> _owners = [];
    private readonly HashSet<string> _exists = [origin];

    public string Origin => origin;

    public IEnumerable<ReferenceSet> Sets => _owners.Values.SelectMany(types => types.Values);

    public void Add(string owner, int type, uint ttl, string rdata)
    {
        if (!_owners.TryGetValue(owner, out var types)) _owners[owner] = types = [];
        if (!types.TryGetValue(type, out var set)) types[type] = set = new(owner, type, ttl, []);
        if (!set.Rdata.Contains(rdata)) set.Rdata.Add(rdata);
        // RFC 8020 §2: what has something below it exists.
        for (var name = owner; _exists.Add(name);) name = ReferenceName.Parent(name);
    }

    public bool Exists(string name) => _exists.Contains(name);
    public bool HasData(string owner) => _owners.ContainsKey(owner);
    public ReferenceSet? Find(string owner, int type) => _owners.GetValueOrDefault(owner)?.GetValueOrDefault(type);
    public IEnumerable<int> Types(string owner) => _owners.GetValueOrDefault(owner)?.Keys ?? Enumerable.Empty<int>();

    /// <summary>The SOA as a negative answer carries it: TTL the lesser of its own and its MINIMUM (RFC 2308 §5).</summary>
    public ReferenceSet NegativeSoa()
    {
        var soa = Find(origin, 6)!;
        var rdata = soa.Rdata[0];
        var minimum = rdata[^4..].Aggregate(0u, (sum, octet) => (sum << 8) | octet);
        return soa with { Ttl = Math.Min(soa.Ttl, minimum) };
    }
}
