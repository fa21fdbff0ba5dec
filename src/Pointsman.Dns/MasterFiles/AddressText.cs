using System.Net;
using System.Net.Sockets;

namespace Pointsman.Dns.MasterFiles;

/// <summary>Addresses as master files write them: what the system reads too generously is a mistake here.</summary>
internal static class AddressText
{
    public static bool TryParse(string text, AddressFamily family, out IPAddress address)
    {
        // The system takes 10.1 for 10.0.0.1, and [::1]:53 and fe80::1%eth0 for addresses.
        if (IPAddress.TryParse(text, out var read) && read.AddressFamily == family && !text.AsSpan().ContainsAny('%', '[', ']')
            && (family == AddressFamily.InterNetworkV6 || read.ToString() == text))
        {
            address = read;
            return true;
        }
        address = IPAddress.None;
        return false;
    }
}
