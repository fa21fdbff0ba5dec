using Pointsman.Node.Commands;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Geography;

/// <summary>The tables as they are and as they would be with one database in another's place.</summary>
internal sealed record Editions(Places Old, Places New, LoadedConfiguration? Configuration)
{
    /// <summary>Null, and the reasons told, when a table or the configuration is wrong; <paramref name="exitCode"/> says which.</summary>
    /// <param name="configuration">Its subscribers, overrides and other databases hold for both; null = the two files alone.</param>
    public static Editions? Load(Printer printer, string old, string next, string? configuration, out int exitCode)
    {
        exitCode = ExitCode.ConfigurationInvalid;
        LoadedConfiguration? loaded = null;
        if (configuration is not null && (loaded = TopologyCommand.Load(printer, configuration)) is null) return null;
        exitCode = ExitCode.Failed;
        if (LoadOne(printer, old, old, loaded) is not { } before || LoadOne(printer, next, old, loaded) is not { } after) return null;
        return new Editions(before, after, loaded);
    }

    /// <param name="replaced">Of the configuration's databases the one whose place <paramref name="file"/> takes; when it is none of them, all of theirs.</param>
    private static Places? LoadOne(Printer printer, string file, string replaced, LoadedConfiguration? configuration)
    {
        var tables = configuration?.Sources.Tables ?? [];
        var subscribers = tables.Where(table => table.Role == PlaceLoading.SubscribersRole).Select(table => table.Path).FirstOrDefault();
        var databases = tables.Where(table => table.Role != PlaceLoading.SubscribersRole).Select(table => table.Path).ToList();
        var place = databases.IndexOf(Path.GetFullPath(replaced));
        if (place < 0) databases = [file];
        else databases[place] = file;
        return TopologyCommand.Load(printer, subscribers, databases, configuration?.Places.Settings);
    }
}
