using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>events [--follow]</c>: what happened at the node. With --follow, -o json prints one object a line, -o yaml one document an event.</summary>
internal static class EventsCommand
{
    // Below the patience of one request.
    private const int PollSeconds = 8;

    public static Command Make()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing what happens until interrupted" };
        var node = NodeClient.NodeOption();
        var command = new Command("events", "What happened at the node, oldest first") { follow, node, OutputOptions.Format };
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            try
            {
                using var client = new NodeClient(result.GetRequiredValue(node));
                var answer = await client.GetAsync("events", stop);
                if (!result.GetValue(follow))
                {
                    printer.Print(answer, (writer, palette) => Lines(answer, writer, palette));
                    return ExitCode.Ok;
                }

                await FollowAsync(client, answer, printer, stop);
                return ExitCode.Ok;
            }
            catch (NodeClientException error)
            {
                return printer.Fail(error.ExitCode, error.Message);
            }
        });
        return command.Examples("pointsman events", "pointsman events --follow");
    }

    private static async Task FollowAsync(NodeClient client, JsonNode answer, Printer printer, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (printer.Format == OutputFormat.Table) Lines(answer, printer.Out, printer.Palette);
                else foreach (var entry in answer["events"]!.AsArray()) await printer.Out.WriteAsync(Streamed(entry, printer.Format).AsMemory(), stop);
                await printer.Out.FlushAsync(stop);
                answer = await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"events?after={answer["next"]}&wait={PollSeconds}"), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Interrupted: that is how it ends.
        }
    }

    // A stream has no end, so no enclosing list: a line or a document for each event.
    private static string Streamed(JsonNode? entry, OutputFormat format) => format == OutputFormat.Yaml ? "---\n" + YamlText.Write(entry) : JsonText.Line(entry) + "\n";

    private static void Lines(JsonNode answer, TextWriter writer, Palette palette)
    {
        foreach (var entry in answer["events"]!.AsArray())
        {
            var time = DateTimeOffset.Parse((string)entry!["time"]!, CultureInfo.InvariantCulture);
            writer.WriteLine($"{palette.Apply(time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture), Paint.Dim)}  {entry["kind"]}: {Printable.Line((string)entry["text"]!)}");
        }
    }
}
