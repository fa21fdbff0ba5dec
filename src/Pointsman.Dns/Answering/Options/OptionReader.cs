using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering.Options;

/// <summary>The options of a query's OPT record. Nothing is checked here that depends on a setting.</summary>
internal static class OptionReader
{
    /// <summary>False when one is malformed; <see cref="Query.Fault"/> then says which.</summary>
    /// <param name="place">Where <paramref name="rdata"/> stands in the message.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> rdata, int place, bool tcp, ref Query query)
    {
        var reader = new MessageReader(rdata);
        // Bounded by the record: each option takes at least 4 octets of it.
        while (!reader.AtEnd)
        {
            if (!reader.TryReadUInt16(out var code) || !reader.TryReadUInt16(out var length) || !reader.TryReadSpan(length, out var value))
            {
                query.Fault = Reason.OptionsCut;
                return false;
            }
            switch ((OptionCode)code)
            {
                // Of several the first one counts, but a malformed one is malformed wherever it stands.
                case OptionCode.ClientSubnet:
                    var subnet = new ClientSubnet();
                    if (!subnet.TryRead(value))
                    {
                        query.Fault = Reason.SubnetMalformed;
                        return false;
                    }
                    if (!query.Subnet.Present) query.Subnet = subnet;
                    break;
                // RFC 5001 §2.1: whatever a query has in it means nothing.
                case OptionCode.NameServerId:
                    query.Asked |= OptionsAsked.NameServerId;
                    break;
                // RFC 7873 §5.2: of several cookies the first one counts.
                case OptionCode.Cookie when !query.AsksFor(OptionsAsked.Cookie):
                    query.Asked |= OptionsAsked.Cookie;
                    (query.CookiePlace, query.CookieLength) = (place + reader.Position - length, length);
                    break;
                // RFC 7828 §3.3.1: over UDP it is ignored, whatever it holds.
                case OptionCode.Keepalive when tcp:
                    // RFC 7828 §3.2.1: a client gives no timeout.
                    if (length != 0)
                    {
                        query.Fault = Reason.KeepaliveMalformed;
                        return false;
                    }
                    query.Asked |= OptionsAsked.Keepalive;
                    break;
                // RFC 7830 §4: what the padding consists of is no concern of the server.
                case OptionCode.Padding:
                    query.Asked |= OptionsAsked.Padding;
                    break;
                default:
                    // RFC 6891 §6.1.2: an option that is not understood is ignored.
                    break;
            }
        }
        return true;
    }
}
