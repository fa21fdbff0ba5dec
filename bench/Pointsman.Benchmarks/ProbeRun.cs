using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pointsman.Health;
using Pointsman.Health.Probes;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Benchmarks;

/// <summary>
/// <c>probes</c>: how many HTTP probes one core makes, and what each leaves to the garbage collector; beside it, in the same run, a bare HttpClient that asks the
/// same server for the same page over a new connection each time. The server is a process of its own, so that its work is not counted; what counts is this process' processor
/// time, which other users of the machine do not change much.
/// </summary>
internal static class ProbeRun
{
    private const int Targets = 64;
    private static readonly TimeSpan warmUp = TimeSpan.FromSeconds(4), measured = TimeSpan.FromSeconds(10);

    public static async Task RunAsync()
    {
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["probe-server"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            if (OperatingSystem.IsLinux()) Process.GetCurrentProcess().ProcessorAffinity = 1;
            var port = int.Parse((await server.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            var prober = new SocketProber(TimeProvider.System);
            var targets = Enumerable.Range(1, Targets).Select(number => Target(number, port, new HttpCheck { ExpectBody = "ok" })).ToArray();
            var opened = Enumerable.Range(1, Targets).Select(number => Target(number, port, TcpCheck.OpenAndClose)).ToArray();
            using var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero });
            Console.WriteLine("| | a second of one core | processor time each | allocated each | collections of the young a million | in the last tenth against the first |\n| --- | --- | --- | --- | --- | --- |");
            await MeasureAsync("HTTP probe", async number => (await prober.ProbeAsync(targets[number], CancellationToken.None)).Succeeded);
            await MeasureAsync("TCP probe", async number => (await prober.ProbeAsync(opened[number], CancellationToken.None)).Succeeded);
            await MeasureAsync("bare HttpClient", async number =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.{number + 1}:{port}/health") { Headers = { ConnectionClose = true } };
                using var response = await client.SendAsync(request);
                return (await response.Content.ReadAsStringAsync()).Contains("ok", StringComparison.Ordinal);
            });
        }
        finally
        {
            server.Kill();
        }
    }

    /// <summary>Answers every request on any address of 127/8 and closes, until its parent ends.</summary>
    public static async Task ServeAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(4096);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        var reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray();
        while (true) _ = AnswerAsync(await listener.AcceptAsync(), reply);
    }

    private static async Task AnswerAsync(Socket connection, byte[] reply)
    {
        using var closing = connection;
        try
        {
            var buffer = new byte[2048];
            if (await connection.ReceiveAsync(buffer) == 0) return;
            await connection.SendAsync(reply);
            connection.Shutdown(SocketShutdown.Send);
            while (await connection.ReceiveAsync(buffer) > 0) { }
        }
        catch (SocketException)
        {
            // The other end was quicker.
        }
    }

    private static async Task MeasureAsync(string what, Func<int, Task<bool>> probe)
    {
        await WalkAsync(probe, warmUp);
        GC.Collect();
        var (before, bytes, young) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0));
        var (count, first, last) = await WalkAsync(probe, measured);
        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {what} | {count / seconds:0} | {seconds / count * 1e6:0} µs | {(GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)count:0} bytes | {(GC.CollectionCount(0) - young) * 1e6 / count:0} | {last / first:0.00} |"));
    }

    /// <returns>How many ended well, and the bytes allocated for each in the first tenth and in the last: equal where nothing grows.</returns>
    private static async Task<(long Count, double First, double Last)> WalkAsync(Func<int, Task<bool>> probe, TimeSpan time)
    {
        long done = 0;
        var marks = new List<(long Count, long Bytes)>();
        var started = Stopwatch.GetTimestamp();
        var loops = Enumerable.Range(0, Targets).Select(async number =>
        {
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                if (!await probe(number)) throw new InvalidOperationException("a probe failed: the figures would be of something else");
                Interlocked.Increment(ref done);
            }
        }).ToArray();
        for (var tenth = 0; tenth <= 10; tenth++)
        {
            marks.Add((Interlocked.Read(ref done), GC.GetTotalAllocatedBytes(precise: true)));
            if (tenth < 10) await Task.Delay(time / 10);
        }

        await Task.WhenAll(loops);
        double Each(int tenth) => (marks[tenth + 1].Bytes - marks[tenth].Bytes) / (double)Math.Max(1, marks[tenth + 1].Count - marks[tenth].Count);
        return (done, Each(0), Each(9));
    }

    private static ProbeTarget Target(int number, int port, ProbeCheck check)
    {
        var address = new Endpoint(new IPAddress([127, 0, 0, (byte)number]), port);
        return new ProbeTarget
        {
            Key = new TargetKey(new VipKey(new ServiceId(1), new SiteId(number), address)),
            ConnectTo = address,
            Settings = new ProbeSettings { Check = check },
            HostName = "www.example.com",
        };
    }
}
