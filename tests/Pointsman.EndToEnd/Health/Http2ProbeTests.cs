using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>HTTP/2 against a good server and against floods of what the protocol lets a server send.</summary>
public sealed class Http2ProbeTests
{
    private static readonly HttpCheck s_ok = ProbeOf.Ok with { Dialect = HttpDialect.Http2 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("mission", "P4.2")]
    public async Task A_good_server_answers_over_TLS_and_in_plain_text(bool encrypted)
    {
        await using var server = await StartAsync(encrypted, async context =>
        {
            context.Response.Headers["X-Seen"] = $"{context.Request.Protocol} {context.Request.Method} {context.Request.Host} {context.Request.Headers["X-Mine"]}";
            await context.Response.WriteAsync("all is ok");
        });
        var check = s_ok with { Host = "www.example.com", Headers = [new("X-Mine", "yes")], ExpectHeaders = [new("x-seen", "HTTP/2 GET www.example.com yes")], ExpectBodyMatches = "all.*ok" };
        if (encrypted) check = check with { Tls = new TlsSettings { Authority = TestCertificates.AuthorityPem, Protocols = ["h2"] } };
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, check, timeoutMs: 20_000, iterations: 2));
        Assert.True(result.Succeeded, result.Reason);
        Assert.Equal((18, encrypted), ((int)result.BodyBytes, result.TlsProtocol.EndsWith(", h2", StringComparison.Ordinal)));
        Assert.True(result.FirstByteMicros > 0);
    }

    [Fact]
    [Trait("rfc", "9113 §8.3.2")]
    public async Task Status_text_and_redirects_are_judged_as_in_the_older_version()
    {
        await using var server = await StartAsync(encrypted: false, async context =>
        {
            if (context.Request.Path == "/moved") context.Response.Redirect("/health");
            else if (context.Request.Path == "/broken") context.Response.StatusCode = 503;
            else await context.Response.WriteAsync("lost");
        });
        await ExpectAsync("/broken", 0, "status 503 Service Unavailable, expected 200");
        await ExpectAsync("/health", 0, "200 OK, but 'ok' is not in 4 bytes of its body");
        await ExpectAsync("/moved", 0, "status 302 Found, expected 200 (it leads to /health)");
        await ExpectAsync("/moved", 1, "200 OK, but 'ok' is not in 4 bytes of its body");

        async Task ExpectAsync(string path, int redirects, string reason)
        {
            var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_ok with { Path = path, FollowRedirects = redirects }, timeoutMs: 20_000));
            Assert.Equal((ProbeVerdict.Failed, reason), (result.Verdict, result.Reason));
        }
    }

    [Fact]
    public async Task Of_a_body_without_end_a_mebibyte_is_read()
    {
        await using var server = await StartAsync(encrypted: false, async context =>
        {
            await context.Response.WriteAsync("ok");
            var block = new byte[65536];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_ok, timeoutMs: 20_000));
        Assert.Equal((true, "200 OK, first 1 MiB", 1024 * 1024), (result.Succeeded, result.Reason, (int)result.BodyBytes));
    }

    /// <summary>What is sent once, then again and again; a piece of the reason.</summary>
    public static TheoryData<string, byte[], byte[], string> Floods => new()
    {
        { "settings", Frame(4, 0, 0), Frame(4, 0, 0), "" },
        { "pings", Frame(4, 0, 0), Frame(6, 0, 0, new byte[8]), "" },
        { "priorities", Frame(4, 0, 0), Frame(2, 0, 1, new byte[5]), "more than 4 MiB came" },
        { "continuations", [.. Frame(4, 0, 0), .. Frame(1, 0, 1, [0x88])], Frame(9, 0, 1), "HTTP/2" },
        { "a head without end", [.. Frame(4, 0, 0), .. Frame(1, 0, 1, [0x88])], Frame(9, 0, 1, [0x40, 1, (byte)'a', 0x7f, 0xff, 0x1e, .. Encoding.ASCII.GetBytes(new string('x', 4221))]), "" },
        { "data that nobody asked for", Frame(4, 0, 0), Frame(0, 0, 7, new byte[1000]), "HTTP/2" },
        { "another protocol", Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"), [], "HTTP/2" },
        { "nothing", [], [], "HTTP/2" },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_ends_with_a_reason_and_bounded(string what, byte[] once, byte[] again, string reason)
    {
        long sent = 0;
        await using var server = new ScriptedServer(async connection =>
        {
            // The answers to the flood are read, so that it is the prober that has to end it.
            var reading = DrainAsync(connection);
            await connection.Socket.SendAsync(once, connection.Stop);
            var block = Enumerable.Repeat(again, 200).SelectMany(part => part).ToArray();
            while (again.Length > 0) Interlocked.Add(ref sent, await connection.Socket.SendAsync(block, connection.Stop));
            connection.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await reading;
        });
        var before = GC.GetTotalAllocatedBytes();
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_ok, timeoutMs: 20_000)).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(result.Verdict == ProbeVerdict.Failed, what);
        Assert.False(result.Reason.StartsWith("timeout", StringComparison.Ordinal), $"{what}: {result.Reason}");
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        // What the two sockets' buffers took, and no more.
        Assert.InRange(Interlocked.Read(ref sent), 0, 64 * 1024 * 1024);
        // Other tests of this process allocate too.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 512L * 1024 * 1024);
    }

    private static async Task DrainAsync(ScriptedServer.Connection connection)
    {
        var buffer = new byte[65536];
        while (await connection.Socket.ReceiveAsync(buffer, connection.Stop) > 0)
        {
            // Nothing of it matters.
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, params byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, (byte)stream, .. payload];

    internal static async Task<Running> StartAsync(bool encrypted, RequestDelegate serve)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var at = Loopback.NextEndPoint();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(at, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (encrypted) listen.UseHttps(TestCertificates.Of("www.example.com"));
        }));
        var application = builder.Build();
        application.Run(serve);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new Running(application, at);
    }

    internal sealed record Running(WebApplication Application, System.Net.IPEndPoint Address) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }
}
