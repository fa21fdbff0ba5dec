using System.Net;
using Pointsman.Topology;

namespace Pointsman.Benchmarks;

/// <summary>
/// Prefixes by the half million, the same ones each time and nobody's: blocks that registries give out are cut in two at random until there are
/// enough. No two neighbours have the same place, so that nothing merges: the worst that a table of so many prefixes can be.
/// </summary>
internal static class MadeUpNetworks
{
    public const int Count = 500_000;

    /// <summary>About as many as there are countries with users, and what one decision can tell apart.</summary>
    public const int Places = 250;

    private static readonly string[] s_ipv6 = ["2400::/12", "2600::/12", "2630::/12", "2800::/12", "2a00::/12", "2a10::/12", "2c00::/12"];

    /// <summary>1.0.0.0 to 223.255.255.255, down to /24.</summary>
    public static List<(Prefix Prefix, int Place)> IPv4(int count = Count) =>
        Cut([.. Enumerable.Range(1, 223).Select(octet => Prefix.Around(new IPAddress([(byte)octet, 0, 0, 0]), 8))], count, 24);

    /// <summary>The registries' large blocks, down to /48.</summary>
    public static List<(Prefix Prefix, int Place)> IPv6(int count = Count) =>
        Cut([.. s_ipv6.Select(text => Prefix.TryParse(text, out var prefix) ? prefix : default)], count, 48);

    /// <summary>A client of each prefix in turn, at random within it; IPv4 in the low 32 bits.</summary>
    public static UInt128[] Clients(List<(Prefix Prefix, int Place)> networks, int count)
    {
        var dice = new Random(7);
        var clients = new UInt128[count];
        for (var index = 0; index < count; index++)
        {
            var (prefix, _) = networks[dice.Next(networks.Count)];
            var open = (prefix.IsIPv6 ? 128 : 32) - prefix.Length;
            var noise = new UInt128((ulong)dice.NextInt64(), (ulong)dice.NextInt64());
            clients[index] = Number(prefix.Network) | (open == 128 ? noise : noise & ((UInt128.One << open) - 1));
        }
        return clients;
    }

    public static UInt128 Number(IPAddress address)
    {
        var number = UInt128.Zero;
        foreach (var octet in address.GetAddressBytes()) number = number << 8 | octet;
        return number;
    }

    private static List<(Prefix, int)> Cut(List<Prefix> open, int count, int longest)
    {
        var dice = new Random(20261126);
        var done = new List<Prefix>();
        while (open.Count + done.Count < count)
        {
            var at = dice.Next(open.Count);
            var block = open[at];
            open[at] = open[^1];
            open.RemoveAt(open.Count - 1);
            var octets = block.Network.GetAddressBytes();
            var left = Prefix.Around(block.Network, block.Length + 1);
            octets[block.Length / 8] |= (byte)(0x80 >> (block.Length % 8));
            foreach (var half in (Prefix[])[left, Prefix.Around(new IPAddress(octets), block.Length + 1)])
                (half.Length == longest ? done : open).Add(half);
        }
        var all = open.Concat(done).OrderBy(prefix => Number(prefix.Network)).ToList();
        var places = new List<(Prefix, int)>(all.Count);
        var last = -1;
        foreach (var prefix in all)
        {
            var place = dice.Next(Places - 1);
            if (place >= last) place++;
            places.Add((prefix, last = place));
        }
        return places;
    }
}
