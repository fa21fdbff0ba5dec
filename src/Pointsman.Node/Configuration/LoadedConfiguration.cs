using System.Collections.Immutable;
using Pointsman.Dns.Zones;
using Pointsman.Model;
using Pointsman.Node.History;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Configuration;

/// <summary>
/// A configuration that passed every check, with the content of every file that it names: nothing is read later, so that what was checked
/// is what runs. Immutable; a reload makes a new one.
/// </summary>
internal sealed record LoadedConfiguration
{
    /// <summary>The main file's absolute path.</summary>
    public required string Path { get; init; }

    public required Cluster Cluster { get; init; }

    /// <summary>The static zones, ordered by origin.</summary>
    public required ImmutableArray<Zone> Zones { get; init; }

    /// <summary>How the nodes' name servers serve.</summary>
    public DnsSettings Dns { get; init; } = DnsSettings.Default;

    /// <summary>Every geography layer: the shipped tables and those that the configuration names.</summary>
    public required Places Places { get; init; }

    /// <summary>How much of the past is kept for <c>explain --at</c>.</summary>
    public HistorySettings History { get; init; } = HistorySettings.Default;

    /// <summary>What <see cref="Zones"/> and <see cref="Places"/> were made of, so that a reload makes anew only what changed [S24].</summary>
    public ReadSources Sources { get; init; } = ReadSources.None;

    /// <summary>The keys of hop tokens [S19]: the first signs, every one verifies (two during a rotation). Empty when nothing redirects.</summary>
    public ImmutableArray<ImmutableArray<byte>> Secrets { get; init; } = [];

    /// <summary>Absolute paths of all files read, the main one first.</summary>
    public ImmutableArray<string> Files { get; init; } = [];
}

/// <summary>A file as it was read: what it is for, its absolute path, and the SHA-256 of what it held.</summary>
internal readonly record struct ReadFile(string Role, string Path, byte[] Hash);

/// <summary>The files behind what was made of them. A zone that gave warnings is not among them: to warn again it is read again.</summary>
/// <param name="Tables">Empty when the configuration names no table.</param>
/// <param name="Zones">By origin as it is written; the zone's own file first, then those that it includes.</param>
internal sealed record ReadSources(ImmutableArray<ReadFile> Tables, ImmutableDictionary<string, (ImmutableArray<ReadFile> Files, Zone Zone)> Zones)
{
    public static ReadSources None { get; } = new([], ImmutableDictionary<string, (ImmutableArray<ReadFile>, Zone)>.Empty);
}

/// <summary>What loading came to: a configuration, or none and the errors why. Warnings may come with either.</summary>
/// <param name="Findings">Sorted by file and place; at most <see cref="Findings.Most"/> errors and as many warnings.</param>
/// <param name="Unlisted">Errors and warnings beyond that.</param>
internal sealed record LoadResult(LoadedConfiguration? Configuration, ImmutableArray<Finding> Findings, int Unlisted)
{
    public IEnumerable<Finding> Warnings => Findings.Where(finding => finding.Severity == Severity.Warning);
    public IEnumerable<Finding> Errors => Findings.Where(finding => finding.Severity == Severity.Error);

    /// <summary>Prints every finding with its line and a caret.</summary>
    public void Write(TextWriter writer, Palette palette)
    {
        foreach (var finding in Findings) finding.Write(writer, palette);
        if (Unlisted > 0) writer.WriteLine(FormattableString.Invariant($"… and {Unlisted} more"));
    }
}
