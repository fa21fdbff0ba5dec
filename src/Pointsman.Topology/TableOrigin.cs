using System.Globalization;

namespace Pointsman.Topology;

/// <summary>Where a statement about an address comes from: which file, which edition of it. What <c>explain</c> and <c>lookup</c> cite. [P2.3]</summary>
/// <param name="Name">The file as it was named to the loader, or <c>iana</c>, <c>special-purpose</c>.</param>
/// <param name="Format">What it was found to be: <c>csv</c>, <c>mmdb</c>, <c>delegated</c>, <c>places</c>; after it what the file calls itself, such as <c>mmdb GeoLite2-City</c>.</param>
/// <param name="Digest">SHA-256 of the file's octets in hex, as <c>sha256sum</c> prints it.</param>
/// <param name="Date">The day its data are of: what the file says, else what the loader was told; null when nobody says.</param>
/// <param name="Within">The file of <c>topology import</c> that carries it now; null for a file read itself.</param>
public sealed record TableOrigin(string Name, string Format, string Digest, DateOnly? Date = null, TableOrigin? Within = null)
{
    /// <summary>So many digits of a digest tell two editions of a file apart, and still fit into a line.</summary>
    public const int ShortDigits = 12;

    /// <summary>For people: <c>geo.mmdb of 2026-11-20, sha256 0123456789ab, in world.places</c>.</summary>
    public override string ToString()
    {
        var date = Date is { } day ? string.Create(CultureInfo.InvariantCulture, $" of {day:yyyy-MM-dd}") : "";
        var within = Within is { } file ? $", in {file.Name}" : "";
        return $"{Name}{date}, sha256 {Digest[..Math.Min(ShortDigits, Digest.Length)]}{within}";
    }
}

/// <summary>One table that was read, and how much was in it.</summary>
/// <param name="Records">Rows, or networks of a tree, that say something; those that a format has and that say nothing are not counted.</param>
public sealed record ImportedTable(TableOrigin Origin, PlaceLayer Layer, int Records);
