using System.Buffers.Binary;
using System.Text;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering.Options;

/// <summary>
/// Why an answer is as it is, as an extended error (RFC 8914 §2): rendered once, copied into answers. The text is for the person who looks at
/// the answer; only where the code does not say it all.
/// </summary>
internal sealed class Reason
{
    /// <summary>INFO-CODE alone.</summary>
    public const int CodeLength = 2;

    public static readonly Reason OutOfZone = new(ExtendedError.NotAuthoritative);
    public static readonly Reason OpcodeUnknown = new(ExtendedError.NotSupported, "opcode");
    public static readonly Reason ClassUnknown = new(ExtendedError.NotSupported, "class");
    public static readonly Reason TypeRefused = new(ExtendedError.NotSupported, "no zone transfer, no meta type");
    public static readonly Reason NotTold = new(ExtendedError.Prohibited);
    public static readonly Reason OptionsCut = new(ExtendedError.Other, "an EDNS option runs over the end of its record");
    public static readonly Reason SubnetMalformed = new(ExtendedError.Other, "malformed client subnet option (RFC 7871, section 6)");
    public static readonly Reason CookieMalformed = new(ExtendedError.Other, "malformed cookie option (RFC 7873, section 4)");
    public static readonly Reason KeepaliveMalformed = new(ExtendedError.Other, "keepalive option with a timeout in a query (RFC 7828, section 3.2.1)");
    public static readonly Reason OptTwice = new(ExtendedError.Other, "more than one OPT record, or one that is not at the root");

    private static readonly Reason[] s_plain = [.. Enum.GetValues<ExtendedError>().Select(code => new Reason(code))];

    private Reason(ExtendedError code, string text = "")
    {
        Code = code;
        Octets = new byte[CodeLength + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(Octets, (ushort)code);
        Encoding.UTF8.GetBytes(text, Octets.AsSpan(CodeLength));
    }

    public ExtendedError Code { get; }

    /// <summary>The option's value: INFO-CODE and EXTRA-TEXT.</summary>
    public byte[] Octets { get; }

    /// <summary>The code without a text.</summary>
    public static Reason? Of(ExtendedError? code)
    {
        if (code is null) return null;
        // Bounded by the codes there are.
        foreach (var reason in s_plain)
            if (reason.Code == code) return reason;
        return null;
    }
}
