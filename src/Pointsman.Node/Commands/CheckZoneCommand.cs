using System.CommandLine;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>check-zone ORIGIN FILE</c>: reads a master file as the name server would, and says every mistake and what is hardly meant, or what is in it.</summary>
internal static class CheckZoneCommand
{
    private static readonly Argument<string> s_origin = new("ORIGIN") { Description = "The zone's name, e.g. example.com" };
    private static readonly Argument<string> s_file = new("FILE") { Description = "Its master file (RFC 1035)" };

    public static Command Make()
    {
        var command = new Command("check-zone", "Read a master file and print every error with line and column, or the count of records")
        {
            s_origin,
            s_file,
        };
        command.Options.Add(OutputOptions.Format);
        command.SetAction(Run);
        return command.Examples("pointsman check-zone example.com zones/example.com.zone");
    }

    private static int Run(ParseResult result)
    {
        var printer = Printer.For(result);
        var text = result.GetValue(s_origin)!;
        if (!DomainName.TryParse(text, out var origin)) return printer.Fail(ExitCode.Usage, $"ORIGIN must be a domain name, was '{text}'");
        var read = MasterFile.Load(origin, result.GetValue(s_file)!);
        var zone = read.Zone;
        if (printer.Format == OutputFormat.Table)
        {
            foreach (var error in read.Errors) printer.Error.WriteLine(Printable.Line(error.ToString()));
            foreach (var warning in read.Warnings) printer.Error.WriteLine(Printable.Line(warning.ToString()));
        }
        printer.Print(
            JsonText.Of(new
            {
                ok = zone is not null,
                origin = origin.ToString(),
                records = zone?.RecordCount,
                serial = zone?.Serial,
                files = read.Files,
                errors = read.Errors.Select(error => new { error.Place.File, error.Place.Line, error.Place.Column, error.Message }),
                warnings = read.Warnings.Select(warning => new { warning.Place.File, warning.Place.Line, warning.Place.Column, warning.Message }),
            }),
            (output, _) =>
            {
                if (zone is not null) output.WriteLine($"{zone.Origin} {Counted.Of(zone.RecordCount, "record")}, serial {zone.Serial}");
            });
        return zone is null ? ExitCode.ConfigurationInvalid : ExitCode.Ok;
    }
}
