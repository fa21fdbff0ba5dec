using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Conformance;

/// <summary>Records of the zone example.com as text, read by the product's own reader.</summary>
internal static class ZoneText
{
    /// <summary>The zone that these lines make after its SOA and NS records; null when they are refused.</summary>
    public static Zone? Read(string lines) =>
        MasterFile.Parse(DomainName.Parse("example.com"), Encoding.UTF8.GetBytes($"$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n{lines}\n"), "test.zone").Zone;

    /// <summary>The RDATA that a record's text becomes, in hexadecimal; null when it is refused.</summary>
    public static string? Rdata(string type, string text)
    {
        Assert.True(RrTypeText.TryParse(type, out var rrType));
        return Read($"host {type} {text}") is { } zone
            ? Convert.ToHexStringLower(zone.FindExact(DomainName.Parse("host.example.com"), rrType)!.Value.RdataOf(0))
            : null;
    }

    /// <summary>RDATA of a type that no query finds by itself.</summary>
    public static string Proof(RrType type, string text)
    {
        var tokens = new List<Token>();
        new Scanner(Encoding.ASCII.GetBytes(text), "test.zone").TryReadEntry(tokens, out _, out _);
        return Convert.ToHexStringLower(new RdataReader(tokens, 0, DomainName.Root, default).Read(type).Octets);
    }
}
