using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>
/// Collects records and, when they make a sound zone, renders it; else says everything that is wrong. The one way to a <see cref="Zone"/>:
/// master files and zones built in code go through the same checks.
/// </summary>
public sealed class ZoneBuilder(DomainName origin)
{
    private readonly Dictionary<DomainName, Dictionary<RrType, Collected>> _owners = [];
    private readonly List<ZoneError> _errors = [];
    private int _records;

    private sealed class Collected(uint ttl, ZonePlace place)
    {
        public uint Ttl { get; set; } = ttl;
        public ZonePlace Place { get; } = place;
        public List<Rdata> Records { get; } = [];
    }

    public DomainName Origin { get; } = origin;

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
            _errors.Add(new(place, $"{owner} is outside the zone {Origin}"));
            return this;
        }
        if (!_owners.TryGetValue(owner, out var types)) _owners[owner] = types = [];
        if (!types.TryGetValue(type, out var set)) types[type] = set = new Collected(ttl, place);
        // RFC 2181 §5.2: one TTL for the whole set; where a file disagrees with itself, the shortest is the safe one.
        set.Ttl = Math.Min(set.Ttl, ttl);
        if (set.Records.Exists(known => Same(known, rdata))) return this;
        if (set.Records.Count > 0 && type is (RrType.SOA or RrType.CNAME or RrType.DNAME))
            _errors.Add(new(place, $"{owner} has more than one {RrTypeText.Format(type)} record"));
        set.Records.Add(rdata);
        _records++;
        return this;
    }

    private static bool Same(Rdata left, Rdata right)
    {
        if (left.Octets.Length != right.Octets.Length) return false;
        if (left.Octets.AsSpan().SequenceEqual(right.Octets)) return true;
        if (left.Names.IsEmpty) return false;
        var (a, b) = ((byte[])left.Octets.Clone(), (byte[])right.Octets.Clone());
        foreach (var (position, name) in left.Names) name.View.Canonical.CopyTo(a.AsSpan(position));
        foreach (var (position, name) in right.Names) name.View.Canonical.CopyTo(b.AsSpan(position));
        return a.AsSpan().SequenceEqual(b);
    }

    /// <summary>The zone, or every reason why there is none.</summary>
    public bool TryBuild([NotNullWhen(true)] out Zone? zone, out ImmutableArray<ZoneError> errors)
    {
        zone = null;
        Check();
        errors = [.. _errors];
        if (errors.Length > 0) return false;
        zone = ZoneTree.Build(Origin, _records, _owners.Select(owner =>
            (owner.Key, (RrSet[])[.. owner.Value.OrderBy(type => type.Key).Select(type => RrSet.Render(owner.Key, type.Key, type.Value.Ttl, type.Value.Records))])));
        return true;
    }

    private void Check()
    {
        var apex = _owners.GetValueOrDefault(Origin);
        if (apex is null || !apex.ContainsKey(RrType.SOA)) _errors.Add(new(default, $"the zone {Origin} has no SOA record at its apex"));
        if (apex is null || !apex.ContainsKey(RrType.NS)) _errors.Add(new(default, $"the zone {Origin} has no NS record at its apex"));
        foreach (var (owner, types) in _owners)
        {
            if (types.TryGetValue(RrType.SOA, out var soa) && !owner.Equals(Origin))
                _errors.Add(new(soa.Place, $"{owner} has a SOA record, but the zone's apex is {Origin}"));
            // RFC 1034 §3.6.2, RFC 4034 §2.5: beside a CNAME only what DNSSEC adds may stand.
            if (types.TryGetValue(RrType.CNAME, out var cname)
                && types.Keys.FirstOrDefault(type => type is not (RrType.CNAME or RrType.RRSIG or RrType.NSEC)) is var other and not RrType.None)
                _errors.Add(new(cname.Place, $"{owner} has a CNAME record beside {RrTypeText.Format(other)}"));
        }
    }
}
