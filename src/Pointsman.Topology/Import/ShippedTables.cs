using System.Reflection;

namespace Pointsman.Topology.Import;

/// <summary>The tables that come with the program (see Data/PROVENANCE.md), as sources like any other.</summary>
internal static class ShippedTables
{
    public static IEnumerable<PlaceSource> Open() =>
    [
        new("special-purpose", PlaceLayer.SpecialPurpose, Open("iana-ipv4-special.csv")),
        new("special-purpose", PlaceLayer.SpecialPurpose, Open("iana-ipv6-special.csv")),
        new("iana", PlaceLayer.Iana, Open("iana-ipv4.csv")),
        new("iana", PlaceLayer.Iana, Open("iana-ipv6.csv")),
    ];

    public static TextReader OpenCountries() => Open("countries.csv");

    private static StreamReader Open(string name) => new(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"the shipped table {name} is not in the program"));
}
