using System.Reflection;

namespace Pointsman.Topology.Import;

/// <summary>The tables that come with the program (see Data/PROVENANCE.md), as sources like any other.</summary>
internal static class ShippedTables
{
    public static IEnumerable<PlaceSource> Open() =>
    [
        new("special-purpose", PlaceLayer.SpecialPurpose, Read("iana-ipv4-special.csv")) { Date = new DateOnly(2021, 2, 4) },
        new("special-purpose", PlaceLayer.SpecialPurpose, Read("iana-ipv6-special.csv")) { Date = new DateOnly(2024, 10, 22) },
        new("iana", PlaceLayer.Iana, Read("iana-ipv4.csv")) { Date = new DateOnly(2023, 12, 18) },
        new("iana", PlaceLayer.Iana, Read("iana-ipv6.csv")) { Date = new DateOnly(2024, 11, 4) },
    ];

    public static TextReader OpenCountries() => new StreamReader(Open("countries.csv"));

    private static byte[] Read(string name)
    {
        using var stream = Open(name);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static Stream Open(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"the shipped table {name} is not in the program");
}
