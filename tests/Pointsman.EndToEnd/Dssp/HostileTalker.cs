using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>Speaks raw frames to a node over mutual TLS, with a certificate of the test's choosing.</summary>
internal static class HostileTalker
{
    private static readonly Marshaller<byte[]> bytes = Marshallers.Create((byte[] frame, SerializationContext context) => context.Complete(frame), context => context.PayloadAsReadOnlySequence().ToArray());
    private static readonly Method<byte[], byte[]> exchange = new(MethodType.DuplexStreaming, "pointsman.dssp.v1.DistributedSiteState", "Exchange", bytes, bytes);

    /// <summary>Says these frames, then reads until the node ends the stream, or so long.</summary>
    /// <returns>How the node put it; empty when it did not end the stream.</returns>
    public static async Task<string> SayAsync(IPEndPoint to, string certificate, string key, IEnumerable<byte[]> frames, TimeSpan stay)
    {
        using var own = X509Certificate2.CreateFromPemFile(certificate, key);
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null, ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true) },
        };
        using var channel = GrpcChannel.ForAddress($"https://{to}", new GrpcChannelOptions { HttpHandler = handler, MaxSendMessageSize = null, MaxReceiveMessageSize = null });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(exchange, null, new CallOptions(cancellationToken: patience.Token));
        var reading = ReadAsync(call);
        try
        {
            foreach (var frame in frames)
            {
                if (reading.IsCompleted) break;
                await call.RequestStream.WriteAsync(frame, patience.Token);
            }
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
            // It has had enough; what it says is read below.
        }

        if (await Task.WhenAny(reading, Task.Delay(stay, patience.Token)) == reading) return await reading;
        await patience.CancelAsync();
        await reading;
        return "";
    }

    private static async Task<string> ReadAsync(AsyncDuplexStreamingCall<byte[], byte[]> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                // What the node says does not matter here.
            }

            return "the node ended it";
        }
        catch (RpcException exception)
        {
            return exception.Status.Detail;
        }
    }
}
