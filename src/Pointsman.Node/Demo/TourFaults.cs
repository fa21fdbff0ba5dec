using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.Node.Demo;

/// <summary>The second half of the tour: what breaks, and what a user sees of it.</summary>
internal sealed partial class Tour
{
    // The bound on seeing a death [S8] for the demo's probes: fall × 1.05 × interval + timeout + 1 s.
    private static readonly TimeSpan DeathBound = TimeSpan.FromSeconds((2 * 1.05 * 2) + 1.5 + 1);
    private static readonly TimeSpan ReturnLimit = TimeSpan.FromSeconds(60);

    private async Task ShowFullVipAsync(CancellationToken stop)
    {
        printer.Step($"A VIP at MaxConns ({DemoLayout.VipMaxConnections} connections): the next user is handed on by an HTTP redirect");
        var vip = layout.Vip(0);
        printer.ByHand($"curl -si http://{vip}/where        # while {DemoLayout.VipMaxConnections} connections are held open");
        printer.ByHand($"./pointsman explain {DemoFiles.Www} --client 127.0.0.1 --arrived-at A --node {layout.AdminUrl(0)}");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };
        var held = new List<Socket>();
        try
        {
            for (var i = 0; i < DemoLayout.VipMaxConnections; i++) await HoldOneAsync();
            HttpResponseMessage? reply = null;
            await TourNodes.UntilAsync(async () =>
            {
                reply?.Dispose();
                reply = await http.GetAsync(new Uri($"http://{vip}/where"), stop);
                if ((int)reply.StatusCode is >= 300 and < 400) return true;
                await HoldOneAsync(); // a probe had a place while the VIP was filled, and has left it since
                return false;
            }, TimeSpan.FromSeconds(5), stop, TimeSpan.FromMilliseconds(50));
            var explained = await TourNodes.TryGetAsync(layout, 0, $"explain?name={DemoFiles.Www}&client=127.0.0.1&arrivedAt=A", stop);
            var target = reply?.Headers.Location;
            var site = target is not null && IPAddress.TryParse(target.Host, out var address) ? SiteOf(new TourAnswer(0, [address], null)) : null;
            var named = (string?)explained?["sites"]?[0]?["site"];
            printer.Say($"{(int?)reply?.StatusCode} {target?.GetLeftPart(UriPartial.Path)}?_pm=…");
            printer.Check(site is > 0 && NameOf(site) == named, $"handed on to site {NameOf(site)}, the one that explain names",
                $"explain names {named ?? "none"}, the reply was {(int?)reply?.StatusCode} to {NameOf(site)}");
            if (target is not null)
            {
                var text = await http.GetStringAsync(target, stop);
                printer.Check(text.StartsWith($"site {NameOf(site)}", StringComparison.Ordinal), $"and there the user gets the content: \"{text.Trim()}\"", $"the target said \"{text.Trim()}\"");
            }

            reply?.Dispose();
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            printer.Check(false, "", $"the request failed: {error.Message}");
        }
        finally
        {
            foreach (var socket in held) socket.Dispose();
        }

        async Task HoldOneAsync()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            held.Add(socket);
            await socket.ConnectAsync(vip.ToIPEndPoint(), stop);
        }
    }

    private async Task ShowLostServerAsync(CancellationToken stop)
    {
        printer.Step("A real server is lost: its VIP goes on with the other one");
        printer.ByHand($"kill -9 {cluster.ServerPid(1, 0)}; curl -si http://{layout.Vip(1)}/where");
        await cluster.KillServerAsync(1, 0);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(5) };
        var served = 0;
        for (var request = 0; request < 40; request++)
        {
            try
            {
                using var reply = await http.GetAsync(new Uri($"http://{layout.Vip(1)}/where"), stop);
                if (reply.IsSuccessStatusCode && reply.Headers.TryGetValues("X-Served-By", out var by) && by.Single() == "B/2") served++;
            }
            catch (HttpRequestException)
            {
                // Counted as not served.
            }
        }

        printer.Check(served == 40, "40 of 40 requests were served, all by real server 2 of site B", $"{served} of 40 requests were served by real server 2");
        await cluster.StartServerAsync(1, 0);
    }

    private async Task ShowDeathAndReturnAsync(CancellationToken stop)
    {
        var victim = layout.SiteCount > 3 ? 3 : layout.SiteCount - 1;
        var name = DemoTable.NameOf(victim);
        printer.Step($"Site {name} dies (its node and its real servers), and a user asks all the time");
        printer.ByHand($"kill -9 {cluster.NodePid(victim)}");
        printer.ByHand($"dig @{DemoLayout.AddressOf(0)} -p {layout.Dns(0).Port} {DemoFiles.Www} +short");
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var last = new ConcurrentDictionary<int, long>();
        var lost = 0;
        var askers = layout.Sites.Where(site => site != victim).Select(site => AskAllTheTimeAsync(site, victim, last, () => Interlocked.Increment(ref lost), asking.Token)).ToArray();
        var start = TimeProvider.System.GetTimestamp();
        await cluster.KillNodeAsync(victim);
        for (var server = 0; server < DemoLayout.ServersPerSite; server++) await cluster.KillServerAsync(victim, server);
        await Task.Delay(DeathBound + TimeSpan.FromSeconds(2), stop);
        var asked = TimeProvider.System.GetElapsedTime(start);
        await asking.CancelAsync();
        var queries = (await Task.WhenAll(askers)).Sum();
        var longest = last.Values.Select(at => TimeProvider.System.GetElapsedTime(start, at)).Where(span => span > TimeSpan.Zero).DefaultIfEmpty(TimeSpan.Zero).Max();
        printer.Check(longest <= DeathBound, string.Create(CultureInfo.InvariantCulture, $"the last answer with {name} came {longest.TotalSeconds:0.0} s after its death (bound: {DeathBound.TotalSeconds:0.0} s)"),
            string.Create(CultureInfo.InvariantCulture, $"{name} was still answered {longest.TotalSeconds:0.0} s after its death (bound: {DeathBound.TotalSeconds:0.0} s)"));
        printer.Check(lost == 0 && queries > 0, string.Create(CultureInfo.InvariantCulture, $"{queries:#,0} queries in {asked.TotalSeconds:0} s, none lost"), $"{lost} of {queries} queries were lost");

        printer.Step($"Site {name} is started again and comes back by itself");
        printer.ByHand($"./pointsman run --config {cluster.ConfigurationFile} --site {name}");
        for (var server = 0; server < DemoLayout.ServersPerSite; server++) await cluster.StartServerAsync(victim, server);
        cluster.StartNode(victim);
        var back = await TourNodes.UntilAsync(async () =>
        {
            var tables = await Task.WhenAll(layout.Sites.Select(site => TourNodes.TableAsync(layout, site, DemoFiles.Www, stop)));
            return tables.Select(TourNodes.Digest).Distinct(StringComparer.Ordinal).Count() == 1 && tables.All(table => Same(TourNodes.Weights(table), expected));
        }, ReturnLimit, stop);
        printer.Check(back, $"{name} is in the answers again, and every node has the first table again", $"the table is not what it was, {ReturnLimit.TotalSeconds:0} s later");
    }

    private async Task<int> AskAllTheTimeAsync(int site, int victim, ConcurrentDictionary<int, long> last, Action lost, CancellationToken stop)
    {
        using var dns = new TourDns(layout.Dns(site).ToIPEndPoint());
        var asked = 0;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await dns.AskAsync(DemoFiles.Www, null, stop);
                asked++;
                if (SiteOf(answer) is not { } chosen) lost();
                else if (chosen == victim) last[site] = TimeProvider.System.GetTimestamp();
                await Task.Delay(5, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The step is over.
        }

        return asked;
    }
}
