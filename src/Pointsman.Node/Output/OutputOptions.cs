using System.CommandLine;

namespace Pointsman.Node.Output;

/// <summary>
/// The options that every command spells the same way. One instance each: a command that prints data adds <see cref="Format"/> to its
/// options and asks <see cref="Printer.For"/>; <see cref="NoColor"/> hangs on the root and is recursive.
/// </summary>
internal static class OutputOptions
{
    /// <summary><c>-o table|json|yaml</c>, default table.</summary>
    public static readonly Option<OutputFormat> Format = MakeFormat();

    /// <summary>On the root command, for every command.</summary>
    public static readonly Option<bool> NoColor = new("--no-color")
    {
        Description = "Print without colours (so does NO_COLOR, and so does output that is no terminal)",
        Recursive = true,
    };

    private static Option<OutputFormat> MakeFormat()
    {
        var option = new Option<OutputFormat>("--output", "-o")
        {
            Description = "How to print; a table unless something else is asked for",
            HelpName = "table|json|yaml",
            CustomParser = result =>
            {
                switch (result.Tokens[0].Value)
                {
                    case "table": return OutputFormat.Table;
                    case "json": return OutputFormat.Json;
                    case "yaml": return OutputFormat.Yaml;
                    default:
                        result.AddError($"-o must be table, json or yaml, was '{result.Tokens[0].Value}'");
                        return default;
                }
            },
        };
        option.CompletionSources.Add("table", "json", "yaml");
        return option;
    }
}
