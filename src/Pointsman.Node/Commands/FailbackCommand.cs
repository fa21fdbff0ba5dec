using System.CommandLine;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>failback SITE[/SERVICE]</c>: a site that was down and holds itself back takes its users again. Its own node is asked.</summary>
internal static class FailbackCommand
{
    public static Command Make()
    {
        var node = NodeClient.NodeOption();
        var what = OrderOptions.WhatArgument();
        var command = new Command("failback", "Let a site that was down take users again, where policy.failback makes it wait") { what, node, OutputOptions.Format };
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            var (site, service) = OrderOptions.Split(result.GetRequiredValue(what));
            try
            {
                using var client = new NodeClient(result.GetRequiredValue(node));
                var answer = await client.PostAsync($"failback?site={Uri.EscapeDataString(site)}&service={Uri.EscapeDataString(service ?? "")}", stop);
                printer.Print(answer, (writer, _) => writer.WriteLine($"{answer["site"]} takes users again: {string.Join(", ", answer["released"]!.AsArray().Select(one => (string)one!))}"));
                return ExitCode.Ok;
            }
            catch (NodeClientException error)
            {
                return printer.Fail(error.ExitCode, error.Message);
            }
        });
        return command.Examples("pointsman failback paris", "pointsman failback paris/www.example.com --node http://127.0.1.1:8080");
    }
}
