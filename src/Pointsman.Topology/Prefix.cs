using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pointsman.Topology;

/// <summary>
/// A network: <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>. The bits past the length are always zero, so that two equal networks are equal values.
/// </summary>
public readonly record struct Prefix
{
    private readonly UInt128 _key;

    internal Prefix(UInt128 key, int length, bool isIPv6)
    {
        _key = key & ~AddressKey.HostBits(length);
        Length = length;
        IsIPv6 = isIPv6;
    }

    /// <summary>0 to 32 for IPv4, 0 to 128 for IPv6.</summary>
    public int Length { get; }

    public bool IsIPv6 { get; }

    public IPAddress Network => AddressKey.ToAddress(_key, IsIPv6);

    internal UInt128 FirstKey => _key;
    internal UInt128 LastKey => _key | AddressKey.HostBits(Length);

    /// <summary>The prefix of that length around an address.</summary>
    public static Prefix Around(IPAddress address, int length)
    {
        ArgumentNullException.ThrowIfNull(address);
        var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, isIPv6 ? 128 : 32);
        return new Prefix(AddressKey.Of(address), length, isIPv6);
    }

    /// <summary>False for an address of the other family.</summary>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == AddressFamily.InterNetworkV6 == IsIPv6 && (AddressKey.Of(address) & ~AddressKey.HostBits(Length)) == _key;
    }

    /// <summary>Reads <c>ADDRESS/LENGTH</c>, or an address alone as the prefix of that one address. Bits set past the length are an error.</summary>
    [MethodImpl(LoadPath.FastAtOnce)]
    public static bool TryParse(ReadOnlySpan<char> text, out Prefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (!AddressKey.TryParse(slash < 0 ? text : text[..slash], out var key, out var isIPv6)) return false;
        var longest = isIPv6 ? 128 : 32;
        var length = longest;
        if (slash >= 0)
        {
            var digits = text[(slash + 1)..];
            if (digits.Length is 0 or > 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out length)) return false;
        }
        if (length > longest || (key & AddressKey.HostBits(length)) != UInt128.Zero) return false;
        prefix = new Prefix(key, length, isIPv6);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Network}/{Length}");
}
