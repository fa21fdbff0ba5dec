using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Pointsman.Node.Admin;

/// <summary><c>/</c>: one page that shows what the API says. Two embedded files, nothing from elsewhere, no inline script.</summary>
internal static class Dashboard
{
    public static void Map(WebApplication app)
    {
        var page = Read("dashboard.html");
        var script = Read("dashboard.js");
        app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Text(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
        app.MapGet("/dashboard.js", () => Results.Text(script, "text/javascript; charset=utf-8")).ExcludeFromDescription();
    }

    private static string Read(string name)
    {
        using var stream = typeof(Dashboard).Assembly.GetManifestResourceStream($"Pointsman.Node.Admin.{name}")
            ?? throw new InvalidOperationException($"the program was built without {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
