using System.CommandLine;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Pointsman.Lab.Verification;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>
/// <c>verify FILE</c>: tries every kind of client of every service under every failure, before the configuration is deployed. Exit 0 = nothing breaks the
/// rules, 1 = something does, and it is printed. With <c>--client</c>: one decision alone, explained.
/// </summary>
internal static class VerifyCommand
{
    /// <summary>So many sets of failures, over all services, are some minutes' work; more want another question.</summary>
    private const long MostCases = 2_000_000;

    /// <summary>Links are tried without being asked for when they add no more cases than this.</summary>
    private const long MostLinksUnasked = 5_000;

    private const int MostFailures = 100;

    private static readonly TimeSpan s_progressAfter = TimeSpan.FromSeconds(2);

    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The configuration, a YAML file" };
        var count = new Option<int>("--failures")
        {
            Description = FormattableString.Invariant($"Up to so many sites fail at once, 0–{MostFailures} (default: 1)"),
            HelpName = "K",
            CustomParser = given =>
            {
                var text = given.Tokens[^1].Value;
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostFailures) return number;
                given.AddError(FormattableString.Invariant($"--failures must be 0–{MostFailures}, was '{text}'"));
                return 0;
            },
            DefaultValueFactory = _ => 1,
        };
        var sites = new Option<string[]>("--sites") { Description = "Only these sites may fail, apart by commas (default: all)", HelpName = "SITE[,SITE]" };
        var services = new Option<string[]>("--service") { Description = "Only these services, apart by commas (default: all)", HelpName = "NAME[,NAME]" };
        var links = new Option<bool>("--links") { Description = "Cut every link between two sites too, however many there are (default: when they are few)" };
        var load = new Option<int?>("--load")
        {
            Description = "Warn where, with every VIP so full when all is up, what fails does not fit into the rest; in percent, 1–100",
            HelpName = "PERCENT",
            CustomParser = given =>
            {
                var text = given.Tokens[^1].Value;
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100) return number;
                given.AddError($"--load must be 1–100, was '{text}'");
                return null;
            },
        };
        var one = new VerifyOne();
        var command = new Command("verify", "Prove a policy before it is deployed: every kind of client, every service, every single failure. With --client: explain one decision") { file, count, sites, services, links, load };
        one.AddTo(command);
        command.Options.Add(OutputOptions.Format);
        command.Examples(
            "pointsman verify pointsman.yaml",
            "pointsman verify pointsman.yaml --failures 2 --service www.example.com",
            "pointsman verify pointsman.yaml --service www.example.com --client 211.123.11.20 --down tokyo");
        command.SetAction((result, stop) =>
        {
            var printer = Printer.For(result);
            var loaded = ConfigurationLoader.Load(result.GetRequiredValue(file));
            if (loaded.Configuration is not { } configuration)
            {
                loaded.Write(printer.Error, printer.ErrorPalette);
                return Task.FromResult(ExitCode.ConfigurationInvalid);
            }
            var problem = "";
            var cluster = configuration.Cluster;
            if (Chosen(WhatIfOptions.Words(result.GetValue(services)), cluster, ref problem) is not { } chosen) return Task.FromResult(printer.Fail(ExitCode.Usage, problem));
            if (one.IsGiven(result)) return Task.FromResult(one.Run(result, configuration, chosen, result.GetValue(services) is { Length: > 0 }, printer));
            if (WhatIfOptions.FindSites(WhatIfOptions.Words(result.GetValue(sites)), cluster, "--sites", ref problem) is not { } fallible) return Task.FromResult(printer.Fail(ExitCode.Usage, problem));

            var failures = new Failures(result.GetValue(count), fallible.IsEmpty ? [.. cluster.Sites.Select(site => site.Id)] : fallible, Addresses: result.GetValue(count) > 0, Links: false);
            var linked = failures with { Links = true };
            var linkCases = chosen.Sum(service => linked.CountFor(service) - failures.CountFor(service));
            var withLinks = result.GetValue(links) || (result.GetValue(count) > 0 && linkCases <= MostLinksUnasked);
            if (withLinks) failures = linked;
            var cases = chosen.Aggregate(0m, (sum, service) => sum + failures.CountFor(service));
            if (cases > MostCases)
            {
                return Task.FromResult(printer.Fail(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture,
                    $"{cases:0} sets of failures are too many, at most {MostCases} are tried: lower --failures, or name the --sites that may fail, or the --service")));
            }
            return Task.FromResult(Run(configuration, chosen, failures, withLinks ? 0 : linkCases, result.GetValue(load), printer, stop));
        });
        return command;
    }

    private static int Run(LoadedConfiguration configuration, ImmutableArray<Service> services, Failures failures, long linksLeftOut, int? load, Printer printer, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        var told = 0L;
        var report = new Verifier(configuration.Cluster, configuration.Places, failures).Run(services, done =>
        {
            var seconds = (long)(Stopwatch.GetElapsedTime(started) / s_progressAfter);
            if (seconds > Interlocked.Exchange(ref told, seconds) && done < services.Length) printer.Note(FormattableString.Invariant($"{done} of {services.Length} services"));
        }, stop);
        var text = new VerifyText(configuration, failures, report, linksLeftOut, load is { } percent ? CapacityOutlook.Of(configuration.Cluster, services, failures, percent) : []);
        printer.Print(text.Data(), text.Write);
        foreach (var warning in text.Warnings) printer.Warn(warning);
        return report.IsProven ? ExitCode.Ok : ExitCode.Failed;
    }

    private static ImmutableArray<Service>? Chosen(IEnumerable<string> names, Cluster cluster, ref string problem)
    {
        var chosen = ImmutableArray.CreateBuilder<Service>();
        foreach (var name in names)
        {
            if (WhatIfOptions.FindService(name, cluster, "--service", ref problem) is not { } service) return null;
            if (!chosen.Contains(service)) chosen.Add(service);
        }
        return chosen.Count == 0 ? cluster.Services : chosen.ToImmutable();
    }
}
