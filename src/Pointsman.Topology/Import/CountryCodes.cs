namespace Pointsman.Topology.Import;

/// <summary>What stands in databases where a country's code is expected.</summary>
internal static class CountryCodes
{
    /// <summary>Codes that databases use for "somewhere in Europe", "in Asia", "unknown", "satellite", "proxy": they name no country.</summary>
    private static readonly string[] NoCountry = ["ZZ", "EU", "AP", "UN", "A1", "A2", "O1", "T1"];

    /// <summary>True for a country's code and for one that says that there is none (null then); false for what nobody has assigned.</summary>
    /// <param name="code">Two letters, upper case.</param>
    public static bool TryRead(string code, out string? country)
    {
        country = Countries.Shipped.Contains(code) ? code : null;
        // ISO 3166-1 §8.1.3: XA to XZ are for users to assign.
        return country is not null || NoCountry.Contains(code) || code.StartsWith('X');
    }
}
