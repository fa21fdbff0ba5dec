using System.CommandLine;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>reload</c>: the node reads its configuration again and applies it whole, or keeps the old one [S24]. SIGHUP does the same.</summary>
internal static class ReloadCommand
{
    public static Command Make()
    {
        var node = NodeClient.NodeOption();
        var command = new Command("reload", "Have the node read its configuration again: applied whole, or not at all when it is bad") { node, OutputOptions.Format };
        command.SetAction(async (result, stop) =>
        {
            var printer = Printer.For(result);
            try
            {
                using var client = new NodeClient(result.GetRequiredValue(node));
                var answer = await client.PostAsync("reload", stop);
                foreach (var warning in answer["warnings"]!.AsArray()) printer.Note((string)warning!);
                printer.Print(answer, (writer, _) => writer.WriteLine($"applied: generation {answer["generation"]}, digest {((string)answer["digest"]!)[..12]}"));
                return ExitCode.Ok;
            }
            catch (NodeClientException error)
            {
                foreach (var line in error.Message.Split('\n')) printer.Fail(error.ExitCode, line);
                return error.ExitCode;
            }
        });
        return command.Examples("pointsman reload");
    }
}
