using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary><c>topology lookup IP</c>: where an address is, and which edition of which file says so.</summary>
internal static class TopologyLookupCommand
{
    /// <summary>As the look-up prints numbers that it derived: a hundredth of a degree is a kilometre, which no table knows better.</summary>
    private const string DegreesFormat = "0.####";

    public static Command Make()
    {
        var address = new Argument<IPAddress>("IP")
        {
            Description = "An IPv4 or IPv6 address",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                // Through Prefix, which reads strictly: the framework takes 10.1 for 10.0.0.1.
                if (!text.Contains('/') && Prefix.TryParse(text, out var prefix)) return prefix.Network;
                result.AddError($"IP: must be an address such as 192.0.2.1 or 2001:db8::1, was '{text}'");
                return null;
            },
        };
        var databases = new Option<string[]>("--database")
        {
            HelpName = "FILE",
            Description = "A MaxMind DB, a registry's statistics, a CSV, or a file of topology import; may be given several times, the first wins",
        };
        var subscribers = new Option<string?>("--subscribers")
        {
            HelpName = "FILE",
            Description = "The operator's own table of user networks, a CSV with the columns prefix (or asn) and any of country, region, latitude, longitude, name",
        };
        var configuration = new Option<string?>("--config") { HelpName = "FILE", Description = "The tables that this configuration names, with its overrides" };
        var command = new Command("lookup", "Where an address is, and which table says so") { address, databases, subscribers, configuration, OutputOptions.Format };
        command.Validators.Add(result =>
        {
            if (result.GetValue(configuration) is not null && (result.GetValue(subscribers) is not null || result.GetValue(databases) is { Length: > 0 }))
                result.AddError("--config brings its own tables: give it, or --database and --subscribers");
        });
        command.Examples(
            "pointsman topology lookup 211.123.11.20",
            "pointsman topology lookup 192.0.2.1 --subscribers subscribers.csv --database geo.mmdb -o json",
            "pointsman topology lookup 192.0.2.1 --config pointsman.yaml");
        command.SetAction(result =>
        {
            var printer = Printer.For(result);
            if (result.GetValue(configuration) is { } file)
            {
                if (TopologyCommand.Load(printer, file) is not { } loaded) return ExitCode.ConfigurationInvalid;
                return Print(printer, result.GetRequiredValue(address), loaded.Places);
            }
            var places = TopologyCommand.Load(printer, result.GetValue(subscribers), result.GetValue(databases) ?? []);
            return places is null ? ExitCode.Failed : Print(printer, result.GetRequiredValue(address), places);
        });
        return command;
    }

    private static int Print(Printer printer, IPAddress address, Places places)
    {
        var match = places.Lookup(address);
        var (place, prefix) = match;
        var data = new JsonObject
        {
            ["ip"] = address.ToString(),
            ["prefix"] = prefix.ToString(),
            ["country"] = place.Country,
            ["continent"] = place.Continent,
            ["region"] = place.Region,
            ["latitude"] = place.Latitude,
            ["longitude"] = place.Longitude,
            ["source"] = place.Source,
            ["name"] = place.Name,
            ["city"] = place.City,
            ["asn"] = match.System?.Number,
            ["organisation"] = match.System?.Organisation,
            ["provenance"] = Provenance(place.Origin),
            ["asnProvenance"] = Provenance(match.System?.Origin),
        };
        printer.Print(data, (writer, palette) =>
        {
            new Table("IP", "PREFIX", "COUNTRY", "CONTINENT", "REGION", "LATITUDE", "LONGITUDE", "SOURCE", "NAME").Row(
                address.ToString(), prefix.ToString(), place.Country ?? "-", place.Continent ?? "-", place.Region ?? "-",
                Degrees(place.Latitude), Degrees(place.Longitude), place.Source ?? "-", place.Name ?? place.City ?? "-").Write(writer, palette);
            if (place.Origin is { } origin) writer.WriteLine(Printable.Line($"by {origin} ({origin.Format})"));
            if (match.System is { } system) writer.WriteLine(Printable.Line($"in {system} by {system.Origin} ({system.Origin.Format})"));
        });
        return ExitCode.Ok;
    }

    public static JsonObject? Provenance(TableOrigin? origin) => origin is null ? null : new JsonObject
    {
        ["file"] = origin.Name,
        ["format"] = origin.Format,
        ["date"] = origin.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["sha256"] = origin.Digest,
        ["within"] = Provenance(origin.Within),
    };

    private static string Degrees(double? degrees) => degrees?.ToString(DegreesFormat, CultureInfo.InvariantCulture) ?? "-";
}
