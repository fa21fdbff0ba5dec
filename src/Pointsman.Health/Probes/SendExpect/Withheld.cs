using System.Text;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>
/// Keeps a password out of every text that is shown. Servers quote what they did not understand, cut it, or put it in other quotes; so a text
/// that repeats a good part of the password, plain or as it went over the wire, is not shown at all. To strike out the part alone was
/// rejected: the hole has the shape of what was in it. A server that wants to tell can always: this is against echo, not against malice.
/// </summary>
internal sealed class Withheld
{
    /// <summary>Letters and digits in a row that are a repetition and no chance; a shorter secret counts as a whole.</summary>
    private const int TellingLetters = 6;

    /// <summary>What a line of a failure shows of a server's text.</summary>
    private const int MostShown = 100;

    public const string InPlace = "(text not shown: it repeats a password)";

    private readonly List<string> secrets = [];

    /// <param name="password">Null = nothing is withheld.</param>
    public Withheld(string? user, string? password)
    {
        if (string.IsNullOrEmpty(password)) return;
        secrets.Add(password);
        secrets.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(password)));
        secrets.Add(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(password)));
        secrets.Add(Plain(user ?? "", password));
    }

    /// <summary>The message of SASL's PLAIN.</summary>
    // RFC 4616 §2: nobody to act for, a NUL, the user, a NUL, the password.
    public static string Plain(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));

    /// <summary>The text, cut and printable, or what stands in its place.</summary>
    public string Show(string text) => Repeats(text) ? InPlace : Printable.Cut(text, MostShown);

    private bool Repeats(string text)
    {
        if (secrets.Count == 0 || text.Length == 0) return false;
        var letters = Letters(text);
        foreach (var secret in secrets)
        {
            if (text.Contains(secret, StringComparison.OrdinalIgnoreCase)) return true;
            var parts = Letters(secret);
            if (parts.Length > 0 && parts.Length <= TellingLetters && letters.Contains(parts, StringComparison.Ordinal)) return true;
            for (var i = 0; i + TellingLetters <= parts.Length; i++)
            {
                if (letters.Contains(parts.Substring(i, TellingLetters), StringComparison.Ordinal)) return true;
            }
        }

        return false;
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
