using System.Net;
using System.Security.Authentication;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Pointsman.Model;

namespace Pointsman.Dssp.Transport;

/// <summary>
/// A Kestrel of its own on the DSSP address: HTTP/2, a client certificate required, nothing but the one gRPC method. It logs nothing
/// itself and reads no settings of the environment.
/// </summary>
internal sealed class DsspListener : IAsyncDisposable
{
    // All peers' sites twice over, and room for those whose old connection has not been noticed to be dead.
    private const int MostConnections = 4 * DsspLimits.Sites;
    private const int HeaderBytes = 8 * 1024;

    // What a peer may have under way before it is read: a large state in a few pieces.
    private const int WindowBytes = 256 * 1024;
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleWithin = TimeSpan.FromSeconds(20);
    private static readonly object handshake = new();
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10);
    private readonly WebApplication application;

    private DsspListener(WebApplication application) => this.application = application;

    public static async Task<DsspListener> StartAsync(Endpoint listen, DsspEndpoint endpoint, CancellationToken cancellation)
    {
        var gate = new ConnectionGate();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = IdleWithin;
            kestrel.Limits.RequestHeadersTimeout = HandshakeWithin;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = HeaderBytes;
            kestrel.Limits.Http2.InitialStreamWindowSize = WindowBytes;
            kestrel.Limits.Http2.InitialConnectionWindowSize = WindowBytes;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 4;
            kestrel.Limits.Http2.KeepAlivePingDelay = PingEvery;
            kestrel.Limits.Http2.KeepAlivePingTimeout = PingEvery;
            kestrel.Listen(listen.ToIPEndPoint(), options =>
            {
                options.Protocols = HttpProtocols.Http2;
                options.Use(next => connection => BeforeHandshakeAsync(endpoint, gate, next, connection));
                options.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificateSelector = (_, _) => endpoint.Certificates.Own,
                    ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                    ClientCertificateValidation = (certificate, _, _) => endpoint.Admits(certificate),
                    SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    HandshakeTimeout = HandshakeWithin,
                });
                options.Use(next => connection => AfterHandshakeAsync(endpoint, gate, next, connection));
            });
        });
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = DsspLimits.FrameBytes);
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IServiceMethodProvider<DsspService>, DsspMethods>();
        builder.Services.AddSingleton(endpoint);
        var application = builder.Build();
        application.UseRouting();
        application.MapGrpcService<DsspService>();
        try
        {
            await application.StartAsync(cancellation);
            return new DsspListener(application);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync();
            throw new IOException($"cannot listen for DSSP on {listen}: {(exception.InnerException ?? exception).Message}", exception);
        }
    }

    private static async Task BeforeHandshakeAsync(DsspEndpoint endpoint, ConnectionGate gate, ConnectionDelegate next, ConnectionContext connection)
    {
        var from = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        using var ticket = gate.Knock(from, endpoint.IsNode(from));
        if (ticket is null)
        {
            endpoint.Counters.CountConnectionRefused();
            connection.Abort(new ConnectionAbortedException("too many handshakes"));
            return;
        }

        connection.Items[handshake] = ticket;
        await next(connection);
    }

    private static async Task AfterHandshakeAsync(DsspEndpoint endpoint, ConnectionGate gate, ConnectionDelegate next, ConnectionContext connection)
    {
        (connection.Items[handshake] as IDisposable)?.Dispose();
        var site = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate ? endpoint.Certificates.SiteOf(certificate) : null;
        using var place = site is null ? null : gate.Enter(site.Id);
        if (place is null)
        {
            endpoint.Counters.CountConnectionRefused();
            connection.Abort(new ConnectionAbortedException("too many connections of one site"));
            return;
        }

        await next(connection);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await application.StopAsync(soon.Token);
        await application.DisposeAsync();
    }
}

/// <summary>The server side of <see cref="DsspCall.Exchange"/>.</summary>
internal sealed class DsspService(DsspEndpoint endpoint)
{
    public async Task ExchangeAsync(IAsyncStreamReader<byte[]> reader, IServerStreamWriter<byte[]> writer, ServerCallContext context)
    {
        var connection = context.GetHttpContext().Connection;
        // RequireCertificate holds for every connection; the site may have left the configuration since the handshake.
        if (connection.ClientCertificate is not { } certificate || endpoint.Certificates.SiteOf(certificate) is not { } site)
            throw new RpcException(new Status(StatusCode.Unauthenticated, "not a configured site"));
        await context.WriteResponseHeadersAsync([]);
        await endpoint.ServeAsync(site, $"{new IPEndPoint(connection.RemoteIpAddress ?? IPAddress.None, connection.RemotePort)}", certificate, reader, writer, context.CancellationToken);
    }
}

/// <summary>Tells gRPC of the method without generated stubs.</summary>
internal sealed class DsspMethods : IServiceMethodProvider<DsspService>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DsspService> context) =>
        context.AddDuplexStreamingMethod(DsspCall.Exchange, [], (service, reader, writer, call) => service.ExchangeAsync(reader, writer, call));
}
