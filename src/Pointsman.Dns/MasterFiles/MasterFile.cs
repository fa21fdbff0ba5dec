using System.Collections.Immutable;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>The zone that a master file holds, or everything that is wrong with it: nothing is ever half-loaded.</summary>
/// <param name="Files">Every file read, $INCLUDEd ones too, as absolute paths: what a configuration digest must cover [S23].</param>
public sealed record MasterFileResult(Zone? Zone, ImmutableArray<ZoneError> Errors, ImmutableArray<string> Files);

/// <summary>Reads master files (RFC 1035 §5).</summary>
public static class MasterFile
{
    /// <summary>Reads the zone <paramref name="origin"/> from a file. A file that cannot be read is an error of the result, not an exception.</summary>
    public static MasterFileResult Load(DomainName origin, string path) => throw new NotSupportedException("master files are read by a later change");
}
