using System.Collections.Immutable;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Zones;

/// <summary>RDATA with the names inside it that may be compressed (RFC 3597 §4: only those of the oldest types).</summary>
/// <param name="Octets">Uncompressed.</param>
/// <param name="Names">Position in <paramref name="Octets"/> and the name that stands there; ascending; empty for most types.</param>
public sealed record Rdata(byte[] Octets, ImmutableArray<(int Position, DomainName Name)> Names)
{
    public static Rdata Plain(ReadOnlySpan<byte> octets) => new(octets.ToArray(), []);

    public static Rdata OfName(DomainName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(name.Wire.ToArray(), [(0, name)]);
    }
}
