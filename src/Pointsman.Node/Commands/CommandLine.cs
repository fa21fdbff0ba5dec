using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>
/// The manners of the whole command line: a wrong line exits 2 with the nearest right word, help shows examples, an exception nobody
/// foresaw is one line on stderr and not a stack across the terminal, and a reader that went away (<c>| head</c>) is no error.
/// </summary>
internal static class CommandLine
{
    private static readonly ConditionalWeakTable<Command, string[]> examplesOf = [];

    /// <summary>Lines that <c>--help</c> shows under EXAMPLES, each a whole command line.</summary>
    public static Command Examples(this Command command, params string[] lines)
    {
        examplesOf.AddOrUpdate(command, lines);
        return command;
    }

    public static IReadOnlyList<string> ExamplesOf(Command command) => examplesOf.TryGetValue(command, out var lines) ? lines : [];

    public static RootCommand Root()
    {
        var root = new RootCommand("Pointsman: global server load balancing. Answers DNS with the site that serves each user best now.");
        root.Options.Add(OutputOptions.NoColor);
        foreach (var command in CommandList.All()) root.Subcommands.Add(command);
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new HelpWithExamples((HelpAction)option.Action!);
        return root;
    }

    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // StopSignals listens earlier
        };
        if (output is not null) invocation.Output = output;
        if (error is not null) invocation.Error = error;

        var result = Root().Parse(args);
        if (result.Action is ParseErrorAction) return UsageError(result, invocation.Error);
        if (EmptyPath(result.CommandResult) is { } empty)
        {
            invocation.Error.WriteLine($"error: {empty} must be a path, is empty\nTry '{PathTo(result.CommandResult)} --help'.");
            return ExitCode.Usage;
        }
        // A command that waits for nothing is left to the system: a signal ends it at once.
        using var signals = result.Action is AsynchronousCommandLineAction ? new StopSignals() : null;
        try
        {
            return await result.InvokeAsync(invocation, signals?.Token ?? CancellationToken.None);
        }
        catch (IOException broken) when (broken.HResult == BrokenPipe)
        {
            // Whoever read our output has seen enough.
            return ExitCode.Ok;
        }
        catch (IOException failed)
        {
            // A full disk behind a redirection, a terminal that is gone: the machine's trouble, not a bug.
            invocation.Error.WriteLine($"error: {Printable.Line(failed.Message)}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Failed;
        }
        catch (Exception unforeseen)
        {
            invocation.Error.WriteLine($"error: this is a bug in pointsman: {Printable.Line(unforeseen.Message)}");
            invocation.Error.WriteLine(unforeseen.ToString());
            return ExitCode.Failed;
        }
    }

    // How arguments and options that take a path are named in the help.
    private static readonly string[] paths = ["FILE", "DIR", "PATH", "LOG", "SCENARIO", "OLD", "NEW"];

    /// <summary>A variable of a script that was never set: the framework throws on an empty path. What asked for the path; null when none is empty.</summary>
    private static string? EmptyPath(CommandResult command)
    {
        foreach (var given in command.Children)
        {
            if (!given.Tokens.Any(token => token.Value.Length == 0)) continue;
            if (given is ArgumentResult { Argument: var argument } && paths.Contains(argument.HelpName ?? argument.Name)) return argument.HelpName ?? argument.Name;
            if (given is OptionResult { Option: var option } && paths.Contains(option.HelpName)) return option.Name;
        }
        return null;
    }

    // EPIPE of Linux, as the runtime reports it in IOException.HResult.
    private const int BrokenPipe = 32;

    private static int UsageError(ParseResult result, TextWriter error)
    {
        var path = PathTo(result.CommandResult);
        // One mistake can be reported several times over ("required command", then "unrecognized word"): the most specific says it all.
        var unknown = result.UnmatchedTokens.Count > 0 ? result.UnmatchedTokens[0] : null;
        if (unknown is not null)
        {
            var command = result.CommandResult.Command;
            var isOption = unknown.StartsWith('-');
            var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            error.WriteLine($"error: unknown {kind} '{Printable.Line(unknown)}'");
            var known = isOption ? OptionsOf(result.CommandResult) : command.Subcommands.Select(sub => sub.Name);
            if (NearestName.Of(unknown, known) is { } nearest) error.WriteLine($"       did you mean '{nearest}'?");
        }
        else
        {
            foreach (var message in result.Errors.Select(MessageOf).Distinct())
                error.WriteLine($"error: {Printable.Line(message)}");
        }
        error.WriteLine($"Try '{path} --help'.");
        return ExitCode.Usage;
    }

    // The library's own words for these two name the command, which the user knows, and not what is missing.
    private static string MessageOf(ParseError error) => error.SymbolResult switch
    {
        CommandResult { Command: { Action: null, Subcommands.Count: > 0 } command } =>
            $"a command is missing: one of {string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name))}",
        ArgumentResult { Tokens.Count: 0, Parent: CommandResult, Argument: var argument } => $"{argument.HelpName ?? argument.Name} is missing: {argument.Description}",
        _ => error.Message,
    };

    private static string PathTo(SymbolResult result)
    {
        var names = new List<string>();
        for (var at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: var command })
                names.Insert(0, command is RootCommand ? "pointsman" : command.Name);
        }
        return string.Join(' ', names);
    }

    private static IEnumerable<string> OptionsOf(CommandResult result)
    {
        var own = result.Command.Options.AsEnumerable();
        for (var at = result.Parent; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: var command })
                own = own.Concat(command.Options.Where(option => option.Recursive));
        }
        return own.Where(option => !option.Hidden).Select(option => option.Name);
    }

    private sealed class HelpWithExamples(HelpAction standard) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            standard.Invoke(parseResult);
            var lines = ExamplesOf(parseResult.CommandResult.Command);
            if (lines.Count == 0) return ExitCode.Ok;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in lines) output.WriteLine($"  {line}");
            output.WriteLine();
            return ExitCode.Ok;
        }
    }
}
