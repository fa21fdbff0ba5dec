using System.Collections.Immutable;
using System.Globalization;

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

/// <summary>One table to load: CSV text and what to call it in errors and in <see cref="Place.Source"/>.</summary>
/// <param name="Text">Read once, from start to end; the loader does not close it.</param>
public sealed record PlaceSource(string Name, PlaceLayer Layer, TextReader Text)
{
    public PlaceSource(string name, PlaceLayer layer, string text) : this(name, layer, new StringReader(text)) { }
}

/// <summary>One mistake in a table. Line and column count from 1; column in characters.</summary>
public sealed record ImportError(string Source, int Line, int Column, string Message)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}: error: {Message}");
}

/// <summary>Either the places or every mistake found (up to a bound): never half a table.</summary>
public sealed record PlacesLoad(Places? Places, ImmutableArray<ImportError> Errors);
