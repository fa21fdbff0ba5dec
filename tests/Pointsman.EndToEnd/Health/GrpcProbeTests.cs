using Microsoft.AspNetCore.Http;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>The health service of gRPC: a real server of another make, and bad ones.</summary>
public sealed class GrpcProbeTests
{
    // gRPC's own core below Python: frames, trailers and flow control are its, the message's two bytes are written out.
    private const string Server = """
        import sys, grpc
        from concurrent import futures
        known = {b'': b'\x08\x01', b'\n\x0eshop.v1.Orders': b'\x08\x01', b'\n\x0fshop.v1.Billing': b'\x08\x02', b'\n\x04zero': b''}
        def check(request, context):
            if request not in known: context.abort(grpc.StatusCode.NOT_FOUND, 'unknown service')
            return known[request]
        class Health(grpc.GenericRpcHandler):
            def service(self, call):
                if call.method == '/grpc.health.v1.Health/Check': return grpc.unary_unary_rpc_method_handler(check)
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
        if sys.argv[2] == 'health': server.add_generic_rpc_handlers((Health(),))
        if len(sys.argv) > 3:
            credentials = grpc.ssl_server_credentials([(open(sys.argv[4], 'rb').read(), open(sys.argv[3], 'rb').read())])
            server.add_secure_port(sys.argv[1], credentials)
        else: server.add_insecure_port(sys.argv[1])
        server.start()
        print('serving', flush=True)
        server.wait_for_termination()
        """;

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_server_is_asked_in_plain_text()
    {
        var at = Loopback.NextEndPoint();
        await using var server = await StartAsync(at.ToString(), "health");
        await ExpectAsync("", "SERVING");
        await ExpectAsync("shop.v1.Orders", "SERVING");
        await ExpectAsync("shop.v1.Billing", "'shop.v1.Billing' says NOT_SERVING, expected SERVING");
        await ExpectAsync("zero", "'zero' says UNKNOWN, expected SERVING");
        await ExpectAsync("nobody", "the server knows no service 'nobody'");

        async Task ExpectAsync(string service, string reason)
        {
            var result = await ProbeOf.RunAsync(ProbeOf.Target(at, new GrpcCheck { Service = service }, timeoutMs: 20_000));
            Assert.Equal((reason == "SERVING", reason), (result.Succeeded, result.Reason));
        }
    }

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_server_is_asked_over_TLS_and_one_without_the_service_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-grpc-");
        try
        {
            var (certificate, key) = (Path.Combine(folder.FullName, "certificate.pem"), Path.Combine(folder.FullName, "key.pem"));
            TestCertificates.Write(TestCertificates.Of("www.example.com"), certificate, key);
            var at = Loopback.NextEndPoint();
            await using var server = await StartAsync(at.ToString(), "none", certificate, key);
            var result = await ProbeOf.RunAsync(ProbeOf.Target(at, new GrpcCheck { Tls = new TlsSettings { Authority = TestCertificates.AuthorityPem, Protocols = ["h2"] } }, timeoutMs: 20_000));
            Assert.Equal((ProbeVerdict.Failed, "the server has no health service (UNIMPLEMENTED)"), (result.Verdict, result.Reason));
            Assert.EndsWith(", h2", result.TlsProtocol, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static TheoryData<string, string> BadOnes => new()
    {
        { "html", "no gRPC: HTTP status 404" },
        { "no status", "closed without a gRPC status" },
        { "garbage", "not a good gRPC reply" },
        { "long", "not a good gRPC reply" },
        { "status", "gRPC status UNAVAILABLE: try later" },
    };

    [Theory]
    [MemberData(nameof(BadOnes))]
    public async Task A_bad_reply_fails_with_its_reason(string what, string reason)
    {
        await using var server = await Http2ProbeTests.StartAsync(encrypted: false, async context =>
        {
            context.Response.ContentType = "application/grpc";
            switch (what)
            {
                case "html":
                    context.Response.StatusCode = 404;
                    return;
                case "status":
                    context.Response.Headers["grpc-status"] = "14";
                    context.Response.Headers["grpc-message"] = "try%20later";
                    return;
                case "no status":
                    await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, 1 });
                    return;
                default:
                    context.Response.AppendTrailer("grpc-status", "0");
                    await context.Response.Body.WriteAsync(what == "long" ? new byte[5000] : "not a frame"u8.ToArray());
                    return;
            }
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, new GrpcCheck(), timeoutMs: 20_000));
        Assert.Equal((ProbeVerdict.Failed, reason), (result.Verdict, result.Reason));
    }

    private static async Task<RunningProcess> StartAsync(params string[] arguments)
    {
        const string python = "/usr/bin/python3"; // Debian's, which has Debian's modules
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/grpc"), "python3-grpcio is not installed: ./test as root installs it (tests/peers.txt)");
        var process = RunningProcess.Start(python, ["-c", Server, .. arguments]);
        await process.WaitForOutputAsync("serving", TimeSpan.FromSeconds(30));
        return process;
    }
}
