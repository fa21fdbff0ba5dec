using System.CommandLine;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Node.Wiring;

namespace Pointsman.Node.Commands;

/// <summary><c>run</c>: one node, in the foreground, until SIGTERM. SIGHUP reloads.</summary>
internal static class RunCommand
{
    public static Command Make()
    {
        var config = new Option<FileInfo>("--config") { Description = "The cluster's configuration, the same on every node", HelpName = "FILE", Required = true };
        var site = new Option<string>("--site") { Description = "Which site this node stands at", HelpName = "NAME", Required = true };
        var node = new Option<string?>("--node") { Description = "Which of the site's nodes this is; may be left out when it has only one", HelpName = "NAME" };
        var state = new Option<DirectoryInfo?>("--state") { Description = "Folder for what outlives a restart (default: $STATE_DIRECTORY, else state/NODE beside the configuration)", HelpName = "DIR" };
        var command = new Command("run", "Run one node") { config, site, node, state };
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            var file = result.GetRequiredValue(config).FullName;
            // Before anything is bound: a hangup that comes early is no reason to die.
            using var hangups = new Hangups(printer.Warn);
            var (host, failed) = await StartAsync();
            if (host is null) return failed;
            hangups.Serve(host.ReloadAsync);

            await using (host)
            {
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                }
                catch (OperationCanceledException)
                {
                    // SIGTERM or Ctrl+C: leave the cluster in order.
                }

                await host.LeaveAsync();
            }

            return ExitCode.Ok;

            // Apart, because what this method holds it holds until the node ends: after a reload that would be a zone that nobody serves.
            async Task<(NodeHost?, int)> StartAsync()
            {
                var loaded = ConfigurationLoader.Load(file);
                loaded.Write(printer.Error, printer.ErrorPalette);
                if (loaded.Configuration is not { } configuration) return (null, ExitCode.ConfigurationInvalid);
                if (!NodeIdentity.TryFind(configuration.Cluster, result.GetRequiredValue(site), result.GetValue(node), out var identity, out var why))
                    return (null, printer.Fail(ExitCode.ConfigurationInvalid, why));
                try
                {
                    return (await NodeHost.StartAsync(configuration, identity, result.GetValue(state)?.FullName ?? DefaultStateFolder(file, identity), printer, stop), ExitCode.Ok);
                }
                catch (Exception error) when (error is IOException or NodeStartException)
                {
                    return (null, printer.Fail(ExitCode.Failed, error.Message));
                }
            }
        });
        return command.Examples("pointsman run --config /etc/pointsman/pointsman.yaml --site paris");
    }

    private static string DefaultStateFolder(string configuration, NodeIdentity identity) =>
        Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } set
            ? set.Split(':')[0] // systemd lists several with colons; ours is the first
            : Path.Combine(Path.GetDirectoryName(configuration) ?? ".", "state", identity.Node.Name);
}
