using System.Collections.Immutable;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>The zone that a master file holds, or everything that is wrong with it: nothing is ever half-loaded.</summary>
/// <param name="Zone">Null when there is any error.</param>
/// <param name="Errors">In the order of files and lines.</param>
/// <param name="Warnings">What is served as written and hardly meant, in the same order; empty while there are errors.</param>
/// <param name="Files">Every file read, $INCLUDEd ones too: what a configuration digest must cover [S23].</param>
public sealed record MasterFileResult(Zone? Zone, ImmutableArray<ZoneError> Errors, ImmutableArray<ZoneWarning> Warnings, ImmutableArray<string> Files);

/// <summary>Reads master files (RFC 1035 §5.1), with $TTL (RFC 2308 §4), $GENERATE, TTLs like <c>1h30m</c>, and generic RDATA (RFC 3597 §5).</summary>
public static class MasterFile
{
    /// <summary>Reads the zone <paramref name="origin"/> from a file. A file that cannot be read is an error of the result, not an exception.</summary>
    public static MasterFileResult Load(DomainName origin, string path)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return new MasterFileReader(origin).Load(path);
    }

    /// <summary>The same from text; $INCLUDE is relative to the folder of <paramref name="name"/>.</summary>
    public static MasterFileResult Parse(DomainName origin, ReadOnlyMemory<byte> text, string name)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return new MasterFileReader(origin).Parse(text, name);
    }
}
