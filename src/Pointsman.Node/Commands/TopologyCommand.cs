using System.CommandLine;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary><c>pointsman topology</c>: the geography tables. [P2.1, P2.3, P2.4]</summary>
internal static class TopologyCommand
{
    /// <summary>As of a configuration's tables.</summary>
    private const long MaxFileBytes = NamedFiles.MaxTableBytes;

    /// <summary>Errors printed of one broken table; the loader stops soon after.</summary>
    private const int MaxErrorsPrinted = 20;

    public static Command Make() => new("topology", "The geography tables: where the program thinks an address is")
    {
        TopologyLookupCommand.Make(),
        TopologyImportCommand.Make(),
        TopologyShowCommand.Make(),
        TopologyDiffCommand.Make(),
    };

    /// <summary>The file as a source; null, and the reason told, when it cannot be read.</summary>
    public static PlaceSource? Open(string file, PlaceLayer layer, Printer printer)
    {
        var read = DiskFiles.Instance.Read(Path.GetFullPath(file), MaxFileBytes);
        if (read.Bytes is null)
        {
            printer.Fail(ExitCode.Failed, $"{file}: {read.Problem}");
            return null;
        }
        return new PlaceSource(file, layer, read.Bytes) { Date = DateOnly.FromDateTime(File.GetLastWriteTimeUtc(file)) };
    }

    /// <summary>The tables over the shipped ones; null, and the reasons told, when one cannot be read or is wrong.</summary>
    public static Places? Load(Printer printer, string? subscribers, IEnumerable<string> databases, TopologySettings? settings = null)
    {
        var sources = new List<PlaceSource?>();
        if (subscribers is not null) sources.Add(Open(subscribers, PlaceLayer.Subscribers, printer));
        foreach (var database in databases) sources.Add(Open(database, PlaceLayer.Database, printer));
        if (sources.Contains(null)) return null;
        var load = Places.Load(sources.OfType<PlaceSource>(), settings);
        Tell(printer, load.Errors, load.Warnings);
        return load.Places;
    }

    /// <summary>The tables as a configuration has them; null, and the reasons told, when it is not valid.</summary>
    public static LoadedConfiguration? Load(Printer printer, string configuration)
    {
        var load = ConfigurationLoader.Load(configuration);
        if (load.Configuration is null) load.Write(printer.Error, printer.ErrorPalette);
        return load.Configuration;
    }

    public static void Tell(Printer printer, IReadOnlyCollection<ImportError> errors, IEnumerable<ImportError> warnings)
    {
        foreach (var warning in warnings) printer.Warn($"{warning.Source}: {warning.Message}");
        foreach (var error in errors.Take(MaxErrorsPrinted)) printer.Note(error.ToString());
        if (errors.Count > MaxErrorsPrinted) printer.Note($"and {errors.Count - MaxErrorsPrinted} more");
    }
}
