using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Node.Wiring;

namespace Pointsman.Node.Commands;

/// <summary><c>dns</c>: the name server alone, static zones, in the foreground. SIGTERM ends it; SIGHUP reads the zones again, and keeps the old ones when the new are bad.</summary>
internal static class DnsCommand
{
    // Far longer than large zones take; a file that takes longer is not being read, it is being waited for.
    private static readonly TimeSpan s_readingPatience = TimeSpan.FromSeconds(60);

    // A million zones take some 60 MB.
    private const long MostListBytes = 128 * 1024 * 1024;

    private static readonly Option<string[]> s_zones = new("--zone")
    {
        Description = "A zone and its master file; may be repeated",
        HelpName = "ORIGIN=FILE",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> s_zoneList = new("--zone-list")
    {
        Description = "A file of zones: each line ORIGIN, tab, FILE (relative to the list's own folder); lines that begin with # are comments",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> s_listen = new("--listen")
    {
        Description = "Where to answer, UDP and TCP; may be repeated; port 0 = any free one",
        HelpName = "HOST:PORT",
        Required = true,
    };

    public static Command Make()
    {
        var command = new Command("dns", "Run only the name server: static zones, no cluster, in the foreground") { s_zones, s_zoneList, s_listen };
        DnsOptions.AddTo(command);
        DnstapOptions.AddTo(command);
        command.Validators.Add(line =>
        {
            var zones = line.GetValue(s_zones)!;
            foreach (var zone in zones.Where(zone => zone.IndexOf('=', StringComparison.Ordinal) <= 0)) line.AddError($"--zone must be ORIGIN=FILE, was '{zone}'");
            if (zones.Length == 0 && line.GetValue(s_zoneList) is null) line.AddError("no zone: give --zone ORIGIN=FILE or --zone-list FILE");
            if (RateLimitOptions.Fault(line) is { } fault) line.AddError(fault);
        });
        command.SetAction(RunAsync);
        return command.Examples("pointsman dns --zone example.com=zones/example.com.zone --listen 127.0.0.1:5300");
    }

    private static async Task<int> RunAsync(ParseResult result, CancellationToken stop)
    {
        var printer = Printer.For(result);
        var listen = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var text in result.GetValue(s_listen)!)
        {
            if (!Endpoint.TryParse(text, out var endpoint)) return printer.Fail(ExitCode.Usage, $"--listen must be ADDRESS:PORT or [ADDRESS]:PORT, was '{text}'");
            listen.Add(endpoint.ToIPEndPoint());
        }
        // Before the first answer: who gets one may ask for a reload the next moment.
        using var hangups = new Hangups(printer.Warn);
        if (Load(result, printer) is not { } contents) return ExitCode.ConfigurationInvalid;
        var options = DnsOptions.Apply(result, new DnsServerOptions { Listen = listen.ToImmutable(), Log = printer.Warn });
        DnsServer server;
        try
        {
            server = DnsServer.Start(options, contents);
        }
        catch (DnsListenException e)
        {
            return printer.Fail(ExitCode.Failed, e.Message);
        }
        using var spare = new SpareMemory(TimeProvider.System, SpareMemory.GiveBack);
        using var recording = new DnsRecording(server, options.WorkerCount, text => printer.Warn($"dnstap: {text}"));
        if (DnstapOptions.From(result, contents.Settings.Identity) is { } tap) recording.Begin(tap);
        await using (server)
        {
            SpareMemory.GiveBack();
            printer.Note($"serving {Describe(contents)} on {string.Join(", ", server.EndPoints)}");
            var reading = Task.FromResult<DnsContents?>(null);
            hangups.Serve(async () =>
            {
                recording.Reopen();
                if (!reading.IsCompleted)
                {
                    printer.Warn($"not reloaded: the reading that an earlier reload began has not ended; still serving {Describe(contents)}");
                    return;
                }
                reading = Task.Run(() => Load(result, printer));
                try
                {
                    if (await reading.WaitAsync(s_readingPatience, TimeProvider.System, CancellationToken.None) is { } renewed)
                    {
                        server.Publish(renewed);
                        contents = renewed;
                        printer.Note($"reloaded {Describe(contents)}");
                    }
                    else printer.Warn($"not reloaded: still serving {Describe(contents)}");
                }
                catch (TimeoutException)
                {
                    printer.Warn($"not reloaded: reading the zones took more than {s_readingPatience.TotalSeconds:0} s: is one of them a pipe, or on a server that does not answer? Still serving {Describe(contents)}");
                }
                if (reading.IsCompleted) reading = Task.FromResult<DnsContents?>(null);
                spare.Left();
            });
            var stopped = new TaskCompletionSource();
            await using (stop.Register(stopped.SetResult)) await stopped.Task;
        }
        recording.Dispose();
        if (recording.Counters() is { Taken: > 0 } recorded)
            printer.Note($"dnstap: of {recorded.Taken} messages {recorded.Written} written, {recorded.QueueFull} lost to a full queue, {recorded.NotConnected} while not connected, {recorded.WriteError} by write errors");
        return ExitCode.Ok;
    }

    private static string Describe(DnsContents contents) => $"{Counted.Of(contents.Zones.Zones.Length, "zone")}, {Counted.Of(contents.Zones.Zones.Sum(z => z.RecordCount), "record")}";

    /// <summary>Null when anything is wrong; every error has then been printed.</summary>
    private static DnsContents? Load(ParseResult result, Printer printer)
    {
        var good = true;
        var zones = new List<Zone>();
        var origins = new HashSet<DomainName>();
        void Wrong(string message)
        {
            good = false;
            printer.Error.WriteLine(Printable.Line(message));
        }

        foreach (var (origin, file, place) in Named(result, Wrong))
        {
            if (!DomainName.TryParse(origin, out var name))
            {
                Wrong($"{place}: error: '{origin}' is not a domain name");
                continue;
            }
            if (!origins.Add(name)) Wrong($"{place}: error: the zone {name} is given twice");
            var read = MasterFile.Load(name, file);
            foreach (var error in read.Errors) Wrong(error.ToString());
            if (read.Zone is { } zone) zones.Add(zone);
        }
        if (good && zones.Count == 0) Wrong($"{result.GetValue(s_zoneList)}: error: no zone in it");
        var settings = DnsOptions.Answers(result, Wrong);
        return good ? new DnsContents(new ZoneSet(zones)) { Settings = settings } : null;
    }

    private static IEnumerable<(string Origin, string File, string Place)> Named(ParseResult result, Action<string> wrong)
    {
        foreach (var zone in result.GetValue(s_zones)!)
        {
            var equals = zone.IndexOf('=', StringComparison.Ordinal);
            yield return (zone[..equals], zone[(equals + 1)..], "--zone");
        }
        if (result.GetValue(s_zoneList) is not { } list) yield break;
        var read = DiskFiles.Instance.Read(list, MostListBytes);
        if (read.Bytes is not { } bytes)
        {
            wrong($"--zone-list: error: cannot read {list}: {read.Problem}");
            yield break;
        }
        var lines = Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]) || lines[i].StartsWith('#')) continue;
            var parts = lines[i].Split('\t');
            if (parts.Length == 2) yield return (parts[0], Path.Combine(Path.GetDirectoryName(list) ?? "", parts[1]), $"{list}:{i + 1}");
            else wrong($"{list}:{i + 1}: error: expected ORIGIN, tab, FILE, was '{lines[i]}'");
        }
    }
}
