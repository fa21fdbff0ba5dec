using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pointsman.Node.Output;
using Pointsman.Node.Wiring;

namespace Pointsman.Node.Admin;

/// <summary>
/// The admin HTTP of one node: what the commands ask, metrics, and the two health addresses. GET never changes anything; a change is taken
/// from a loopback address only, and never from a web page of another origin.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    // Answers come from memory and are small; whoever sends more than this in a request does not mean us.
    private const long LargestRequestBytes = 64 * 1024;

    private readonly WebApplication app;

    private AdminServer(WebApplication app) => this.app = app;

    /// <exception cref="NodeStartException">The address cannot be listened on.</exception>
    public static async Task<AdminServer> StartAsync(NodeHost host, Model.Endpoint listen, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequestBytes;
            kestrel.Limits.MaxConcurrentConnections = 128;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
            kestrel.Listen(listen.ToIPEndPoint());
        });
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1");
        builder.Services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.WriteIndented = JsonText.Options.WriteIndented;
            json.SerializerOptions.Encoder = JsonText.Options.Encoder;
            foreach (var converter in JsonText.Options.Converters) json.SerializerOptions.Converters.Add(converter);
        });
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(RefuseForeignAsync);
        app.MapOpenApi("/api/v1/openapi.json");
        Dashboard.Map(app);
        ApiEndpoints.Map(app, host);
        MetricsEndpoint.Map(app, host);
        try
        {
            await app.StartAsync(stop);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new NodeStartException($"the admin address {listen} cannot be listened on: {(error.InnerException ?? error).Message}");
        }

        return new AdminServer(app);
    }

    // A page in the operator's browser must not reach this by a form or by a name that it points at loopback (DNS rebinding).
    private static Task RefuseForeignAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return next(context);
        var fromHere = context.Connection.RemoteIpAddress is { } client && IPAddress.IsLoopback(client);
        var named = request.Host.Host is "localhost" || IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out _);
        var foreign = request.Headers.Origin is [{ } origin, ..] && origin != $"{request.Scheme}://{request.Host}";
        if (fromHere && named && !foreign) return next(context);
        return Results.Problem(statusCode: StatusCodes.Status403Forbidden, title: "refused", detail: "changes are taken from a loopback address only, asked by address, and never from another site's page").ExecuteAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }
}
