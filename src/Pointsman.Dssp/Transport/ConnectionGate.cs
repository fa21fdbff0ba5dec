using System.Net;
using System.Net.Sockets;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Who may knock, and how often at once. Handshakes cost a processor, and whoever begins them and says no more holds them for seconds: so many from
/// one address, so many in all, of which the configured nodes' addresses need none. Behind the handshake a site has a few connections and no more.
/// </summary>
internal sealed class ConnectionGate
{
    /// <summary>Nodes behind one address (a NAT, a test's loopback) that start together.</summary>
    public const int HandshakesOfOneAddress = 32;
    public const int Handshakes = 128;

    /// <summary>One in use, one that replaces it, and old ones that nobody has noticed to be dead.</summary>
    public const int ConnectionsOfOneSite = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<SiteId, int> bySite = [];
    private int strangers;

    /// <summary>Null = one too many. To be disposed when the handshake is over, one way or the other.</summary>
    public IDisposable? Knock(IPAddress? from, bool isKnown)
    {
        var key = KeyOf(from);
        lock (gate)
        {
            var here = byAddress.GetValueOrDefault(key);
            if (here >= HandshakesOfOneAddress || (!isKnown && strangers >= Handshakes)) return null;
            byAddress[key] = here + 1;
            if (!isKnown) strangers++;
        }

        return new Ticket(() =>
        {
            lock (gate)
            {
                Less(byAddress, key);
                if (!isKnown) strangers--;
            }
        });
    }

    /// <summary>Null = the site has connections enough.</summary>
    public IDisposable? Enter(SiteId site)
    {
        lock (gate)
        {
            var here = bySite.GetValueOrDefault(site);
            if (here >= ConnectionsOfOneSite) return null;
            bySite[site] = here + 1;
        }

        return new Ticket(() =>
        {
            lock (gate) Less(bySite, site);
        });
    }

    // One customer of IPv6 has a /64 at the least.
    private static string KeyOf(IPAddress? from) => from switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => from.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(from.GetAddressBytes().AsSpan(0, 8)),
        _ => from.ToString(),
    };

    private static void Less<T>(Dictionary<T, int> counts, T key)
        where T : notnull
    {
        if (counts[key] == 1) counts.Remove(key);
        else counts[key]--;
    }

    private sealed class Ticket(Action back) : IDisposable
    {
        private Action? back = back;

        public void Dispose() => Interlocked.Exchange(ref back, null)?.Invoke();
    }
}
