using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Pointsman.Topology;

namespace Pointsman.Tests.Topology;

/// <summary>
/// The slow answer, written apart from the product: rules in a list, longest match by trying all, addresses as plain integers. Knows the
/// scope from its meaning: a class can change only at an edge of a rule, so a network is of one class exactly when all edges inside it are.
/// </summary>
internal sealed class ClassOracle(IReadOnlyList<(Prefix Prefix, int Class)> rules, ScopeCeilings ceilings)
{
    /// <summary>The tables' CSV; a rule's class is the name of its row.</summary>
    public string Csv { get; } = "prefix,name\n" + string.Concat(rules.Select(rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Prefix},{rule.Class}\n")));

    public int ClassOf(UInt128 address, bool isIPv6)
    {
        if (!isIPv6) return LongestMatch(address >> (32 - ceilings.IPv4) << (32 - ceilings.IPv4), 32);
        if (Carried(address) is { } inner) return ClassOf(inner, false);
        return LongestMatch(ceilings.IPv6 == 0 ? 0 : address >> (128 - ceilings.IPv6) << (128 - ceilings.IPv6), 128);
    }

    /// <summary>Are all addresses that share this many leading bits of one class?</summary>
    public bool IsOneClass(UInt128 address, int length, bool isIPv6)
    {
        var bits = isIPv6 ? 128 : 32;
        var open = length == 0 ? (isIPv6 ? UInt128.MaxValue : uint.MaxValue) : ((UInt128)1 << (bits - length)) - 1;
        var (first, last) = (address & ~open, address | open);
        var expected = ClassOf(address, isIPv6);
        return Edges(address, isIPv6).Append(first).Append(last).Where(edge => edge >= first && edge <= last)
            .All(edge => ClassOf(edge, isIPv6) == expected);
    }

    private int LongestMatch(UInt128 address, int bits)
    {
        var (best, found) = (-1, 0);
        foreach (var (prefix, number) in rules)
        {
            if (prefix.IsIPv6 != (bits == 128) || prefix.Length <= best) continue;
            if (prefix.Length != 0 && (Number(prefix.Network) ^ address) >> (bits - prefix.Length) != UInt128.Zero) continue;
            (best, found) = (prefix.Length, number);
        }
        return found;
    }

    /// <summary>Every address beside which the class may change, on both sides of the change.</summary>
    private IEnumerable<UInt128> Edges(UInt128 address, bool isIPv6)
    {
        var ipv4 = RuleEdges(false).ToList();
        if (!isIPv6) return ipv4;
        var mapped = (UInt128)0xFFFF << 32;
        var nat64 = (UInt128)0x0064_FF9B << 96;
        var teredo = (UInt128)0x2001_0000 << 96;
        var upper = address >> 32 << 32;
        return RuleEdges(true)
            .Concat(Both(mapped, (UInt128)1 << 32)).Concat(Both(nat64, (UInt128)1 << 32))
            .Concat(Both((UInt128)0x2002 << 112, (UInt128)1 << 112)).Concat(Both(teredo, (UInt128)1 << 96))
            .Concat(ipv4.SelectMany(edge => (UInt128[])[mapped | edge, nat64 | edge, ((UInt128)0x2002 << 112) | (edge << 80), teredo | (edge ^ uint.MaxValue), upper | (edge ^ uint.MaxValue)]));
    }

    private IEnumerable<UInt128> RuleEdges(bool isIPv6)
    {
        var (bits, ceiling) = isIPv6 ? (128, ceilings.IPv6) : (32, ceilings.IPv4);
        foreach (var (prefix, _) in rules.Where(rule => rule.Prefix.IsIPv6 == isIPv6))
        {
            var first = Number(prefix.Network);
            var size = prefix.Length == 0 ? UInt128.Zero : (UInt128)1 << (bits - prefix.Length);
            var step = ceiling == 0 ? UInt128.Zero : (UInt128)1 << (bits - ceiling);
            foreach (var edge in Both(first, size))
            {
                yield return edge;
                // A rule shorter than a ceiling's network shows up at the next network, if at all.
                if (step == UInt128.Zero) continue;
                foreach (var moved in Both((edge + step - 1) / step * step, 0))
                    yield return isIPv6 ? moved : moved & uint.MaxValue;
            }
        }
    }

    private static IEnumerable<UInt128> Both(UInt128 first, UInt128 size) => [first, first - 1, first + size, first + size - 1];

    private static UInt128? Carried(UInt128 address)
    {
        var (high, low) = ((ulong)(address >> 64), (ulong)address);
        if ((high == 0 && low >> 32 == 0xFFFF) || (high == 0x0064_FF9B_0000_0000 && low >> 32 == 0)) return low & uint.MaxValue;
        if (high >> 48 == 0x2002) return high >> 16 & uint.MaxValue;
        if (high >> 32 == 0x2001_0000) return ~low & uint.MaxValue;
        return null;
    }

    private static UInt128 Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
