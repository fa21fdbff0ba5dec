using System.Text;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Limiting;

namespace Pointsman.Dns;

/// <summary>
/// How queries are answered, beside what they are answered from. Immutable; goes out with the <see cref="DnsContents"/>, so that a reload changes
/// it without a listener, a connection or a counter being touched.
/// </summary>
public sealed record AnswerSettings
{
    /// <summary>One character-string of a TXT record holds no more (RFC 1035 §3.3).</summary>
    public const int MaxTextBytes = 255;

    public static AnswerSettings Default { get; } = new();

    /// <summary>The largest UDP answer in octets, 512 to 4096; default 1232, which no path fragments.</summary>
    public int UdpPayloadBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 512);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4096);
            field = value;
        }
    } = 1232;

    /// <summary>Which server this is, told to who asks by option (RFC 5001) or by name (RFC 4892); null = not told. At most <see cref="MaxTextBytes"/> in UTF-8.</summary>
    public string? Identity
    {
        get;
        init
        {
            IdentityOctets = Octets(value);
            IdentityRecord = ChaosNames.Record(IdentityOctets);
            field = value;
        }
    }

    /// <summary>Rates for UDP; null = not limited.</summary>
    public RateLimits? RateLimits { get; init; }

    /// <summary>
    /// A UDP client that has not proven its address gets large answers over TCP only: those of more than 512 octets that are more than three times
    /// its query.
    /// </summary>
    public bool TruncateUnproven { get; init; }

    /// <summary>Which program and version this is, told to who asks by name; null = not told. At most <see cref="MaxTextBytes"/> in UTF-8.</summary>
    public string? Version
    {
        get;
        init
        {
            VersionRecord = ChaosNames.Record(Octets(value));
            field = value;
        }
    }

    public CookieSettings Cookies { get; init; } = new();

    /// <summary>Answers over TCP to who pads his queries are filled up to a multiple of so many octets (RFC 8467 §4.1); 0 = not.</summary>
    public int PaddingBlock
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4096);
            field = value;
        }
    } = 468;

    internal byte[] IdentityOctets { get; private init; } = [];
    internal byte[] IdentityRecord { get; private init; } = [];
    internal byte[] VersionRecord { get; private init; } = [];

    private static byte[] Octets(string? text)
    {
        var octets = Encoding.UTF8.GetBytes(text ?? "");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets.Length, MaxTextBytes);
        return octets;
    }
}
