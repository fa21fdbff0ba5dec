using System.Net;
using System.Net.Sockets;
using Pointsman.Model;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// A few probes of a server of our own on loopback, before the first real one of the process. The first pass through this code is compiled
/// while it runs, which takes some 70 ms; without a rehearsal that would be booked as the response time of whichever site is probed first,
/// and weigh in its average for a good many intervals.
/// </summary>
internal static class Rehearsal
{
    private const int Rounds = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Func<ProbeTarget, CancellationToken, Task<ProbeResult>> probe)
    {
        try
        {
            using var stop = new CancellationTokenSource(Patience);
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var serving = ServeAsync(listener, stop.Token);
            var at = Endpoint.From((IPEndPoint)listener.LocalEndPoint!);
            for (var round = 0; round < Rounds; round++)
            {
                await probe(TargetAt(at, TcpCheck.OpenAndClose), stop.Token);
                await probe(TargetAt(at, new HttpCheck { ExpectBody = "ok" }), stop.Token);
            }

            await stop.CancelAsync();
            await serving;
        }
        catch (Exception why) when (why is SocketException or OperationCanceledException)
        {
            // No loopback, no descriptor, or a machine too busy for it: then the first real probes are slower, and nothing else.
        }
    }

    private static async Task ServeAsync(Socket listener, CancellationToken stop)
    {
        var buffer = new byte[1024];
        try
        {
            while (!stop.IsCancellationRequested)
            {
                using var connection = await listener.AcceptAsync(stop);
                var received = await connection.ReceiveAsync(buffer, SocketFlags.None, stop);
                if (received > 0) await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), SocketFlags.None, stop);
            }
        }
        catch (Exception end) when (end is SocketException or OperationCanceledException)
        {
            // The rehearsal is over.
        }
    }

    private static ProbeTarget TargetAt(Endpoint at, ProbeCheck check) => new()
    {
        Key = new TargetKey(new VipKey(default, default, at)),
        ConnectTo = at,
        Settings = new ProbeSettings { Check = check, Timeout = Patience },
        HostName = "localhost",
    };
}
