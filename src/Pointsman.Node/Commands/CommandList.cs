using System.CommandLine;

namespace Pointsman.Node.Commands;

/// <summary>The program's table of contents: one line a command, one file each.</summary>
internal static class CommandList
{
    public static IEnumerable<Command> All() =>
    [
        HandoffCommand.Make(),
        DnsCommand.Make(),
        DnstapCommand.Make(),
        CheckZoneCommand.Make(),
        PkiCommand.Make(),
        TopologyCommand.Make(),
        CheckCommand.Make(),
        SimulateCommand.Make(),
        VerifyCommand.Make(),
        ProbeCommand.Make(),
        ReplayCommand.Make(),
        RunCommand.Make(),
        DemoCommand.Make(),
        StatusCommand.Make(),
        MatrixCommand.Make(),
        TableCommand.Make(),
        SitesCommand.Make(),
        DsspCommand.Make(),
        EventsCommand.Make(),
        ExplainCommand.Make(),
        ReloadCommand.Make(),
        FailbackCommand.Make(),
        DrainCommand.Make(),
        DrainCommand.MakeUndrain(),
        ForceCommand.Make(),
        CanDrainCommand.Make(),
        OverridesCommand.Make(),
        DemoPartCommand.Make(),
    ];
}
