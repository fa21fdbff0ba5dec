using System.CommandLine;
using System.Text.Json.Nodes;

namespace Pointsman.Node.Output;

/// <summary>
/// Where a command's words go: data on stdout in the format asked for, all else on stderr. A command builds its data once, as a JSON tree,
/// and a table of it; never anything for one format alone.
/// </summary>
/// <example><code>
/// command.Options.Add(OutputOptions.Format);
/// command.SetAction(result =>
/// {
///     var printer = Printer.For(result);
///     if (bad) return printer.Fail(ExitCode.Failed, "what, where, the value seen, what was expected");
///     printer.Print(JsonText.Of(new { site = "paris", weight = 7 }), () => new Table("SITE", "WEIGHT").Row("paris", "7"));
///     return ExitCode.Ok;
/// });
/// </code></example>
internal sealed class Printer(TextWriter output, TextWriter error, OutputFormat format, Palette palette, Palette errorPalette)
{
    public OutputFormat Format => format;
    public Palette Palette => palette;
    public Palette ErrorPalette => errorPalette;

    /// <summary>Stdout: for data alone.</summary>
    public TextWriter Out => output;

    /// <summary>Stderr: progress, warnings, errors.</summary>
    public TextWriter Error => error;

    public static Printer For(ParseResult result)
    {
        var invocation = result.InvocationConfiguration;
        var noColor = result.GetValue(OutputOptions.NoColor);
        // Writers that are not the process's own (a test's) are no terminal.
        var outTerminal = ReferenceEquals(invocation.Output, Console.Out) && !Console.IsOutputRedirected;
        var errorTerminal = ReferenceEquals(invocation.Error, Console.Error) && !Console.IsErrorRedirected;
        return new Printer(
            invocation.Output,
            invocation.Error,
            result.GetValue(OutputOptions.Format),
            Palette.Choose(outTerminal, noColor, Environment.GetEnvironmentVariable),
            Palette.Choose(errorTerminal, noColor, Environment.GetEnvironmentVariable));
    }

    /// <summary>Prints <paramref name="data"/> as JSON or YAML, or the table of it.</summary>
    public void Print(JsonNode? data, Func<Table> table) => Print(data, (writer, colours) => table().Write(writer, colours));

    /// <summary>As above, where the form for people is more than one table.</summary>
    public void Print(JsonNode? data, Action<TextWriter, Palette> forPeople)
    {
        switch (format)
        {
            case OutputFormat.Json: output.WriteLine(JsonText.Write(data)); break;
            case OutputFormat.Yaml: output.Write(YamlText.Write(data)); break;
            default: forPeople(output, palette); break;
        }
    }

    /// <summary>A remark for people, on stderr.</summary>
    public void Note(string message) => error.WriteLine(Printable.Line(message));

    public void Warn(string message) => error.WriteLine($"{errorPalette.Apply("warning:", Paint.Warning)} {Printable.Line(message)}");

    /// <summary>Prints <c>error: message</c> on stderr and returns <paramref name="exitCode"/>.</summary>
    public int Fail(int exitCode, string message)
    {
        error.WriteLine($"{errorPalette.Apply("error:", Paint.Bad)} {Printable.Line(message)}");
        return exitCode;
    }
}
