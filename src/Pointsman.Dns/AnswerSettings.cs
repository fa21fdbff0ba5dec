using System.Text;

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

    /// <summary>Which server this is, told to who asks (RFC 5001); null = not told. At most <see cref="MaxTextBytes"/> in UTF-8.</summary>
    public string? Identity
    {
        get;
        init
        {
            IdentityOctets = Octets(value);
            field = value;
        }
    }

    internal byte[] IdentityOctets { get; private init; } = [];

    private static byte[] Octets(string? text)
    {
        var octets = Encoding.UTF8.GetBytes(text ?? "");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets.Length, MaxTextBytes);
        return octets;
    }
}
