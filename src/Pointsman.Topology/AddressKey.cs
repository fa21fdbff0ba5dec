using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pointsman.Topology;

/// <summary>
/// One key for both families: the address's bits, left-aligned in 128. So an IPv4 address is a key whose last 96 bits are zero, a prefix
/// length means the same in both, and every table below is written once. The family is never in the key: the two have tables of their own.
/// </summary>
internal static class AddressKey
{
    private const int IPv4Shift = 96;
    private const int DottedPartDigits = 3;
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out var written);
        return Of(bytes[..written]);
    }

    public static UInt128 Of(ReadOnlySpan<byte> address) => address.Length switch
    {
        4 => OfIPv4(BinaryPrimitives.ReadUInt32BigEndian(address)),
        16 => BinaryPrimitives.ReadUInt128BigEndian(address),
        _ => throw new ArgumentOutOfRangeException(nameof(address), address.Length, "an address has 4 or 16 bytes"),
    };

    public static UInt128 OfIPv4(uint address) => (UInt128)address << IPv4Shift;

    public static IPAddress ToAddress(UInt128 key, bool isIPv6)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return new IPAddress(isIPv6 ? bytes : bytes[..4]);
    }

    /// <summary>All ones from bit <paramref name="length"/> on: what a prefix of that length leaves open. Zero at 128.</summary>
    public static UInt128 HostBits(int length) => length >= 128 ? UInt128.Zero : UInt128.MaxValue >> length;

    public static int CommonPrefixLength(UInt128 left, UInt128 right) => (int)UInt128.LeadingZeroCount(left ^ right);

    /// <summary>
    /// Reads an address strictly. The framework's own parser also takes <c>10.1</c>, octal and hexadecimal parts, brackets and zone
    /// indices; in a table each of these is a mistake.
    /// </summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    public static bool TryParse(ReadOnlySpan<char> text, out UInt128 key, out bool isIPv6)
    {
        key = default;
        isIPv6 = text.Contains(':');
        if (!isIPv6) return TryParseDotted(text, out key);
        if (text.ContainsAnyExcept(IPv6Characters)) return false;
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        key = Of(address);
        return true;
    }

    [MethodImpl(LoadPath.FastAtOnce)]
    private static bool TryParseDotted(ReadOnlySpan<char> text, out UInt128 key)
    {
        key = default;
        uint address = 0;
        var rest = text;
        for (var part = 0; part < 4; part++)
        {
            var dot = rest.IndexOf('.');
            if (dot < 0 != (part == 3)) return false;
            var digits = part == 3 ? rest : rest[..dot];
            if (digits.Length is 0 or > DottedPartDigits || (digits.Length > 1 && digits[0] == '0')) return false;
            uint value = 0;
            foreach (var digit in digits)
            {
                if (!char.IsAsciiDigit(digit)) return false;
                value = (value * 10) + (uint)(digit - '0');
            }
            if (value > byte.MaxValue) return false;
            address = (address << 8) | value;
            if (part < 3) rest = rest[(dot + 1)..];
        }
        key = OfIPv4(address);
        return true;
    }
}
