using System.Net;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Recording;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Tests.Dns.Answering;

public sealed class AllocationTests
{
    [Fact]
    public void A_hundred_thousand_queries_of_every_kind_allocate_nothing()
    {
        var dynamic = new FakeDynamic("app.example.com")
        {
            Scope = 24,
            Fragments = [AddressFragment.Render([IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")]), AddressFragment.Render([IPAddress.Parse("192.0.2.8")])],
        };
        var responder = Responder.Example(dynamic);
        byte[][] kinds =
        [
            new QueryBytes("www.example.com", RrType.A).Build(),
            new QueryBytes("WWW.example.COM", RrType.AAAA) { Payload = 1232 }.Build(),
            new QueryBytes("example.com", RrType.MX) { Payload = 4096, DnssecOk = true }.Build(),
            new QueryBytes("alias2.example.com", RrType.A).Build(),
            new QueryBytes("a.b.c.nowhere.example.com", RrType.A).Build(),
            new QueryBytes("x.wild.example.com", RrType.MX).Build(),
            new QueryBytes("below.child.example.com", RrType.A) { Payload = 512 }.Build(),
            new QueryBytes("x.here.example.com", RrType.A).Build(),
            new QueryBytes("app.example.com", RrType.A) { Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 0, 198, 51, 100)] }.Build(),
            new QueryBytes("app.example.com", RrType.HTTPS) { Payload = 1232, Options = [QueryBytes.Subnet(2, 48, 0, 0x20, 1, 0xD, 0xB8, 0, 1)] }.Build(),
            new QueryBytes("www.example.org", RrType.A).Build(),
            new QueryBytes("www.example.com", RrType.A) { Payload = 1232, Options = [QueryBytes.Subnet(1, 24, 1, 198, 51, 100)] }.Build(),
            new byte[5],
        ];
        // Recorded as well: into a queue that nobody empties, so that it takes the first and then refuses.
        var recorder = new WorkerRecorder(new RecordingOptions(), 0);
        var place = SocketPlace.Of(new IPEndPoint(IPAddress.IPv6Loopback, 53));
        void Ask(int i)
        {
            var query = kinds[i % kinds.Length];
            var answer = responder.Raw(query, tcp: (i & 1) == 0);
            if (recorder.Takes()) recorder.Record(query, answer, place, place, tcp: false, unixTicks: i);
        }

        for (var i = 0; i < 2_000; i++) Ask(i);
        Assert.Equal(0, recorder.Refused);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++) Ask(i);
        Assert.True(recorder.Refused > 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
