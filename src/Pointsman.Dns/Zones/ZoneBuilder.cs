using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// Collects records and, when they make a sound zone, renders it; else says everything that is wrong. The one way to a <see cref="Zone"/>:
/// master files and zones built in code go through the same checks.
/// </summary>
public sealed class ZoneBuilder(DomainName origin)
{
    /// <summary>Names and RDATA. What is rendered of that takes up to 1.5 GB, and a place in it must fit into an int.</summary>
    private const long MostOctets = 512L * 1024 * 1024;

    /// <summary>As many as make 2 GB of the numbers that a <see cref="ZoneStore"/> keeps; the largest zones that hosters serve have a tenth.</summary>
    private const int MostRecords = 20_000_000;

    /// <summary>Past that many, more lines say nothing new.</summary>
    private const int MostWarnings = 200, MostErrors = 200;

    private readonly ZoneDraft _draft = new();
    private readonly List<ZoneWarning> _warnings = [];
    private readonly List<ZoneError> _errors = [];
    private DomainName? _lastOwner;
    private int _lastNumber;

    public DomainName Origin { get; } = origin;

    /// <summary>More was added than a zone may hold: nothing that is still to come can make it one.</summary>
    internal bool IsFull { get; private set; }

    /// <summary>A zone of SOA and NS alone, for services that stand in no configured zone.</summary>
    /// <param name="nameServers">At least one; their addresses are not part of the zone unless added.</param>
    public static ZoneBuilder Minimal(DomainName origin, IReadOnlyList<DomainName> nameServers, uint ttl = 3600, uint negativeTtl = 60)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(nameServers);
        var builder = new ZoneBuilder(origin);
        DomainName.TryParse("hostmaster"u8, origin, out var mailbox, out _);
        builder.AddSoa(nameServers[0], mailbox ?? DomainName.Root, serial: 1, refresh: 3600, retry: 600, expire: 604800, negativeTtl, ttl);
        foreach (var server in nameServers) builder.Add(origin, RrType.NS, ttl, Rdata.OfName(server));
        return builder;
    }

    public ZoneBuilder AddSoa(DomainName primary, DomainName mailbox, uint serial, uint refresh, uint retry, uint expire, uint minimum, uint ttl)
    {
        ArgumentNullException.ThrowIfNull(primary);
        ArgumentNullException.ThrowIfNull(mailbox);
        var octets = new List<byte>([.. primary.Wire, .. mailbox.Wire]);
        foreach (var number in (ReadOnlySpan<uint>)[serial, refresh, retry, expire, minimum])
            octets.AddRange([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        return Add(Origin, RrType.SOA, ttl, new Rdata([.. octets], [(0, primary), (primary.Length, mailbox)]));
    }

    public ZoneBuilder AddAddress(DomainName owner, uint ttl, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Add(owner, address.AddressFamily == AddressFamily.InterNetwork ? RrType.A : RrType.AAAA, ttl, Rdata.Plain(address.GetAddressBytes()));
    }

    /// <summary>Adds one record; a repeated one counts once. What is wrong with it is told by <see cref="TryBuild"/>.</summary>
    public ZoneBuilder Add(DomainName owner, RrType type, uint ttl, Rdata rdata, ZonePlace place = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(rdata);
        if (!owner.IsAtOrBelow(Origin))
        {
            if (_errors.Count < MostErrors) _errors.Add(new(place, $"{owner} is outside the zone {Origin}"));
            return this;
        }
        if (rdata.Octets.Length > ushort.MaxValue)
        {
            if (_errors.Count < MostErrors) _errors.Add(new(place, "RDATA longer than 65535 octets"));
            return this;
        }
        if (IsFull) return this;
        if (_draft.RecordCount == MostRecords || _draft.Length > MostOctets - (4 * NameView.MaxLength) - rdata.Octets.Length)
        {
            IsFull = true;
            _errors.Add(new(place, string.Create(CultureInfo.InvariantCulture, $"a zone of more than {MostRecords} records, or more than {MostOctets} octets of names and data, is too large")));
            return this;
        }
        // A file mostly goes on with the owner that it has just given.
        if (!ReferenceEquals(owner, _lastOwner)) (_lastOwner, _lastNumber) = (owner, _draft.OwnerOf(owner));
        var names = rdata.Names;
        // In generic form (RFC 3597 §5) they are names no less.
        if (names.IsDefaultOrEmpty && type is (RrType.CNAME or RrType.NS or RrType.PTR) && DomainName.TryFromWire(rdata.Octets, out var alone)) names = [(0, alone)];
        _draft.Add(_lastNumber, type, ttl, rdata.Octets, names.AsSpan(), place);
        return this;
    }

    /// <summary>The zone, or every reason why there is none.</summary>
    public bool TryBuild([NotNullWhen(true)] out Zone? zone, out ImmutableArray<ZoneError> errors)
    {
        zone = null;
        var found = new List<ZoneError>(_errors);
        var records = Check(found);
        errors = [.. found];
        if (errors.Length > 0) return false;
        zone = new ZoneTree(_draft, Origin, records).Build();
        new ZoneReview(zone, _draft, Warn).Run();
        return true;
    }

    /// <summary>What was hardly meant, once <see cref="TryBuild"/> has found the zone sound.</summary>
    public ImmutableArray<ZoneWarning> Warnings => [.. _warnings];

    private void Warn(ZonePlace place, string message)
    {
        if (_warnings.Count < MostWarnings) _warnings.Add(new(place, message));
    }

    /// <summary>The number of records that count.</summary>
    private int Check(List<ZoneError> errors)
    {
        var repetition = new Repetition(_draft);
        var records = new List<int>();
        var count = 0;
        var (hasSoa, hasNs) = (false, false);
        var apex = _draft.Find(Origin.View, 0);
        for (var owner = 0; owner < _draft.OwnerCount; owner++)
        {
            _draft.Collect(owner, records);
            for (var first = 0; first < records.Count;)
            {
                var run = _draft.Run(records, first);
                CheckSet(owner, CollectionsMarshal.AsSpan(records).Slice(first, run), repetition);
                var type = _draft.RecordAt(records[first]).Type;
                if (type is (RrType.SOA or RrType.CNAME or RrType.DNAME))
                {
                    foreach (var extra in records.Skip(first + 1).Take(run - 1).Where(record => !_draft.RecordAt(record).IsRepeated).Take(MostErrors))
                        errors.Add(new(_draft.RecordAt(extra).Place, $"{_draft.NameOf(owner)} has more than one {RrTypeText.Format(type)} record"));
                }
                if (type == RrType.SOA && owner != apex)
                    errors.Add(new(_draft.RecordAt(records[first]).Place, $"{_draft.NameOf(owner)} has a SOA record, but the zone's apex is {Origin}"));
                if (type == RrType.CNAME) CheckAlone(owner, records, records[first], errors);
                if (owner == apex) (hasSoa, hasNs) = (hasSoa || type == RrType.SOA, hasNs || type == RrType.NS);
                first += run;
            }
            foreach (var record in records)
                if (!_draft.RecordAt(record).IsRepeated) count++;
        }
        if (!hasSoa) errors.Add(new(default, $"the zone {Origin} has no SOA record at its apex"));
        if (!hasNs) errors.Add(new(default, $"the zone {Origin} has no NS record at its apex"));
        return count;
    }

    /// <summary>Gives the records of one set one TTL, and marks those that came before.</summary>
    private void CheckSet(int owner, Span<int> records, Repetition repetition)
    {
        ref var first = ref _draft.RecordAt(records[0]);
        foreach (var next in records[1..])
        {
            ref readonly var record = ref _draft.RecordAt(next);
            if (record.Ttl == first.Ttl) continue;
            if (_warnings.Count < MostWarnings)
                Warn(record.Place, $"{_draft.NameOf(owner)} {RrTypeText.Format(record.Type)} has TTL {record.Ttl} here and {first.Ttl} before: the whole set gets the shorter one");
            // RFC 2181 §5.2: one TTL for the whole set; where a file disagrees with itself, the shortest is the safe one.
            first.Ttl = Math.Min(first.Ttl, record.Ttl);
        }
        repetition.Mark(records);
        foreach (var next in records)
        {
            if (_warnings.Count < MostWarnings && _draft.RecordAt(next) is { IsRepeated: true } record)
                Warn(record.Place, $"{_draft.NameOf(owner)} {RrTypeText.Format(record.Type)} is written twice: it counts once");
        }
    }

    /// <summary>RFC 1034 §3.6.2, RFC 4035 §2.5: beside a CNAME only what DNSSEC adds may stand.</summary>
    private void CheckAlone(int owner, List<int> records, int cname, List<ZoneError> errors)
    {
        foreach (var record in records.Order())
        {
            var type = _draft.RecordAt(record).Type;
            if (type is (RrType.CNAME or RrType.RRSIG or RrType.NSEC)) continue;
            errors.Add(new(_draft.RecordAt(cname).Place, $"{_draft.NameOf(owner)} has a CNAME record beside {RrTypeText.Format(type)}"));
            return;
        }
    }
}
