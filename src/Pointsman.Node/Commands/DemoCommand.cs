using System.CommandLine;
using Pointsman.Node.Demo;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>demo</c>: six real sites on this machine's loopback, and a tour of what they do.</summary>
internal static class DemoCommand
{
    public static Command Make()
    {
        var exit = new Option<bool>("--exit-after-tour") { Description = "End after the tour: 0 when every step came out as announced, else 1" };
        var noTour = new Option<bool>("--no-tour") { Description = "Start the cluster and leave it at that" };
        var sites = new Option<int>("--sites") { Description = $"How many sites, 2 to {DemoTable.MaximumSites}", HelpName = "N", DefaultValueFactory = _ => 6 };
        var portBase = new Option<int>("--port-base") { Description = "DNS listens on this port, all else at fixed distances above it (to N + 3701)", HelpName = "N", DefaultValueFactory = _ => DemoLayout.DefaultPortBase };
        sites.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > DemoTable.MaximumSites) result.AddError($"--sites must be 2 to {DemoTable.MaximumSites}");
        });
        portBase.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 61000) result.AddError("--port-base must be 1 to 61000");
        });
        var command = new Command("demo", "Start six sites on loopback, with real content, and show what they do") { exit, noTour, sites, portBase };
        command.Validators.Add(result =>
        {
            if (result.GetValue(exit) && result.GetValue(noTour)) result.AddError("--exit-after-tour and --no-tour exclude each other");
        });
        command.SetAction((result, stop) =>
            new DemoRun(new DemoLayout(result.GetValue(sites), result.GetValue(portBase)), Printer.For(result)).RunAsync(!result.GetValue(noTour), result.GetValue(exit), stop));
        return command.Examples("pointsman demo", "pointsman demo --exit-after-tour", "pointsman demo --no-tour --sites 4", "pointsman demo --port-base 15300");
    }
}
