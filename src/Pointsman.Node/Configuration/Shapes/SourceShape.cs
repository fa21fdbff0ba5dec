using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>Local addresses that probes leave from: one, or one of each family.</summary>
internal sealed class SourceShape : Shape<SourceAddresses>
{
    private static readonly ListOf<IPAddress> list = new(Names.Address, 1, 2, orOne: true);

    public override string Words => "an IPv4 address, an IPv6 address, or a list of one of each";

    public override JsonObject Schema() => list.Schema();

    public override bool TryRead(YamlNode node, string path, Findings findings, out SourceAddresses value)
    {
        value = SourceAddresses.None;
        if (!list.TryRead(node, path, findings, out var addresses)) return false;
        foreach (var address in addresses)
        {
            var bytes = address.GetAddressBytes();
            var isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
            if (!bytes.AsSpan().ContainsAnyExcept((byte)0) || (isIPv6 ? address.IsIPv6Multicast : bytes[0] >= 224))
            {
                findings.Error(node.Mark, path, $"must be addresses of a machine, was {address}");
                return false;
            }

            if (value.For(address.AddressFamily) is not null) return Refuse(node, path, findings, out value, "two of one family leave open which it is");
            value = isIPv6 ? value with { IPv6 = address } : value with { IPv4 = address };
        }

        return true;
    }
}
