using System.Collections.Immutable;
using Pointsman.Dns.Cookies;

namespace Pointsman.Dns;

/// <summary>How DNS cookies (RFC 7873) are served. Without secrets the server makes its own and changes it by itself.</summary>
public sealed record CookieSettings
{
    /// <summary>Octets of a secret: the key of SipHash-2-4 (RFC 9018 §4.4).</summary>
    public const int SecretLength = SipKey.Length;

    /// <summary>False: a cookie option is passed over like one that nobody knows.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>True: who shows a cookie over UDP but no server cookie of ours is told BADCOOKIE and gets one; who shows none is answered.</summary>
    public bool Required { get; init; }

    /// <summary>Each of <see cref="SecretLength"/> octets; the first signs, all verify. Servers that share them accept each other's cookies.</summary>
    public ImmutableArray<ImmutableArray<byte>> Secrets
    {
        get;
        init
        {
            foreach (var secret in value) ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength);
            Configured = value.IsDefaultOrEmpty ? null : new CookieSecrets([.. value.Select(secret => SipKey.From(secret.AsSpan()))]);
            field = value;
        }
    } = [];

    internal CookieSecrets? Configured { get; private init; }
}
