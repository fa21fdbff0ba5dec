using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// What a zone may say and hardly means: it is served as written, and whoever wrote it should look again. Runs over the finished tree, which
/// knows each name's cut already, beside the draft, which knows where everything was written. One look-up a name, one a target.
/// </summary>
/// <param name="warn">Takes each warning.</param>
internal sealed class ZoneReview(Zone zone, ZoneDraft draft, Action<ZonePlace, string> warn)
{
    private readonly NameBuffer _name = new();
    private readonly NameBuffer _target = new();
    private readonly List<int> _records = [];
    private readonly HashSet<int> _glue = [];

    public void Run()
    {
        var nodes = new ZoneNode?[draft.OwnerCount];
        for (var owner = 0; owner < nodes.Length; owner++)
        {
            _name.TryRead(draft.WireOf(owner), out _);
            nodes[owner] = zone.FindNode(_name.View);
            if (nodes[owner] is not { } node) continue;
            for (var i = 0; i < node.GlueSets; i++) _glue.Add(node.Glue(i).At);
        }
        for (var owner = 0; owner < nodes.Length; owner++)
            if (nodes[owner] is { } node) Review(owner, node);
    }

    private void Review(int owner, ZoneNode node)
    {
        draft.Collect(owner, _records);
        for (var first = 0; first < _records.Count;)
        {
            var run = draft.Run(_records, first);
            ref readonly var record = ref draft.RecordAt(_records[first]);
            if (node.Cut is { } cut) ReviewCut(owner, node, cut, record);
            if (node.Cut is null || (node.Cut == node && record.Type == RrType.NS))
                for (var i = first; i < first + run; i++) ReviewTarget(owner, node, draft.RecordAt(_records[i]));
            if (record.Type == RrType.DS && node.Delegation is null) warn(record.Place, $"{draft.NameOf(owner)} has a DS record but no NS record: it proves nothing");
            // RFC 4592 §4.2, RFC 6672 §3.3: neither is defined, and servers differ.
            if (record.Type is RrType.NS or RrType.DNAME && draft.WireOf(owner) is [1, (byte)'*', ..])
                warn(record.Place, $"{draft.NameOf(owner)} is a wildcard with {RrTypeText.Format(record.Type)}: name servers disagree on what that means");
            first += run;
        }
    }

    /// <summary>RFC 2181 §6, RFC 6672 §2.4: below a cut stands another zone's data, and a DNAME leaves nothing below itself.</summary>
    private void ReviewCut(int owner, ZoneNode node, ZoneNode cut, in ZoneDraft.Record record)
    {
        if (node == cut && record.Type is RrType.NS or RrType.DS or RrType.RRSIG or RrType.NSEC) return;
        if (node.Find(record.Type) is { } set && _glue.Contains(set.At)) return;
        var by = node == cut ? "is delegated" : $"lies below the {(cut.Delegation is null ? "DNAME record" : "delegation")} of {cut.Name.ToDomainName()}";
        warn(record.Place, $"{draft.NameOf(owner)} {by}: its {RrTypeText.Format(record.Type)} record is never answered");
    }

    private void ReviewTarget(int owner, ZoneNode node, in ZoneDraft.Record record)
    {
        var skipped = record.Type switch { RrType.NS => 0, RrType.MX => 2, RrType.SRV => 6, _ => -1 };
        if (skipped < 0 || !_target.TryRead(draft.RdataOf(record)[skipped..], out _)) return;
        var target = _target.View;
        if (!IsAtOrBelow(target, zone.Origin)) return;
        var found = zone.FindClosest(target, out var below);
        var standing = below == 0 ? found : found.Cut is null ? found.Wildcard : null;
        // RFC 2181 §10.3: what NS and MX name has addresses of its own; SRV asks the same.
        if (found.Cut is null && standing?.Cname is not null)
            warn(record.Place, $"{RrTypeText.Format(record.Type)} names {Shown(target)}, which is a CNAME record: many resolvers and senders will not follow it");
        else if (record.Type != RrType.NS || standing?.Find(RrType.A) is not null || standing?.Find(RrType.AAAA) is not null) return;
        // RFC 9471 §2: a name server inside the zone that it serves is found only by glue.
        else if (node.Delegation is not null && IsAtOrBelow(target, draft.NameOf(owner)))
            warn(record.Place, $"glue is missing: {Shown(target)} serves {draft.NameOf(owner)} and has no address here");
        else if (found.Cut is null) warn(record.Place, $"NS names {Shown(target)}, which has no address in this zone");
    }

    private static bool IsAtOrBelow(NameView name, DomainName ancestor) =>
        name.Labels >= ancestor.Labels && name.Suffix(name.Labels - ancestor.Labels).SequenceEqual(ancestor.View.Canonical);

    private static DomainName Shown(NameView name) => DomainName.TryFromWire(name.Canonical, out var shown) ? shown : DomainName.Root;
}
