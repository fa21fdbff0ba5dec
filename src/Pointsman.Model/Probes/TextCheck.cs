using System.Collections.Immutable;

namespace Pointsman.Model.Probes;

/// <summary>
/// What the protocols have in common in which server and client exchange lines: a greeting, TLS in the middle or from the start, a login,
/// and a list of what the server can do.
/// </summary>
public abstract record TextCheck : ProbeCheck
{
    /// <summary>Null = no TLS.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>TLS from the first byte on, in place of asking for it in the protocol (STARTTLS, STLS, AUTH TLS).</summary>
    public bool TlsFromStart { get; init; }

    /// <summary>Null = nobody logs in, but for FTP's anonymous.</summary>
    public ProbeLogin? Login { get; init; }

    /// <summary>Text that the greeting must contain.</summary>
    public string? ExpectGreeting { get; init; }

    /// <summary>What the server must offer, asked as late as TLS and login allow: a keyword, and after it parameters (<c>AUTH PLAIN</c>).</summary>
    public ImmutableArray<string> ExpectCapability { get; init; } = [];

    public override TlsSettings? ImplicitTls => TlsFromStart ? Tls : null;

    /// <summary>TLS that is asked for in the protocol.</summary>
    public TlsSettings? StartTls => TlsFromStart ? null : Tls;

    // Connect, greeting and goodbye; a handshake, and asking for it; user and password; the list.
    public override int RoundTrips => 3 + (Tls is null ? 0 : 2) + (StartTls is null ? 0 : 1) + (Login is null ? 0 : 2) + (ExpectCapability.IsDefaultOrEmpty ? 0 : 1);

    // An immutable array compares by identity; two equal checks read from two generations of a file must be equal [S24].
    public virtual bool Equals(TextCheck? other) => other is not null && EqualityContract == other.EqualityContract
        && Tls == other.Tls && TlsFromStart == other.TlsFromStart && Login == other.Login && ExpectGreeting == other.ExpectGreeting
        && ExpectCapability.AsSpan().SequenceEqual(other.ExpectCapability.AsSpan());

    public override int GetHashCode() => HashCode.Combine(EqualityContract, Tls, TlsFromStart, Login, ExpectGreeting, ExpectCapability.AsSpan().Length);
}
