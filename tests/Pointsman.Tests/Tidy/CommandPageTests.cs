using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Tidy;

/// <summary>Writes docs/reference/command-line.md from the tree of commands itself, and holds every command to a few manners.</summary>
public sealed class CommandPageTests
{
    [Fact]
    public void The_page_of_the_command_line_is_up_to_date() => GeneratedPage.Verify("docs/reference/command-line.md", Page());

    [Fact]
    public void Every_command_option_and_argument_says_what_it_is()
        => SourceTree.AssertNone(
            from command in Below(CommandLine.Root(), "pointsman")
            from symbol in command.Command.Options.Cast<Symbol>().Concat(command.Command.Arguments).Append(command.Command)
            where !symbol.Hidden && string.IsNullOrWhiteSpace(symbol.Description)
            select $"{command.Path}: {symbol.Name}",
            "no description");

    [Fact]
    public void Commands_are_listed_once()
    {
        var names = CommandLine.Root().Subcommands.Select(command => command.Name).ToList();
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    }

    private static string Page()
    {
        var root = CommandLine.Root();
        var page = new StringBuilder();
        page.Append("# The command line\n\n").Append(GeneratedPage.Notice).Append("\n\n");
        page.Append("Data goes to standard output, all else to standard error. From a source tree it is `./pointsman`, installed `pointsman`.\n\n");
        page.Append("| exit code | means |\n| --- | --- |\n");
        foreach (var (code, meaning) in s_codes) page.Append(CultureInfo.InvariantCulture, $"| {code} | {meaning} |\n");
        page.Append("\nEvery command takes:\n\n");
        AppendOptions(page, root.Options.Where(option => option.Recursive || option is HelpOption or VersionOption));
        foreach (var (command, path) in Below(root, "pointsman").Where(entry => entry.Command.Subcommands.Count == 0 || entry.Command.Action is not null)) AppendCommand(page, command, path);
        return page.ToString();
    }

    private static readonly (int Code, string Meaning)[] s_codes =
    [
        (ExitCode.Ok, "done"),
        (ExitCode.Failed, "failed"),
        (ExitCode.Usage, "the command line is wrong"),
        (ExitCode.ConfigurationInvalid, "the configuration is invalid"),
        (ExitCode.NodeUnreachable, "the node cannot be reached"),
        (ExitCode.WaitingRanOut, "waiting ran out"),
        (ExitCode.RefusedBySafetyRule, "refused by a safety rule"),
    ];

    private static void AppendCommand(StringBuilder page, Command command, string path)
    {
        if (command is RootCommand) return;
        page.Append(CultureInfo.InvariantCulture, $"\n## {path}\n\n{Sentence(command.Description)}\n\n```text\n{path}");
        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden))
        {
            var name = argument.HelpName ?? argument.Name;
            var shown = argument.Arity.MaximumNumberOfValues > 1 ? $"{name}…" : name;
            page.Append(argument.Arity.MinimumNumberOfValues == 0 ? $" [{shown}]" : $" {shown}");
        }
        page.Append("\n```\n");
        if (command.Arguments.Any(argument => !argument.Hidden))
        {
            page.Append("\n| argument | |\n| --- | --- |\n");
            foreach (var argument in command.Arguments.Where(argument => !argument.Hidden)) page.Append(CultureInfo.InvariantCulture, $"| `{argument.HelpName ?? argument.Name}` | {Cell(argument.Description)} |\n");
        }
        var options = command.Options.Where(option => !option.Hidden && !option.Recursive && option is not HelpOption).ToList();
        if (options.Count > 0)
        {
            page.Append('\n');
            AppendOptions(page, options);
        }
        if (CommandLine.ExamplesOf(command) is { Count: > 0 } examples) page.Append(CultureInfo.InvariantCulture, $"\n```text\n{string.Join('\n', examples)}\n```\n");
    }

    private static void AppendOptions(StringBuilder page, IEnumerable<Option> options)
    {
        page.Append("| option | |\n| --- | --- |\n");
        foreach (var option in options)
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).Select(name => $"`{name}`"));
            var value = option.ValueType == typeof(bool) || option is HelpOption or VersionOption ? "" : $" `{(option.HelpName ?? option.Name.TrimStart('-')).Replace("|", "\\|", StringComparison.Ordinal)}`";
            var required = option.Required ? " (required)" : "";
            page.Append(CultureInfo.InvariantCulture, $"| {names}{value} | {Cell(option.Description)}{required} |\n");
        }
    }

    private static IEnumerable<(Command Command, string Path)> Below(Command command, string path)
    {
        yield return (command, path);
        foreach (var sub in command.Subcommands.Where(sub => !sub.Hidden).OrderBy(sub => sub.Name, StringComparer.Ordinal))
        {
            foreach (var found in Below(sub, $"{path} {sub.Name}")) yield return found;
        }
    }

    private static string Sentence(string? text) => string.IsNullOrWhiteSpace(text) ? "" : text.Trim() is var said && said.EndsWith('.') ? said : text.Trim() + ".";

    private static string Cell(string? text) => (text ?? "").ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Trim();
}
