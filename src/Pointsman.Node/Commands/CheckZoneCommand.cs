using System.CommandLine;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>check-zone ORIGIN FILE</c>: reads a master file as the name server would, and says every mistake or what is in it.</summary>
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
        foreach (var error in read.Errors) printer.Error.WriteLine(Printable.Line(error.ToString()));
        if (read.Zone is not { } zone) return ExitCode.ConfigurationInvalid;
        printer.Print(
            JsonText.Of(new { origin = zone.Origin.ToString(), records = zone.RecordCount, serial = zone.Serial, files = read.Files }),
            (output, _) => output.WriteLine($"{zone.Origin} {zone.RecordCount} records, serial {zone.Serial}"));
        return ExitCode.Ok;
    }
}
