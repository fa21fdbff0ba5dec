using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pointsman.Node.Output;
using Pointsman.Topology;

namespace Pointsman.Node.Commands;

/// <summary><c>pointsman topology</c>: the geography tables. [P2.1, P2.3, P2.4]</summary>
internal static class TopologyCommand
{
    /// <summary>Errors printed of one broken table; the loader stops soon after.</summary>
    private const int MaxErrorsPrinted = 20;

    /// <summary>As the look-up prints numbers that it derived: a hundredth of a degree is a kilometre, which no table knows better.</summary>
    private const string DegreesFormat = "0.####";

    public static Command Make() => new("topology", "The geography tables: where the program thinks an address is") { Lookup() };

    private static Command Lookup()
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
            Description = "A CSV database: prefix,country or first,last,country, or columns named by a header; may be given several times, the first wins",
        };
        var subscribers = new Option<string?>("--subscribers")
        {
            HelpName = "FILE",
            Description = "The operator's own table of user networks, a CSV with the columns prefix and any of country, region, latitude, longitude, name",
        };
        var command = new Command("lookup", "Where an address is, and which table says so") { address, databases, subscribers, OutputOptions.Format };
        command.Examples("pointsman topology lookup 211.123.11.20", "pointsman topology lookup 192.0.2.1 --subscribers subscribers.csv --database geo.csv -o json");
        command.SetAction(result =>
            Run(Printer.For(result), result.GetRequiredValue(address), result.GetValue(databases) ?? [], result.GetValue(subscribers)));
        return command;
    }

    private static int Run(Printer printer, IPAddress address, string[] databases, string? subscribers)
    {
        var readers = new List<StreamReader>();
        try
        {
            var sources = new List<PlaceSource>();
            if (subscribers is not null) sources.Add(Open(subscribers, PlaceLayer.Subscribers, readers));
            foreach (var database in databases) sources.Add(Open(database, PlaceLayer.Database, readers));

            var load = Places.Load(sources);
            if (load.Places is null)
            {
                foreach (var error in load.Errors.Take(MaxErrorsPrinted)) printer.Note(error.ToString());
                if (load.Errors.Length > MaxErrorsPrinted) printer.Note($"and {load.Errors.Length - MaxErrorsPrinted} more");
                return ExitCode.Failed;
            }
            Print(printer, address, load.Places.Lookup(address));
            return ExitCode.Ok;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return printer.Fail(ExitCode.Failed, failure.Message);
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
    }

    private static PlaceSource Open(string file, PlaceLayer layer, List<StreamReader> readers)
    {
        var reader = new StreamReader(file, Encoding.UTF8);
        readers.Add(reader);
        return new PlaceSource(file, layer, reader);
    }

    private static void Print(Printer printer, IPAddress address, PlaceMatch match)
    {
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
        };
        printer.Print(data, () => new Table("IP", "PREFIX", "COUNTRY", "CONTINENT", "REGION", "LATITUDE", "LONGITUDE", "SOURCE", "NAME").Row(
            address.ToString(), prefix.ToString(), place.Country ?? "-", place.Continent ?? "-", place.Region ?? "-",
            Degrees(place.Latitude), Degrees(place.Longitude), place.Source ?? "-", place.Name ?? "-"));
    }

    private static string Degrees(double? degrees) => degrees?.ToString(DegreesFormat, CultureInfo.InvariantCulture) ?? "-";
}
