using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz.Worlds;

/// <summary>The same zones and dynamic names twice: as the reference holds them, and as the product read them from text.</summary>
internal sealed class World
{
    public required DnsContents Contents { get; init; }
    public required ReferenceResolver Reference { get; init; }

    /// <summary>Names worth asking for: of all owners, of dynamic names, and some that are near them.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public static World Of(IReadOnlyList<ReferenceZone> zones, IReadOnlyList<ReferenceDynamic> dynamics, IReadOnlyList<string> names, Chance chance)
    {
        var built = zones.Select(zone => Read(zone, ZonePrinter.Print(zone, chance)));
        return new World
        {
            Contents = new DnsContents(new ZoneSet(built), dynamics.Count == 0 ? null : new Chooser(dynamics)),
            Reference = new ReferenceResolver(zones, dynamics),
            Names = names,
        };
    }

    private static Zone Read(ReferenceZone zone, string text)
    {
        var read = MasterFile.Parse(NameOf(zone.Origin), Encoding.Latin1.GetBytes(text), "printed.zone");
        return read.Zone ?? throw new FuzzException($"a sound zone was not read:\n{string.Join('\n', read.Errors)}\n{text}");
    }

    public static DomainName NameOf(string name) =>
        DomainName.TryFromWire(Encoding.Latin1.GetBytes(name), out var read) ? read : throw new FuzzException($"not a name: {ReferenceName.Text(name)}");

    /// <summary>Binds the reference's dynamic names to the product's seam.</summary>
    private sealed class Chooser : IDynamicAnswers
    {
        private readonly IReadOnlyList<ReferenceDynamic> _dynamics;
        private readonly Dictionary<ReferenceSite, AddressFragment> _fragments = [];

        public Chooser(IReadOnlyList<ReferenceDynamic> dynamics)
        {
            _dynamics = dynamics;
            Names = new NameTable([.. dynamics.Select(d => NameOf(d.Name))]);
            foreach (var site in dynamics.SelectMany(d => d.Sites))
            {
                var addresses = site.IPv4.Concat(site.IPv6).Select(octets => new System.Net.IPAddress(Encoding.Latin1.GetBytes(octets)));
                _fragments[site] = AddressFragment.Render(addresses, site.HttpsPort is { } port ? new HttpsBinding(port, [.. site.Protocols]) : null);
            }
        }

        public NameTable Names { get; }

        public void Choose(int number, in DynamicQuery query, ref DynamicChoice choice)
        {
            var chosen = _dynamics[number].Choose(query.Client.IsIPv6, query.Client.Bits, query.Client.PrefixLength);
            choice.Verdict = chosen.Verdict switch
            {
                ReferenceVerdict.Answer => DynamicVerdict.Answer,
                ReferenceVerdict.StaticOnly => DynamicVerdict.StaticOnly,
                ReferenceVerdict.NoData => DynamicVerdict.NoData,
                _ => DynamicVerdict.ServFail,
            };
            choice.TtlSeconds = chosen.Ttl;
            choice.Scope = (byte)chosen.Scope;
            if (chosen.Reason is { } reason) choice.Reason = (ExtendedError)reason;
            foreach (var site in chosen.Sites) choice.Add(_fragments[site]);
        }
    }
}
