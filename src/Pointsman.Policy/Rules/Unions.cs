using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Pointsman.Policy.Rules;

/// <summary>
/// Unions of states that rules may name. The European Union's 27 member states, by their country codes: a territory with a code of its own (Réunion is
/// RE, Åland AX) is not among them, and a rule that means it names it.
/// </summary>
public static class Unions
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> s_members = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
    {
        ["eu"] = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".Split(' ').ToFrozenSet(StringComparer.Ordinal),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Lower case.</summary>
    public static ImmutableArray<string> All { get; } = [.. s_members.Keys];

    /// <param name="country">ISO 3166 alpha-2, upper case.</param>
    public static bool Has(string union, string country) => s_members.TryGetValue(union, out var members) && members.Contains(country);
}
