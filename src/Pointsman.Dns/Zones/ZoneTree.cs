using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// Turns the records of a sound draft into the tree that queries read: adds the empty non-terminals, finds each name's cut and wildcard,
/// gathers glue.
/// </summary>
internal sealed class ZoneTree(ZoneDraft draft, DomainName origin, int recordCount)
{
    private readonly NameBuffer _name = new();
    private readonly List<int> _records = [];
    private readonly List<bool> _exists = [];
    private ZoneWriter _writer = null!;
    private int[] _nodes = [];

    public Zone Build()
    {
        AddNonTerminals();
        _writer = new ZoneWriter(draft);
        _nodes = new int[draft.OwnerCount];
        // By length, so that a parent's cut is known before its children's.
        int[] owners = [.. Enumerable.Range(0, draft.OwnerCount).Where(owner => _exists[owner]).OrderBy(owner => draft[owner].Labels)];
        foreach (var owner in owners) _nodes[owner] = Write(owner);
        foreach (var owner in owners)
            if (_writer[_nodes[owner] + ZoneNode.CutWord] == _nodes[owner]) GatherGlue(owner);
        var apex = draft.Find(origin.View, 0);
        var negativeSoa = WriteNegativeSoa(apex);
        var store = _writer.Finish([.. owners.Select(owner => _nodes[owner])]);
        return new Zone(origin, store, new RrSet(store, negativeSoa), recordCount);
    }

    /// <summary>RFC 8020 §2: a name exists when one below it does.</summary>
    private void AddNonTerminals()
    {
        var given = draft.OwnerCount;
        for (var owner = 0; owner < given; owner++)
        {
            Collect(owner);
            _exists.Add(_records.Count > 0);
        }
        for (var owner = 0; owner < given; owner++)
        {
            if (!_exists[owner]) continue;
            _name.TryRead(draft.WireOf(owner), out _);
            var name = _name.View;
            // Ends at the apex at the latest.
            for (var skipped = 1; name.Labels - skipped > origin.Labels; skipped++)
            {
                var above = draft.Find(name, skipped);
                if (above >= 0 && _exists[above]) break;
                if (above >= 0) _exists[above] = true;
                else
                {
                    draft.AddOwner(name.Hash(skipped), draft.WireOf(owner)[name.Offset(skipped)..], name.Labels - skipped);
                    _exists.Add(true);
                }
            }
        }
    }

    /// <summary>The records of a name that queries may see.</summary>
    private void Collect(int owner)
    {
        draft.Collect(owner, _records);
        // RFC 5155 §7.2.8: for a query the name of an NSEC3 record does not exist; such records only ever prove what is not there.
        if (_records.Exists(record => draft.RecordAt(record).Type == RrType.NSEC3))
            _records.RemoveAll(record => draft.RecordAt(record).Type is RrType.NSEC3 or RrType.RRSIG);
    }

    /// <summary>Writes one name and its sets; the names above it are written.</summary>
    private int Write(int owner)
    {
        _name.TryRead(draft.WireOf(owner), out _);
        var isApex = draft[owner].Labels == origin.Labels;
        var parent = isApex ? ZoneStore.Nothing : _nodes[draft.Find(_name.View, 1)];
        var name = _writer.Name(draft[owner].Name);
        Collect(owner);
        var (sets, contents, target) = (0, 0, ZoneStore.Nothing);
        for (var first = 0; first < _records.Count; first += draft.Run(_records, first), sets++)
        {
            ref readonly var record = ref draft.RecordAt(_records[first]);
            contents |= record.Type switch
            {
                RrType.CNAME => ZoneNode.HasCname,
                RrType.DNAME => ZoneNode.HasDname,
                RrType.NS when !isApex => ZoneNode.IsDelegation,
                _ => 0,
            };
            if (record.Type is RrType.CNAME or RrType.DNAME) target = Target(record);
        }
        foreach (var record in _records)
            foreach (var (_, within) in draft.NamesOf(draft.RecordAt(record))) _writer.Name(within);

        var node = _writer.Position;
        var cut = ZoneStore.Nothing;
        if (parent >= 0)
        {
            cut = _writer[parent + ZoneNode.CutWord];
            if (cut < 0 && (_writer[parent + ZoneNode.SetsWord] & ZoneNode.HasDname) != 0) cut = parent;
            if (cut < 0 && (contents & ZoneNode.IsDelegation) != 0) cut = node;
            if (draft.WireOf(owner) is [1, (byte)'*', ..]) _writer[parent + ZoneNode.WildcardWord] = node;
        }
        _writer.Append(name, cut, ZoneStore.Nothing, ZoneStore.Nothing, sets | contents, target);
        for (var first = 0; first < _records.Count;)
        {
            var run = draft.Run(_records, first);
            _writer.Set(name, CollectionsMarshal.AsSpan(_records).Slice(first, run), draft.RecordAt(_records[first]).Ttl);
            first += run;
        }
        return node;
    }

    private int Target(in ZoneDraft.Record alias) =>
        draft.NamesOf(alias) is [var (_, name), ..] ? _writer.Name(name)
        : DomainName.TryFromWire(draft.RdataOf(alias), out var target) ? _writer.Name(target.Wire)
        : _writer.Name(DomainName.Root.Wire);

    /// <summary>RFC 9471 §3.1: in-domain glue must go with the referral; sibling glue and our own data about the servers should.</summary>
    private void GatherGlue(int owner)
    {
        var required = new List<int>();
        var optional = new List<int>();
        draft.Collect(owner, _records);
        var cut = draft.NameOf(owner);
        foreach (var record in _records)
        {
            if (draft.RecordAt(record).Type != RrType.NS) continue;
            foreach (var (_, name) in draft.NamesOf(draft.RecordAt(record)))
            {
                _name.TryRead(draft.Names[name], out _);
                var server = draft.Find(_name.View, 0);
                if (server < 0 || !_exists[server]) continue;
                var node = new ZoneNode(_writer.SoFar, _nodes[server]);
                var list = IsAtOrBelow(_name.View, cut) ? required : optional;
                if (node.Find(RrType.A) is { } a) list.Add(a.At);
                if (node.Find(RrType.AAAA) is { } aaaa) list.Add(aaaa.At);
            }
        }
        if (required.Count + optional.Count == 0) return;
        _writer[_nodes[owner] + ZoneNode.GlueWord] = _writer.Position;
        _writer.Append(required.Count + optional.Count, required.Count);
        _writer.Append([.. required, .. optional]);
    }

    private static bool IsAtOrBelow(NameView name, DomainName ancestor) =>
        name.Labels >= ancestor.Labels && name.Suffix(name.Labels - ancestor.Labels).SequenceEqual(ancestor.View.Canonical);

    /// <summary>RFC 2308 §5: the TTL of the SOA in a negative answer is the lesser of its own TTL and its MINIMUM field, the last four octets.</summary>
    private int WriteNegativeSoa(int apex)
    {
        draft.Collect(apex, _records);
        var soa = _records.Find(record => draft.RecordAt(record).Type == RrType.SOA);
        ref readonly var record = ref draft.RecordAt(soa);
        var at = _writer.Position;
        _writer.Set(_writer.Name(draft[apex].Name), [soa], Math.Min(record.Ttl, BinaryPrimitives.ReadUInt32BigEndian(draft.RdataOf(record)[^4..])));
        return at;
    }
}
