using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pointsman.Dns.Wire;
using Pointsman.Lab.Replay;
using Pointsman.Lab.Worlds;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;
using Pointsman.Node.QueryLogs;
using Pointsman.Policy.Decisions;
using Pointsman.Policy.Plans;

namespace Pointsman.Node.Commands;

/// <summary><c>replay LOG --config FILE</c>: recorded queries decided by another configuration, or under a failure: what moves, and whether it fits.</summary>
internal static class ReplayCommand
{
    /// <summary>How far apart queries without a time are taken to be: too far for the answers of two to go together [S15].</summary>
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_progressEvery = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks at the clock.</summary>
    private const int ProgressMask = 0xFFFF;

    public static Command Make()
    {
        var log = new Argument<string>("LOG") { Description = "Recorded queries: a dnstap file, or a list with lines [TIME] NAME CLIENT[/PREFIX] [TYPE] or CLIENT; - = standard input" };
        var config = new Option<string>("--config") { Description = "The configuration that is to decide them", HelpName = "FILE", Required = true };
        var against = new Option<string?>("--against") { Description = "The configuration in force, to compare with (default: the new one, all up)", HelpName = "FILE" };
        var service = new Option<string?>("--service") { Description = "Only this service; a list that names clients alone is taken for it", HelpName = "NAME" };
        var peak = new Option<long?>("--peak")
        {
            Description = "Connections open at all sites together: tells which sites go over their target or maximum",
            HelpName = "CONNECTIONS",
            CustomParser = given =>
            {
                var text = given.Tokens[^1].Value;
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000_000_000) return number;
                given.AddError($"--peak must be a number of connections, 1 or more, was '{text}'");
                return null;
            },
        };
        var whatIf = new WhatIfOptions(withCut: false);
        var command = new Command("replay", "What recorded queries would get from another configuration, or under a failure: what moves by site and region, against capacity") { log, config, against, service, peak };
        whatIf.AddTo(command);
        command.Options.Add(OutputOptions.Format);
        command.Examples(
            "pointsman replay queries.tap --config new.yaml --against pointsman.yaml",
            "pointsman replay queries.tap --config pointsman.yaml --down frankfurt --peak 40000",
            "zcat clients.gz | pointsman replay - --config new.yaml --service www.example.com -o json");
        command.SetAction((result, stop) =>
        {
            var printer = Printer.For(result);
            return Task.FromResult(Run(
                new Wanted(result.GetRequiredValue(log), result.GetRequiredValue(config), result.GetValue(against), result.GetValue(service), result.GetValue(peak)),
                cluster => whatIf.Read(result, cluster, out var problem) is { } circumstances ? (circumstances, "") : (null, problem),
                printer,
                stop));
        });
        return command;
    }

    private sealed record Wanted(string Log, string Config, string? Against, string? Service, long? Peak);

    private static int Run(Wanted wanted, Func<Cluster, (Circumstances? Circumstances, string Problem)> whatIf, Printer printer, CancellationToken stop)
    {
        if (Load(wanted.Config, printer) is not { } next) return ExitCode.ConfigurationInvalid;
        LoadedConfiguration? inForce = null;
        if (wanted.Against is { } other && (inForce = Load(other, printer)) is null) return ExitCode.ConfigurationInvalid;

        if (inForce is not null && Renumbered(next.Cluster, inForce.Cluster) is { } renumbered) return printer.Fail(ExitCode.Failed, $"--against: {renumbered}: the two are compared by number");
        var (circumstances, problem) = whatIf(next.Cluster);
        Service? only = null;
        if (circumstances is null || (wanted.Service is { } name && (only = WhatIfOptions.FindService(name, next.Cluster, "--service", ref problem)) is null)) return printer.Fail(ExitCode.Usage, problem);
        if (PlanOf(next, circumstances) is not { } after) return printer.Fail(ExitCode.Failed, "every site is down: nobody answers");
        // Two configurations are compared under the same failure; one alone, with and without it.
        var before = inForce is null ? PlanOf(next, Circumstances.AllUp) : PlanOf(inForce, Known(circumstances, inForce.Cluster));
        if (before is null) return printer.Fail(ExitCode.Failed, $"every site of {wanted.Against} is down: nobody answers");

        using var log = QueryLog.Open(wanted.Log, Console.OpenStandardInput, out var unreadable);
        if (log is null) return printer.Fail(ExitCode.Failed, unreadable);
        var run = new ReplayRun(before, after);
        var counts = new ReplayCounts();
        try
        {
            Feed(log, run, counts, Names(next.Cluster, inForce?.Cluster), only, printer, stop);
        }
        catch (IOException broken)
        {
            return printer.Fail(ExitCode.Failed, $"cannot read {log.Name} on: {broken.Message}");
        }
        var text = new ReplayText(next.Cluster, inForce?.Cluster ?? next.Cluster, log, counts, run.Report(), circumstances, wanted.Against is not null, wanted.Peak);
        printer.Print(text.Data(), text.Write);
        foreach (var warning in text.Warnings) printer.Warn(warning);
        return ExitCode.Ok;
    }

    private static void Feed(QueryLog log, ReplayRun run, ReplayCounts counts, Dictionary<string, ServiceId> names, Service? only, Printer printer, CancellationToken stop)
    {
        var alone = only?.Id ?? (names.Count == 1 ? names.Values.First() : null);
        var started = Stopwatch.GetTimestamp();
        var told = 0L;
        var clock = TimeSpan.Zero;
        while (log.TryRead(out var query))
        {
            if ((log.Tally.Queries & ProgressMask) == 0)
            {
                stop.ThrowIfCancellationRequested();
                var beat = (long)(Stopwatch.GetElapsedTime(started) / s_progressEvery);
                if (beat > told) printer.Note(FormattableString.Invariant($"{log.Tally.Queries} queries"));
                told = beat;
            }
            if (query.Name is null ? alone is not { } service : !names.TryGetValue(query.Name, out service) || (only is not null && service != only.Id))
            {
                counts.OtherNames++;
                continue;
            }
            if (query.Type is not (RrType.A or RrType.AAAA or RrType.HTTPS or RrType.ANY))
            {
                counts.OtherTypes++;
                continue;
            }
            var now = query.Time is { } time ? new Instant(time.UtcTicks / TimeSpan.TicksPerMicrosecond) : new Instant(0) + (clock += s_apart);
            run.Add(service, query.Client, KindOf(query.Type), now);
            counts.Decided++;
        }
    }

    private static AddressKind KindOf(RrType type) => type switch
    {
        RrType.AAAA => AddressKind.Aaaa,
        RrType.HTTPS => AddressKind.Https,
        _ => AddressKind.A,
    };

    private static LoadedConfiguration? Load(string path, Printer printer)
    {
        var loaded = ConfigurationLoader.Load(path);
        if (loaded.Configuration is null) loaded.Write(printer.Error, printer.ErrorPalette);
        return loaded.Configuration;
    }

    private static Plan? PlanOf(LoadedConfiguration configuration, Circumstances circumstances)
    {
        var world = new ConfiguredWorld(configuration.Cluster, configuration.Places);
        return world.AnyUp(circumstances) is { } self ? world.Plan(self, circumstances) : null;
    }

    /// <summary>What of it the other configuration has too; its sites are known by their numbers.</summary>
    private static Circumstances Known(Circumstances circumstances, Cluster cluster) => circumstances with
    {
        DownSites = [.. circumstances.DownSites.Where(site => cluster.FindSite(site) is not null)],
        FullSites = [.. circumstances.FullSites.Where(site => cluster.FindSite(site) is not null)],
    };

    /// <summary>A name that has another number in the one than in the other; null = none.</summary>
    private static string? Renumbered(Cluster next, Cluster inForce)
    {
        foreach (var site in next.Sites)
        {
            if (inForce.FindSite(site.Name) is { } other && other.Id != site.Id) return $"the site {site.Name} is number {other.Id} there and {site.Id} in the new one";
        }
        foreach (var service in next.Services)
        {
            if (inForce.FindService(service.Name) is { } other && other.Id != service.Id) return $"the service {service.Name} is number {other.Id} there and {service.Id} in the new one";
        }
        return null;
    }

    private static Dictionary<string, ServiceId> Names(Cluster next, Cluster? inForce)
    {
        var names = new Dictionary<string, ServiceId>(StringComparer.Ordinal);
        foreach (var service in next.Services.Concat(inForce?.Services ?? [])) names.TryAdd(service.Name, service.Id);
        return names;
    }
}

/// <summary>What became of a log's queries.</summary>
internal sealed class ReplayCounts
{
    public long Decided { get; set; }

    /// <summary>For names that are no service of the configuration (or not the one asked about).</summary>
    public long OtherNames { get; set; }

    /// <summary>For records that no site is chosen for: TXT, MX and the like.</summary>
    public long OtherTypes { get; set; }
}
