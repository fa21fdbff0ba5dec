using System.Diagnostics;
using Pointsman.Health;
using Pointsman.Health.Probes;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>Scheduler, prober and board together, against real servers, on the real clock.</summary>
public sealed class LiveProbingTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    [Fact]
    [Trait("mission", "P4.3")]
    public async Task A_server_that_stops_answering_is_probed_until_declared_down_and_again_until_it_is_back()
    {
        var isWell = true;
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.ReadHeadAsync();
            if (!isWell) await connection.HangAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        var target = ProbeOf.Target(server.Address, ProbeOf.Ok, timeoutMs: 800, intervalMs: 200);
        await using var live = new Live([target]);
        await live.Scheduler.FirstRound.WaitAsync(s_deadline, TestContext.Current.CancellationToken);
        await live.UntilAsync(target, HealthState.Up);

        isWell = false;
        await live.UntilAsync(target, HealthState.Down);
        isWell = true;
        await live.UntilAsync(target, HealthState.Up);
    }

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_nginx_is_well_wrong_frozen_and_gone_in_turn()
    {
        var nginx = Peer.Require("nginx");
        var folder = Directory.CreateTempSubdirectory("pointsman-nginx-");
        try
        {
            var at = Loopback.NextEndPoint();
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "nginx.conf"), Configuration(folder.FullName, at.ToString()), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "included.html"), "<!--# echo var=\"host\" --> is ok", TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "big.bin"), new byte[5_000_000], TestContext.Current.CancellationToken);
            await using var process = RunningProcess.Start(nginx, ["-e", "stderr", "-c", Path.Combine(folder.FullName, "nginx.conf")], folder.FullName);
            var watch = Stopwatch.StartNew();
            while (!(await ProbeOf.RunAsync(ProbeOf.Target(at))).Succeeded)
            {
                Assert.True(watch.Elapsed < s_deadline, process.Error);
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            await ExpectAsync("/health", "ok", true, "200 OK");
            await ExpectAsync("/included.html", "www.example.com is ok", true, "200 OK"); // nginx sends what it includes in chunks
            await ExpectAsync("/big.bin", null, true, "200 OK, first 1 MiB");
            await ExpectAsync("/missing", null, false, "status 404 Not Found, expected 200");
            await ExpectAsync("/health", "better", false, "200 OK, but 'better' is not in 2 bytes of its body");
            process.Signal("STOP");
            await ExpectAsync("/health", "ok", false, "timeout after 1500.0 ms while waiting for the reply");
            process.Signal("CONT");
            await ExpectAsync("/health", "ok", true, "200 OK");
            process.Signal("TERM");
            await process.WaitForExitAsync(s_deadline);
            await ExpectAsync("/health", "ok", false, "connection refused");

            async Task ExpectAsync(string path, string? text, bool isWell, string reason)
            {
                var result = await ProbeOf.RunAsync(ProbeOf.Target(at, new HttpCheck { Path = path, ExpectBody = text }, timeoutMs: 1500, iterations: 2));
                Assert.Equal(isWell, result.Succeeded);
                Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Configuration(string folder, string listen) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        events { }
        http {
            access_log off;
            client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
            types { text/html html; }
            server {
                listen {{listen}};
                root {{folder}};
                ssi on;
                location = /health { return 200 "ok"; }
            }
        }
        """;

    /// <summary>A board kept by a scheduler, as a node keeps it.</summary>
    private sealed class Live : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly HealthBoard _board = new();

        public Live(IReadOnlyCollection<ProbeTarget> targets)
        {
            _board.Replace(targets);
            Scheduler = new ProbeScheduler(new SocketProber(TimeProvider.System), Take, TimeProvider.System, seed: 1);
            Scheduler.Replace(targets);
        }

        public ProbeScheduler Scheduler { get; }

        public HealthState StateOf(ProbeTarget target)
        {
            lock (_gate) return _board.Find(target.Key)!.State;
        }

        public async Task UntilAsync(ProbeTarget target, HealthState state)
        {
            var watch = Stopwatch.StartNew();
            while (StateOf(target) != state)
            {
                Assert.True(watch.Elapsed < s_deadline, $"still {StateOf(target)}, not {state}");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        public ValueTask DisposeAsync() => Scheduler.DisposeAsync();

        private void Take(ProbeTarget target, ProbeResult result, Instant endedAt)
        {
            lock (_gate) _board.Apply(target, result, endedAt);
        }
    }
}
