using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Pointsman.Topology;

/// <summary>The layers in their order: of two that mention an address, the first wins.</summary>
public enum PlaceLayer
{
    /// <summary>The operator's own table of user networks, private ones too: who wrote it knows where they are. [P2.4]</summary>
    Subscribers,

    /// <summary>Private, loopback, documentation …: shipped. A user there has no place, whatever a database claims.</summary>
    SpecialPurpose,

    /// <summary>An imported database; several keep the order given. [P2.3]</summary>
    Database,

    /// <summary>The registries' address blocks: shipped. [P2.1]</summary>
    Iana,
}

/// <summary>One table to load and what to call it in errors and in <see cref="Place.Source"/>. Its format is told by its content, never by its name.</summary>
/// <param name="Content">The whole file, packed by gzip or not.</param>
public sealed record PlaceSource(string Name, PlaceLayer Layer, ReadOnlyMemory<byte> Content)
{
    public PlaceSource(string name, PlaceLayer layer, string text) : this(name, layer, Encoding.UTF8.GetBytes(text)) { }

    /// <summary>The day the file is of, for formats that do not say it themselves; null = not known.</summary>
    public DateOnly? Date { get; init; }
}

/// <summary>One mistake in a table. Line and column count from 1; column in characters. Both are 0 where a file has no lines.</summary>
public sealed record ImportError(string Source, int Line, int Column, string Message)
{
    public override string ToString() =>
        Line == 0 ? $"{Source}: error: {Message}" : string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}: error: {Message}");
}

/// <summary>Either the places or every mistake found (up to a bound): never half a table.</summary>
public sealed record PlacesLoad(Places? Places, ImmutableArray<ImportError> Errors)
{
    /// <summary>What is odd and does not keep the tables from being used, such as a registry's file that holds less than it announces.</summary>
    public ImmutableArray<ImportError> Warnings { get; init; } = [];
}
