using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Pointsman.Model;

namespace Pointsman.Node.Demo;

/// <summary>One of the demo's real servers: serves a folder of files over HTTP, and says in a header which site and server it is.</summary>
internal static class ContentServer
{
    public static async Task RunAsync(Endpoint listen, string root, string label, Action ready, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listen.ToIPEndPoint());
        });
        await using var app = builder.Build();
        app.Use(async (context, next) =>
        {
            context.Response.Headers["X-Served-By"] = label;
            await next(context);
        });
        using var files = new PhysicalFileProvider(root);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true, DefaultContentType = "text/plain; charset=utf-8" });
        await app.StartAsync(stop);
        ready();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        catch (OperationCanceledException)
        {
            // asked to stop
        }
    }
}
