using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Health;
using Pointsman.Health.Probes;
using Pointsman.Model;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary><c>probe SERVICE[@SITE]</c>: the probes of a service, once, from here and now, with every phase: how an operator finds out why a check says what it says. Exit 0 when all are up.</summary>
internal static class ProbeCommand
{
    // As many as a small machine speaks to at once without one slowing another.
    private const int MostAtOnce = 16;

    private static readonly string[] heading = ["SITE", "ADDRESS", "CHECK", "VERDICT", "TOTAL", "CONNECT", "TLS", "FIRST BYTE", "REPLY"];

    public static Command Make()
    {
        var service = new Argument<string>("SERVICE") { Description = "A service of the configuration; SERVICE@SITE for its VIPs at one site" };
        var config = new Option<string>("--config") { Description = "The configuration, which says what is probed and how", HelpName = "FILE", Required = true };
        var site = new Option<string?>("--site") { Description = "As this site's node does: through its tunnels, from its source addresses, its own real servers too (default: every VIP, from wherever this runs)", HelpName = "NAME" };
        var command = new Command("probe", "Probe a service once, from here, and show every phase: no node is asked or told") { service, config, site, OutputOptions.Format };
        command.Examples(
            "pointsman probe --config pointsman.yaml www.example.com",
            "pointsman probe --config pointsman.yaml www.example.com@paris --site tokyo",
            "pointsman probe --config pointsman.yaml www.example.com -o json | jq '.[].reason'");
        command.SetAction((result, stop) => RunAsync(Printer.For(result), result.GetRequiredValue(config), result.GetRequiredValue(service), result.GetValue(site), stop));
        return command;
    }

    private static async Task<int> RunAsync(Printer printer, string path, string wanted, string? from, CancellationToken stop)
    {
        var load = ConfigurationLoader.Load(path);
        load.Write(printer.Error, printer.ErrorPalette);
        if (load.Configuration is not { Cluster: var cluster }) return ExitCode.ConfigurationInvalid;
        if (!TryChoose(cluster, wanted, from, out var targets, out var problem)) return printer.Fail(ExitCode.Failed, problem);

        var results = new ProbeResult[targets.Length];
        var prober = new SocketProber(TimeProvider.System);
        await Parallel.ForEachAsync(Enumerable.Range(0, targets.Length), new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = stop },
            async (index, cancel) => results[index] = await prober.ProbeAsync(targets[index], cancel));

        var pairs = targets.Zip(results).ToList();
        printer.Print(new JsonArray([.. pairs.Select(pair => Data(pair.First, pair.Second))]), () => TableOf(pairs));
        return results.All(static result => result.Succeeded) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static bool TryChoose(Cluster cluster, string wanted, string? from, out ImmutableArray<ProbeTarget> targets, out string problem)
    {
        (targets, problem) = ([], "");
        var split = wanted.Split('@', 2);
        if (cluster.FindService(split[0].TrimEnd('.').ToLowerInvariant()) is not { } service)
        {
            problem = $"no service is named '{split[0]}'{DidYouMean(split[0], cluster.Services.Select(static one => one.Name))}";
            return false;
        }

        var named = split.Skip(1).Append(from).Where(static name => name is not null).ToList();
        if (named.FirstOrDefault(name => cluster.FindSite(name!) is null) is { } unknown)
        {
            problem = $"no site is named '{unknown}'{DidYouMean(unknown, cluster.Sites.Select(static one => one.Name))}";
            return false;
        }

        var at = split.Length > 1 ? cluster.FindSite(split[1]) : null;
        // No site has the number 0: to it, every VIP is another site's.
        var self = from is null ? default : cluster.FindSite(from)!.Id;
        targets = [.. Targets.For(cluster, self).Where(target => target.Key.Vip.Service == service.Id && (at is null || target.Key.Vip.Site == at.Id))];
        if (targets.IsEmpty) problem = $"nothing to probe: '{service.Name}' has no VIP{(at is null ? "" : $" at {at.Name}")}";
        return !targets.IsEmpty;
    }

    private static string DidYouMean(string text, IEnumerable<string> names) => NearestName.Of(text, names) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    private static Table TableOf(List<(ProbeTarget Target, ProbeResult Result)> pairs)
    {
        var table = new Table(heading);
        foreach (var (target, result) in pairs)
        {
            table.Row(target.SiteName, target.Key.ToString(), target.Settings.Check.Protocol, VerdictOf(result), Millis(result.ElapsedMicros), Millis(result.ConnectMicros),
                Millis(result.TlsMicros), Millis(result.FirstByteMicros), ReplyOf(target, result));
        }

        return table;
    }

    private static Cell VerdictOf(in ProbeResult result) => new(
        WordOf(result.Verdict),
        result.Verdict switch { ProbeVerdict.Succeeded => Paint.Good, ProbeVerdict.Failed => Paint.Bad, _ => Paint.Warning });

    /// <summary>What a probe says: overloaded and full are signs of life, and neither up nor down.</summary>
    internal static string WordOf(ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Succeeded => "up",
        ProbeVerdict.Failed => "failed",
        ProbeVerdict.Overloaded => "overloaded",
        ProbeVerdict.Full => "full",
        _ => "unknown",
    };

    private static string ReplyOf(ProbeTarget target, in ProbeResult result)
    {
        var reply = result.Reason;
        if (result.CertificateUntil is { } until && target.Settings.Check is not Model.Probes.TlsCheck) reply += FormattableString.Invariant($"; certificate until {until:yyyy-MM-dd}");
        if (target.ConnectTo != target.Key.Address) reply += $" (through {target.ConnectTo})";
        return reply;
    }

    private static string Millis(long micros) => micros == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{micros / 1000.0:0.0} ms");

    private static JsonObject Data(ProbeTarget target, in ProbeResult result) => new()
    {
        ["site"] = target.SiteName,
        ["address"] = target.Key.ToString(),
        ["isServer"] = target.Key.Server is not null,
        ["connectedTo"] = target.ConnectTo.ToString(),
        ["source"] = target.Source?.ToString(),
        ["check"] = target.Settings.Check.Protocol,
        ["verdict"] = WordOf(result.Verdict),
        ["reason"] = result.Reason,
        ["milliseconds"] = result.ElapsedMicros / 1000.0,
        ["connectMilliseconds"] = result.ConnectMicros / 1000.0,
        ["tlsMilliseconds"] = result.TlsMicros / 1000.0,
        ["firstByteMilliseconds"] = result.FirstByteMicros / 1000.0,
        ["bodyBytes"] = result.BodyBytes,
        ["tls"] = result.TlsProtocol.Length == 0 ? null : result.TlsProtocol,
        ["certificateUntil"] = result.CertificateUntil is { } until ? FormattableString.Invariant($"{until:yyyy-MM-dd'T'HH:mm:ss'Z'}") : null,
    };
}
