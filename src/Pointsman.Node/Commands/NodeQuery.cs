using System.CommandLine;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>A command that asks a node one question and prints what comes back: the manners that all of them share.</summary>
internal static class NodeQuery
{
    /// <summary>Adds <c>--node</c> and <c>-o</c>, asks <paramref name="path"/> below /api/v1 and prints the answer.</summary>
    public static Command Asks(this Command command, Func<ParseResult, string> path, Action<JsonNode, TextWriter, Palette> forPeople) =>
        command.Asks(path, (_, answer, writer, palette) => forPeople(answer, writer, palette));

    /// <summary>As above, where the form for people has options of its own.</summary>
    public static Command Asks(this Command command, Func<ParseResult, string> path, Action<ParseResult, JsonNode, TextWriter, Palette> forPeople)
    {
        var node = NodeClient.NodeOption();
        command.Options.Add(node);
        command.Options.Add(OutputOptions.Format);
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            try
            {
                using var client = new NodeClient(result.GetRequiredValue(node));
                var answer = await client.GetAsync(path(result), stop);
                printer.Print(answer, (writer, palette) => forPeople(result, answer, writer, palette));
                return ExitCode.Ok;
            }
            catch (NodeClientException error)
            {
                return printer.Fail(error.ExitCode, error.Message);
            }
        });
        return command;
    }

    public static Argument<string> ServiceArgument() => new("service") { Description = "The service's name, as www.example.com", HelpName = "SERVICE" };

    /// <summary>A value as a person reads it: "–" for what is not there.</summary>
    public static string Text(JsonNode? value) => value is null ? "–" : value.ToString();

    public static Paint PaintOf(string state) => state switch
    {
        "up" => Paint.Good,
        "down" => Paint.Bad,
        "unknown" => Paint.Dim,
        _ => Paint.Warning,
    };
}
