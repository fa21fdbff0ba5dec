using System.Globalization;
using System.Text.Json.Nodes;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Node.Commands;

/// <summary>How waiting for a drained site's traffic to go ended.</summary>
/// <param name="Connections">The fewest that were open in the last seconds.</param>
/// <param name="Arrivals">Beyond probes, in the last window; null = they could not be counted.</param>
internal sealed record Waited(bool IsDone, TimeSpan Took, long Connections, long? Arrivals, TimeSpan Quiet, string Why)
{
    public JsonNode ToJson() => new JsonObject
    {
        ["done"] = IsDone,
        ["seconds"] = Math.Round(Took.TotalSeconds, 1),
        ["connections"] = Connections,
        ["arrivals"] = Arrivals,
        ["quietSeconds"] = Quiet.TotalSeconds,
        ["text"] = Why,
    };

    public override string ToString() => Why;
}

/// <summary>
/// Watches what still comes to a drained site until nobody does: no arrival beyond the other sites' probes for a whole window, and no more sessions than
/// allowed. The node of the site itself counts both; where it cannot be asked, connections are the site's last word and arrivals are not known, and it says so.
/// </summary>
internal sealed class DrainWait(Printer printer, Uri node, string site, string? service, TimeSpan? quiet, int most)
{
    private static readonly TimeSpan look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan say = TimeSpan.FromSeconds(5);

    // A probe's connection is open for an instant: who is there for so long is a user.
    private static readonly TimeSpan sessionWindow = TimeSpan.FromSeconds(2);

    private const string Stretch = "9 % of resolvers keep answers for longer than the TTL";

    private readonly Queue<(long At, long Connections, long? Arrived)> seen = new();
    private readonly TimeProvider time = TimeProvider.System;

    public async Task<Waited> RunAsync(TimeSpan timeout, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var asked = await ObserverAsync(stop);
        long? said = null;
        while (true)
        {
            JsonNode now;
            try
            {
                using var client = new NodeClient(asked);
                now = await client.GetAsync(Path, stop);
            }
            catch (NodeClientException error) when (error.ExitCode == ExitCode.NodeUnreachable && time.GetElapsedTime(began) < timeout)
            {
                printer.Note($"{error.Message} Waiting on.");
                await Task.Delay(say, time, stop);
                continue;
            }

            var window = quiet ?? WindowOf((double)now["ttlSeconds"]!);
            var verdict = Judge(now, window, began);
            if (verdict.IsDone) return verdict;
            if (verdict.Took >= timeout) return verdict with { Why = $"waiting ran out after {Format(verdict.Took)}: {verdict.Why}" };
            if (said is not { } last || time.GetElapsedTime(last) >= say)
            {
                said = time.GetTimestamp();
                printer.Note($"{verdict.Why}; {Clock(verdict.Took, (double)now["ttlSeconds"]!)}");
            }

            await Task.Delay(look, time, stop);
        }
    }

    private string Path => $"residual?site={Uri.EscapeDataString(site)}&service={Uri.EscapeDataString(service ?? "")}";

    /// <summary>A node of the site itself where one answers, else the one that took the order.</summary>
    private async Task<Uri> ObserverAsync(CancellationToken stop)
    {
        using var client = new NodeClient(node);
        var first = await client.GetAsync(Path, stop);
        if (first["unobserved"]!.AsArray() is { Count: > 0 } unobserved) printer.Warn($"nobody counts at {string.Join(", ", unobserved)}: something else serves there, and what comes to it is not waited for");
        if ((bool)first["observed"]!) return node;
        foreach (var address in first["nodes"]!.AsArray().Select(one => (string?)one).OfType<string>())
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var own)) continue;
            try
            {
                using var there = new NodeClient(own);
                if (!(bool)(await there.GetAsync(Path, stop))["observed"]!) continue;
                printer.Note($"watching at {site}'s own node, {address}");
                return own;
            }
            catch (NodeClientException)
            {
                // Not from here: the next, or the site's word.
            }
        }

        printer.Warn($"no node of {site} can be asked from here: connections are what it last said of itself, and who newly comes is not known");
        return node;
    }

    private Waited Judge(JsonNode now, TimeSpan window, long began)
    {
        var (connections, arrived) = ((long)now["connections"]!, (long?)now["arrived"]);
        var at = time.GetTimestamp();
        seen.Enqueue((at, connections, arrived));
        // One older than the window stays: the difference over all of it.
        while (seen.Count > 2 && time.GetElapsedTime(seen.ElementAt(1).At, at) >= window) seen.Dequeue();
        var took = time.GetElapsedTime(began);
        var fewest = seen.Where(one => time.GetElapsedTime(one.At, at) <= sessionWindow).Min(one => one.Connections);
        var spanned = time.GetElapsedTime(seen.Peek().At, at);
        // A node that restarted meanwhile counts from zero.
        long? users = arrived is { } count && seen.Peek().Arrived is { } before && count >= before ? Users(count - before, (double)now["probesPerSecond"]! * spanned.TotalSeconds) : null;
        var isQuiet = spanned >= window && (users is 0 || (arrived is null && !(bool)now["observed"]!));
        var isDone = isQuiet && took >= sessionWindow && fewest <= most;
        var left = $"{fewest} {(fewest == 1 ? "session" : "sessions")} left{(users is { } new_ ? $", {new_} new beyond probes in the last {Format(spanned)}" : "")}";
        return new Waited(isDone, took, fewest, users, window, isDone ? $"nobody comes to {site} any more: {left}, after {Format(took)}" : left);
    }

    /// <summary>What came beyond the other sites' probes, whose number is known but for some that come out of turn.</summary>
    private static long Users(long arrived, double probes)
    {
        var expected = (long)Math.Ceiling(probes * 1.2) + 2;
        return arrived <= expected ? 0 : arrived - (long)probes;
    }

    /// <summary>The TTL, as the rules that use it take it [S17].</summary>
    private static TimeSpan WindowOf(double ttlSeconds) => TimeSpan.FromSeconds(Math.Clamp(ttlSeconds, 10, 600));

    private static string Clock(TimeSpan took, double ttlSeconds) => took.TotalSeconds < ttlSeconds
        ? string.Create(CultureInfo.InvariantCulture, $"answers given before hold for {ttlSeconds - took.TotalSeconds:0} s more (TTL {ttlSeconds:0} s)")
        : string.Create(CultureInfo.InvariantCulture, $"the TTL of {ttlSeconds:0} s is over, and {Stretch}");

    private static string Format(TimeSpan span) => Duration.Format(TimeSpan.FromSeconds(Math.Round(span.TotalSeconds)));
}
