using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz.Worlds;

/// <summary>
/// Random zones of few labels, so that their names meet: delegations with glue and data below them, DNAMEs over data, aliases in
/// chains and circles, wildcards, empty non-terminals, one zone inside another, dynamic names at apexes, below wildcards and in the void.
/// </summary>
internal sealed class WorldMaker(Chance chance)
{
    private static readonly string[] s_labels = ["a", "b", "c", "*", "a", "b", "www", "a.b", "x\0y", "\u00e9", new('l', 63), "_tcp"];
    private static readonly string[] s_origins = ["\u0007example\0", "\u0001a\u0007example\0", "\u0001b\u0001a\u0007example\0", "\u0005other\0", "\u0002in\u0004" + "arpa\0"];
    private readonly List<string> _names = [];

    public World Make()
    {
        var zones = MakeZones();
        var dynamics = Enumerable.Range(0, chance.Below(9)).Select(_ => DynamicName()).Where(name => name.Length > 1 && name[..2] != "\u0001*").Distinct().Select(MakeDynamic).ToList();
        string[] near = [.. _names, .. dynamics.SelectMany(dynamic => Enumerable.Repeat(dynamic.Name, 8)), .. dynamics.Select(dynamic => Extend(dynamic.Name, 2)), .. _names.Select(name => Extend(name, 1)), .. _names.Select(name => Extend(name, 3))];
        return World.Of(zones, dynamics, near, chance);
    }

    /// <summary>A name of the zones, one in the void below it, or one that a wildcard would cover if it did not exist.</summary>
    private string DynamicName()
    {
        var name = chance.From(_names);
        if (name.StartsWith("\u0001*", StringComparison.Ordinal)) return ReferenceName.Child("dyn", ReferenceName.Parent(name));
        return chance.Percent(40) ? Extend(name, 3) : name;
    }

    public List<ReferenceZone> MakeZones()
    {
        _names.Clear();
        var count = chance.Between(1, 4);
        var origins = s_origins.OrderBy(_ => chance.Next()).Take(count).ToList();
        foreach (var origin in origins)
            for (var i = chance.Between(5, 40); i > 0; i--) _names.Add(NameBelow(origin));
        _names.AddRange(s_origins);
        _names.Add(ReferenceName.Root);
        var records = new RecordMaker(chance, _names);
        return [.. origins.Select(origin => MakeZone(origin, records))];
    }

    private string NameBelow(string origin)
    {
        if (_names.Count > 0 && chance.Percent(40)) return Extend(chance.From(_names), 1);
        return Extend(origin, chance.Below(4));
    }

    private string Extend(string name, int most)
    {
        for (var i = chance.Below(most + 1); i > 0; i--)
        {
            var longer = ReferenceName.Child(chance.From(s_labels), name);
            if (longer.Length > 255) break;
            name = longer;
        }
        return name;
    }

    private ReferenceZone MakeZone(string origin, RecordMaker records)
    {
        var zone = new ReferenceZone(origin);
        var here = _names.Where(name => ReferenceName.IsAtOrBelow(name, origin)).ToList();
        zone.Add(origin, 6, Ttl(), chance.From(_names) + chance.From(_names) + Period() + Period() + Period() + Period() + Period());
        for (var i = chance.Between(1, 3); i > 0; i--) zone.Add(origin, 2, 300, chance.From(_names));
        foreach (var owner in here)
        {
            var types = zone.Types(owner).ToList();
            var kind = chance.Below(100);
            var wild = owner.StartsWith("\u0001*", StringComparison.Ordinal);
            if (types.Contains(5)) continue;
            if (kind < 13 && types.Count == 0) zone.Add(owner, 5, Ttl(), chance.From(_names));
            // RFC 6672 §2.4 and RFC 4592 §4.2, §4.4: a DNAME beside NS, and both at a wildcard, are for nobody to rely on.
            else if (kind < 17 && !wild && !types.Contains(39) && (owner == origin ? chance.Percent(20) : !types.Contains(2))) zone.Add(owner, 39, Ttl(), chance.From(_names));
            else if (kind < 32 && !wild && owner != origin && !types.Contains(39))
            {
                var ttl = Ttl();
                for (var i = chance.Percent(10) ? chance.Between(5, 14) : chance.Between(1, 3); i > 0; i--) zone.Add(owner, 2, ttl, chance.Percent(50) ? chance.From(here) : Extend(owner, 2));
            }
            else if (kind < 92)
            {
                var type = records.PlainType();
                // Beside records of its type the first TTL stays: a set has one (RFC 2181 §5.2).
                var ttl = zone.Find(owner, type)?.Ttl ?? Ttl();
                if (chance.Below(1000) < 2) AddMany(zone, owner, ttl);
                for (var i = chance.Percent(8) ? chance.Between(5, 60) : chance.Between(1, 3); i > 0; i--) zone.Add(owner, type, ttl, records.Rdata(type));
            }
        }
        // Addresses for the servers of delegations: glue.
        foreach (var server in zone.Sets.Where(set => set.Type == 2).SelectMany(set => set.Rdata).Distinct().ToList())
        {
            if (!ReferenceName.IsAtOrBelow(server, origin) || zone.Types(server).Contains(5) || chance.Percent(30)) continue;
            foreach (var type in (int[])[1, 28])
            {
                if (zone.Find(server, type) is not null) continue;
                for (var i = chance.Percent(15) ? chance.Between(5, 30) : 1; i > 0; i--) zone.Add(server, type, 300, records.Rdata(type));
            }
            _names.Add(server);
        }
        return zone;
    }

    /// <summary>More than a pointer can reach over (16,383 octets), with a name that first stands behind that.</summary>
    private void AddMany(ReferenceZone zone, string owner, uint ttl)
    {
        if (zone.Find(owner, 15) is not null) return;
        var target = chance.From(_names);
        for (var i = 0; i < 1400; i++) zone.Add(owner, 15, ttl, $"{(char)(i >> 8)}{(char)(i & 255)}{(i < 1300 ? target : chance.From(_names))}");
    }

    private uint Ttl() => chance.Of(0u, 60u, 300u, 86400u, (uint)int.MaxValue);
    private string Period() => $"{(char)0}{(char)chance.Below(3)}{(char)chance.Octet()}{(char)chance.Octet()}";

    private ReferenceDynamic MakeDynamic(string name)
    {
        var verdict = chance.Below(10) switch { 0 => ReferenceVerdict.StaticOnly, 1 => ReferenceVerdict.NoData, 2 => ReferenceVerdict.ServFail, _ => ReferenceVerdict.Answer };
        string[] Addresses(string start, int left) =>
            [.. Enumerable.Range(0, chance.Percent(5) ? 40 : chance.Below(4)).Select(_ => start + new string([.. Enumerable.Range(0, left).Select(_ => (char)chance.Below(4))])).Distinct()];
        var sites = Enumerable.Range(0, chance.Below(5))
            .Select(_ => new ReferenceSite(Addresses("\u000a\0", 2), Addresses("\u0020\u0001", 14), chance.Percent(50) ? chance.Of(443, 8443) : null, chance.Of<string[]>([], ["h2"], ["h2", "h3"])))
            .ToArray();
        int? reason = chance.Percent(25) ? chance.Of(3, 14) : null;
        return new ReferenceDynamic(name, verdict, chance.Of(0u, 30u, 60u, 15300u), chance.Percent(30) ? 0 : chance.Between(8, 60), reason, sites);
    }
}
