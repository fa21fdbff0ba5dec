using System.CommandLine;
using System.Globalization;
using System.Net;
using Pointsman.Model;
using Pointsman.Node.Demo;

namespace Pointsman.Node.Commands;

/// <summary>The demo's own processes, hidden from help: relays, real servers and the guard. Each prints one line when it is ready.</summary>
internal static class DemoPartCommand
{
    public static Command Make()
    {
        var command = new Command("demo-part", "One process of the demo") { Hidden = true };
        command.Subcommands.Add(RelayPart());
        command.Subcommands.Add(ServerPart());
        var guard = new Command("guard", "Ends the demo's processes when the demo has ended");
        guard.SetAction(async (_, _) =>
        {
            // Ctrl+C reaches the whole group: the guard must outlive the demo by a moment.
            Console.CancelKeyPress += (_, key) => key.Cancel = true;
            await Guard.RunAsync(Console.In);
            return ExitCode.Ok;
        });
        command.Subcommands.Add(guard);
        return command;
    }

    private static Command RelayPart()
    {
        var listen = new Argument<string>("listen");
        var to = new Argument<string>("to");
        var ports = new Argument<string>("ports");
        var micros = new Argument<long>("micros");
        var command = new Command("relay", "The way from one site to another") { listen, to, ports, micros };
        command.SetAction(async (result, stop) =>
        {
            await Relay.RunAsync(
                IPAddress.Parse(result.GetRequiredValue(listen)),
                IPAddress.Parse(result.GetRequiredValue(to)),
                [.. result.GetRequiredValue(ports).Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture))],
                TimeSpan.FromMicroseconds(result.GetRequiredValue(micros)),
                () => Console.WriteLine("ready"),
                stop);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command ServerPart()
    {
        var listen = new Argument<string>("listen");
        var root = new Argument<string>("root");
        var label = new Argument<string>("label");
        var command = new Command("server", "A real server") { listen, root, label };
        command.SetAction(async (result, stop) =>
        {
            if (!Endpoint.TryParse(result.GetRequiredValue(listen), out var endpoint)) return ExitCode.Usage;
            await ContentServer.RunAsync(endpoint, result.GetRequiredValue(root), result.GetRequiredValue(label), () => Console.WriteLine("ready"), stop);
            return ExitCode.Ok;
        });
        return command;
    }
}
