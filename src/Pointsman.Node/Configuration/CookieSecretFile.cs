using System.Collections.Immutable;
using Pointsman.Dns;

namespace Pointsman.Node.Configuration;

/// <summary>
/// A file with one secret of server cookies: 32 hexadecimal digits, the form that other name servers take too, so that a site's may share
/// it. An error tells how much was found, never what.
/// </summary>
internal static class CookieSecretFile
{
    public const long MaxBytes = 4096;
    private const int Digits = 2 * CookieSettings.SecretLength;

    /// <summary>White space at the end is no part of it, so that <c>openssl rand -hex 16</c> and an editor may write it.</summary>
    public static ImmutableArray<byte>? Read(ReadOnlySpan<byte> content, out string? problem)
    {
        problem = null;
        var text = content.TrimEnd(" \t\r\n"u8);
        var secret = new byte[CookieSettings.SecretLength];
        if (text.Length == Digits && Convert.FromHexString(text, secret, out _, out _) == System.Buffers.OperationStatus.Done) return [.. secret];
        problem = FormattableString.Invariant($"must hold {Digits} hexadecimal digits, as 'openssl rand -hex {CookieSettings.SecretLength}' writes them; has ")
            + (text.Length == Digits ? "other characters among them" : FormattableString.Invariant($"{text.Length} characters"));
        return null;
    }
}
