using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// Dials one peer for as long as there is no stream with it: 0.2 s, then twice as long each time up to 5 s, each wait drawn from its upper
/// half, so that a hundred sites do not dial a returning one in step. The higher of the two names waits a second first: most pairs
/// then need one stream only.
/// </summary>
internal sealed class PeerDialer(DsspEndpoint endpoint, Site peer) : IAsyncDisposable
{
    public Site Peer => peer;

    private static readonly TimeSpan BackoffFirst = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BackoffLongest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HigherNameWaits = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource stopped = new();
    private readonly Random random = new();
    private Task running = Task.CompletedTask;

    public void Start() => running = RunAsync(stopped.Token);

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopped.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        var lower = endpoint.IsLower(peer);
        var backoff = BackoffFirst;
        var attempt = 0;
        if (!lower) await Task.Delay(HigherNameWaits, endpoint.Options.Time, cancellation);
        while (true)
        {
            await endpoint.WithoutStreamAsync(peer.Id, cancellation);
            await Task.Delay(backoff * (0.5 + (random.NextDouble() / 2)), endpoint.Options.Time, cancellation);
            if (endpoint.HasStream(peer.Id)) continue;
            // Read anew each time: a reload may have moved the peer.
            var addresses = endpoint.AddressesOf(peer.Id);
            if (addresses.IsEmpty) return;
            var address = addresses[attempt++ % addresses.Length];
            var began = endpoint.Options.Time.GetTimestamp();
            await DialAsync(address, lower, cancellation);
            // A stream that lived shortly was refused in one way or another: it is no reason to hurry.
            backoff = endpoint.Options.Time.GetElapsedTime(began) > ConnectWithin * 2 ? BackoffFirst : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, BackoffLongest.Ticks));
        }
    }

    /// <summary>Returns when the stream is over, or never came to life.</summary>
    private async Task DialAsync(Endpoint address, bool lower, CancellationToken cancellation)
    {
        var refusal = default(string);
        var shown = default(X509Certificate2);
        var certificates = endpoint.Certificates;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectWithin,
            KeepAlivePingDelay = PingEvery,
            KeepAlivePingTimeout = PingEvery,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = SslStreamCertificateContext.Create(certificates.Own, additionalCertificates: null, offline: true),
                // The identity is the SAN URI, not the address that was dialled.
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                    return (refusal = certificates.FaultOfServer(certificate as X509Certificate2, peer.Name)) is null;
                },
            },
        };
        using var channel = GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, MaxReceiveMessageSize = DsspLimits.FrameBytes });
        var reached = false;
        try
        {
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(DsspCall.Exchange, host: null, new CallOptions(cancellationToken: cancellation));
            await call.ResponseHeadersAsync.WaitAsync(ConnectWithin * 2, endpoint.Options.Time, cancellation);
            reached = true;
            await endpoint.DialledAsync(peer, lower, address, shown, call, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested && exception is RpcException or TimeoutException or IOException or OperationCanceledException)
        {
            if (refusal is not null) endpoint.RefuseCertificate($"{address}", refusal);
            else if (!reached) endpoint.DialFailed(peer, address, exception is RpcException rpc ? Plain(rpc) : exception.Message);
        }
    }

    private static string Plain(RpcException exception) => exception.Status.DebugException?.GetBaseException().Message ?? exception.Status.Detail;
}
