using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pointsman.Health.Probes;

/// <summary>
/// Runs a probe's iterations over real sockets: a new connection each, all of them within one timeout, timed from the start of the first
/// to the end of the last by the monotonic clock [S8]. What is said over the connection is a <see cref="IConversation"/>, one file per
/// protocol. Whatever goes wrong becomes a reason in words. Rejected: HttpClient; see docs/decisions/0010-probes-over-plain-sockets.md.
/// </summary>
public sealed class SocketProber(TimeProvider time) : IProber
{
    private readonly TcpConversation tcp = new();
    private readonly HttpConversation http = new(time);

    private static readonly Lazy<Task> Rehearsed = new(static () => Rehearsal.RunAsync(new SocketProber(TimeProvider.System).MeasureAsync));

    public async Task<ProbeResult> ProbeAsync(ProbeTarget target, CancellationToken cancellation)
    {
        if (!Rehearsed.Value.IsCompleted) await Rehearsed.Value.WaitAsync(cancellation);
        return await MeasureAsync(target, cancellation);
    }

    private async Task<ProbeResult> MeasureAsync(ProbeTarget target, CancellationToken cancellation)
    {
        IConversation conversation = target.Settings.Http is null ? tcp : http;
        using var deadline = new CancellationTokenSource(target.Settings.Timeout, time);
        await using var link = cancellation.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);

        var count = Math.Max(1, target.Settings.Iterations);
        var progress = new Progress(target);
        long bodyBytes = 0, transferMicros = 0;
        var reply = "";
        var start = time.GetTimestamp();
        try
        {
            for (progress.Iteration = 1; progress.Iteration <= count; progress.Iteration++)
            {
                progress.Connected = false;
                var spoken = await IterateAsync(conversation, progress, deadline.Token);
                if (spoken.Failure is { } failure)
                {
                    return spoken.SaysNothing
                        ? ProbeResult.Inconclusive(ElapsedMicros(start), failure)
                        : ProbeResult.Failure(ElapsedMicros(start), At(progress, count, failure));
                }
                bodyBytes += spoken.BodyBytes;
                transferMicros += spoken.TransferMicros;
                reply = spoken.Reply;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var phase = progress.Connected ? $"while waiting for {conversation.Awaits}" : "while connecting";
            return ProbeResult.Failure(ElapsedMicros(start), At(progress, count, $"timeout after {InMilliseconds(target.Settings.Timeout.Ticks / TimeSpan.TicksPerMicrosecond)} {phase}"));
        }
        catch (SocketException broken)
        {
            var why = At(progress, count, SocketFailure.InWords(broken, progress.Connected, target));
            return SocketFailure.IsOwnFault(broken) ? ProbeResult.Inconclusive(ElapsedMicros(start), why) : ProbeResult.Failure(ElapsedMicros(start), why);
        }

        return ProbeResult.Success(ElapsedMicros(start), reply, bodyBytes, transferMicros);
    }

    private static async ValueTask<Spoken> IterateAsync(IConversation conversation, Progress progress, CancellationToken cancellation)
    {
        var target = progress.Target;
        cancellation.ThrowIfCancellationRequested();
        using var socket = new Socket(target.ConnectTo.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        if (target.Source is { } source)
        {
            // Linux picks the port at connect, by the whole tuple, so that probes in TIME_WAIT to one target do not use up the ports for all.
            if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(IpLevel, IpBindAddressNoPort, One);
            socket.Bind(new IPEndPoint(source, 0));
        }

        await socket.ConnectAsync(target.ConnectTo.ToIPEndPoint(), cancellation);
        progress.Connected = true;
        return await conversation.SpeakAsync(socket, target, cancellation);
    }

    private const int IpLevel = 0;
    private const int IpBindAddressNoPort = 24;
    private static ReadOnlySpan<byte> One => [1, 0, 0, 0];

    private long ElapsedMicros(long start) => time.GetElapsedTime(start).Ticks / TimeSpan.TicksPerMicrosecond;

    private static string At(Progress progress, int count, string failure) =>
        count == 1 ? failure : string.Create(CultureInfo.InvariantCulture, $"{failure} (iteration {progress.Iteration} of {count})");

    private static string InMilliseconds(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros / 1000.0:0.0} ms");

    /// <summary>How far the probe got, for the words of a failure.</summary>
    private sealed class Progress(ProbeTarget target)
    {
        public ProbeTarget Target { get; } = target;
        public int Iteration { get; set; }
        public bool Connected { get; set; }
    }
}
