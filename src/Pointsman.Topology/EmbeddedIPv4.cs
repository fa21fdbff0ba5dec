namespace Pointsman.Topology;

/// <summary>
/// The IPv6 ranges that carry an IPv4 address inside; the user is where that IPv4 address is, so geography looks it up instead.
/// <code>
///   mapped   ::ffff:0:0/96    v4 in bits 96–127                 RFC 4291 §2.5.5.2
///   NAT64    64:ff9b::/96     v4 in bits 96–127                 RFC 6052 §2.1
///   6to4     2002::/16        v4 in bits 16–47                  RFC 3056 §2
///   Teredo   2001::/32        client's v4, inverted, in 96–127  RFC 4380 §4
/// </code>
/// These four layouts are the only addresses that the code knows; every other fact about a block is a row of a table.
/// </summary>
internal static class EmbeddedIPv4
{
    private const int IPv4Bits = 32;

    /// <param name="Block">The IPv6 prefix.</param>
    /// <param name="Offset">Where the IPv4 address begins, in bits: an IPv4 prefix of length n is an IPv6 prefix of length Offset + n.
    /// (In Teredo's case too: the bits between the block and the offset say nothing about the client.)</param>
    /// <param name="Inverted">Teredo writes the client's address with every bit flipped.</param>
    public readonly record struct Layout(Prefix Block, int Offset, bool Inverted)
    {
        public UInt128 Unwrap(UInt128 key)
        {
            var bits = (Inverted ? ~key : key) << Offset;
            return bits & ~AddressKey.HostBits(IPv4Bits);
        }
    }

    private static readonly Layout[] Layouts =
    [
        new(Parse("::ffff:0:0/96"), 96, false),
        new(Parse("64:ff9b::/96"), 96, false),
        new(Parse("2002::/16"), 16, false),
        new(Parse("2001::/32"), 96, true),
    ];

    public static ReadOnlySpan<Layout> All => Layouts;

    public static bool TryUnwrap(UInt128 ipv6, out UInt128 ipv4)
    {
        foreach (ref readonly var layout in All)
        {
            if (ipv6 < layout.Block.FirstKey || ipv6 > layout.Block.LastKey) continue;
            ipv4 = layout.Unwrap(ipv6);
            return true;
        }
        ipv4 = default;
        return false;
    }

    private static Prefix Parse(string text) => Prefix.TryParse(text, out var prefix) ? prefix : throw new FormatException(text);
}
