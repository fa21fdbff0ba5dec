using System.Net.Sockets;
using System.Text.Json.Nodes;
using Pointsman.Model;
using Pointsman.Node.Commands;
using Pointsman.Node.Output;

namespace Pointsman.Node.Demo;

/// <summary>
/// The demo from start to end: look whether the addresses are free, write the files, start real servers, relays and nodes, wait until the
/// cluster agrees, say so in one line of JSON, take the tour, stay up. Data (the JSON line and the tour) goes to stdout, progress to stderr.
/// </summary>
internal sealed class DemoRun(DemoLayout layout, Printer printer)
{
    // A few probe rounds until the averages have left the start behind; 25 to 40 s after the first process on two idle cores.
    private static readonly TimeSpan AgreeLimit = TimeSpan.FromSeconds(90);

    public async Task<int> RunAsync(bool tour, bool exitAfterTour, CancellationToken stop)
    {
        if (TakenPort() is { } taken) return printer.Fail(ExitCode.Failed, taken);
        var folder = Directory.CreateTempSubdirectory("pointsman-demo-").FullName;
        try
        {
            await using var cluster = new DemoCluster(layout, folder);
            try
            {
                return await RunAsync(cluster, tour, exitAfterTour, stop);
            }
            catch (InvalidOperationException error)
            {
                return printer.Fail(ExitCode.Failed, error.Message);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                printer.Note("stopping: every process of the demo is ended");
                return exitAfterTour ? ExitCode.Failed : ExitCode.Ok;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(DemoCluster cluster, bool tour, bool exitAfterTour, CancellationToken stop)
    {
        var progress = new DemoProgress(printer);
        progress.Say($"Pointsman demo: {layout.SiteCount} sites on 127.0.1.1 … 127.0.{layout.SiteCount}.1; files in {cluster.Folder}");
        DemoFiles.Write(cluster.Folder, layout);
        DemoPki.Write(cluster.Folder, layout);
        progress.Say($"starting {layout.SiteCount * DemoLayout.ServersPerSite} real servers");
        await cluster.StartServersAsync();
        progress.Say($"starting {layout.SiteCount * (layout.SiteCount - 1)} relays: the long ways between the sites");
        await cluster.StartRelaysAsync();
        progress.Say($"starting {layout.SiteCount} nodes: each probes every VIP of every other site");
        foreach (var site in layout.Sites) cluster.StartNode(site);
        var expected = DemoExpectation.Weights(layout.SiteCount);
        await AgreeAsync(cluster, expected, progress, stop);
        printer.Out.WriteLine(ReadyLine(cluster));
        await printer.Out.FlushAsync(stop);

        if (tour)
        {
            var tourPrinter = new TourPrinter(printer.Out, printer.Palette);
            var good = await new Tour(cluster, expected, tourPrinter).RunAsync(stop);
            printer.Out.WriteLine();
            printer.Out.WriteLine(good ? $"All {tourPrinter.Steps} steps came out as announced." : "Not every step came out as announced: see ✗ above.");
            if (exitAfterTour) return good ? ExitCode.Ok : ExitCode.Failed;
        }

        printer.Out.WriteLine($"The cluster stays up. Ask it: {layout.AdminUrl(0)}/api/v1/status, or ./pointsman status --node {layout.AdminUrl(0)}. Ctrl+C ends it.");
        await printer.Out.FlushAsync(stop);
        await WatchAsync(cluster, stop);
        return ExitCode.Ok;
    }

    private async Task AgreeAsync(DemoCluster cluster, IReadOnlyDictionary<string, int> expected, DemoProgress progress, CancellationToken stop)
    {
        var agreed = await TourNodes.UntilAsync(async () =>
        {
            if (cluster.FirstDeadNode() is { } dead) throw new InvalidOperationException($"node {DemoTable.NameOf(dead.Site)} ended:\n{dead.LastWords}");
            var tables = await Task.WhenAll(layout.Sites.Select(site => TourNodes.TableAsync(layout, site, DemoFiles.Www, stop)));
            var up = tables.Count(table => table is not null);
            var digests = tables.Where(table => table is not null).Select(TourNodes.Digest).Distinct(StringComparer.Ordinal).Count();
            var equal = up == layout.SiteCount && digests == 1;
            var settled = equal && tables.All(table => TourNodes.Weights(table) is var weights && weights.Count == expected.Count && weights.All(pair => expected.GetValueOrDefault(pair.Key, -1) == pair.Value));
            var seen = Array.FindIndex(tables, table => table is not null);
            progress.Update($"{up} of {layout.SiteCount} nodes up" + (seen < 0 ? "" : $", {(digests == 1 ? equal ? "the same table everywhere, its averages still settling" : "one table" : $"{digests} different tables")}; site {DemoTable.NameOf(seen)}'s: {TourNodes.Show(TourNodes.Weights(tables[seen]))}"));
            return settled;
        }, AgreeLimit, stop);
        progress.Say(agreed ? "all nodes agree" : "the nodes do not agree on the announced table; the tour will show how they differ");
    }

    private string ReadyLine(DemoCluster cluster)
    {
        var sites = new JsonObject();
        foreach (var site in layout.Sites)
        {
            var servers = new JsonArray();
            for (var server = 0; server < DemoLayout.ServersPerSite; server++)
            {
                servers.Add(new JsonObject { ["pid"] = cluster.ServerPid(site, server), ["address"] = layout.Server(site, server).ToString() });
            }

            sites[DemoTable.NameOf(site)] = new JsonObject
            {
                ["pid"] = cluster.NodePid(site),
                ["dns"] = layout.Dns(site).ToString(),
                ["vip"] = layout.Vip(site).ToString(),
                ["geoVip"] = layout.GeoVip(site).ToString(),
                ["admin"] = layout.AdminUrl(site),
                ["servers"] = servers,
            };
        }

        return new JsonObject { ["ready"] = true, ["config"] = cluster.ConfigurationFile, ["sites"] = sites }.ToJsonString();
    }

    // A node that somebody else ended is announced, with how to start it again; the demo itself goes on.
    private async Task WatchAsync(DemoCluster cluster, CancellationToken stop)
    {
        var gone = new HashSet<int>();
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
            foreach (var site in layout.Sites.Where(site => !cluster.IsNodeAlive(site) && gone.Add(site)))
            {
                printer.Note($"node {DemoTable.NameOf(site)} has ended. To start it again: ./pointsman run --config {cluster.ConfigurationFile} --site {DemoTable.NameOf(site)}");
            }
        }
    }

    private string? TakenPort()
    {
        foreach (var (address, what) in layout.All())
        {
            if (CannotBind(address, SocketType.Stream) is { } tcp) return Taken(address, what, tcp);
            if (what.EndsWith("DNS", StringComparison.Ordinal) && CannotBind(address, SocketType.Dgram) is { } udp) return Taken(address, what, udp);
        }

        return null;
    }

    private string Taken(Endpoint address, string what, string why) =>
        $"{address} ({what}) is not free: {why}. Is another demo running? Choose other ports with --port-base N (default {DemoLayout.DefaultPortBase}, this was {layout.PortBase}).";

    private static string? CannotBind(Endpoint address, SocketType type)
    {
        try
        {
            using var socket = new Socket(address.Address.AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            socket.Bind(address.ToIPEndPoint());
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
    }
}
