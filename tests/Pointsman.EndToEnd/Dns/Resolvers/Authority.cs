using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.EndToEnd.Dns.Resolvers;

/// <summary>Our name server on real sockets inside the test, so that the test reads its counters: what a resolver asked, and how often.</summary>
internal sealed class Authority : IAsyncDisposable
{
    private readonly DnsServer _server;

    private Authority(DnsServer server, SiteByNetwork dynamic) => (_server, Dynamic) = (server, dynamic);

    public IPEndPoint EndPoint => _server.EndPoints[0];
    public SiteByNetwork Dynamic { get; }

    /// <summary>A zone with one of everything that a resolver handles in a way of its own; TTL 300, negative TTL 2.</summary>
    public static string ExampleZone()
    {
        var text = new StringBuilder("""
            $TTL 300
            $ORIGIN example.test.
            @ SOA ns hostmaster 7 3600 600 604800 2
            @ NS ns
            @ MX 10 mail
            @ TXT "v=spf1 -all"
            @ CAA 0 issue "ca.example"
            mail A 192.0.2.25
            www A 192.0.2.80
            www AAAA 2001:db8::80
            www HTTPS 1 . alpn=h2
            1 PTR www
            _https._tcp SRV 0 5 443 www
            alias1 CNAME alias2
            alias2 CNAME alias3
            alias3 CNAME www
            moved DNAME new
            x.new A 192.0.2.77
            *.wild A 192.0.2.99
            d.c.b.a A 192.0.2.4
            short 4 A 192.0.2.5

            """);
        for (var i = 0; i < 60; i++) text.Append("big TXT \"record ").Append(i).Append(' ').Append('x', 60).Append("\"\n");
        return text.ToString();
    }

    /// <summary>Serves one zone; the name servers' own addresses are added, for who comes by a delegation.</summary>
    public static Authority Start(string origin, string zone, IPEndPoint? at = null)
    {
        at ??= Loopback.NextEndPoint();
        var read = MasterFile.Parse(DomainName.Parse(origin), Encoding.UTF8.GetBytes($"{zone}\nns.{origin.TrimStart('.')} 300 A {at.Address}\n"), "example.zone");
        Assert.Empty(read.Errors);
        var dynamic = new SiteByNetwork("app.example.test", "deep.in.the.void.example.test");
        var contents = new DnsContents(new ZoneSet([read.Zone!]), origin == "." ? null : dynamic);
        return new Authority(DnsServer.Start(new DnsServerOptions { Listen = [at], UdpThreads = 1 }, contents), dynamic);
    }

    public DnsCounters Counters => _server.Counters();

    /// <summary>Every query must be in exactly one outcome.</summary>
    public long Queries
    {
        get
        {
            var counters = Counters;
            Assert.Equal(counters.UdpQueries + counters.TcpQueries, Enum.GetValues<QueryOutcome>().Sum(outcome => counters[outcome]));
            return counters.UdpQueries + counters.TcpQueries;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>A decision that depends on the /16 of an IPv4 client alone, and says so by its scope.</summary>
internal sealed class SiteByNetwork(params string[] names) : IDynamicAnswers
{
    private static readonly ImmutableArray<AddressFragment> s_sites =
        [.. Enumerable.Range(0, 256).Select(site => AddressFragment.Render([IPAddress.Parse($"198.18.0.{site}")]))];

    public NameTable Names { get; } = new([.. names.Select(DomainName.Parse)]);

    /// <summary>Who was chosen for, in the order asked.</summary>
    public ConcurrentQueue<(ClientAddress Client, bool FromSubnet)> Asked { get; } = new();

    public void Choose(int number, in DynamicQuery query, ref DynamicChoice choice)
    {
        Asked.Enqueue((query.Client, query.FromSubnet));
        choice.TtlSeconds = 300;
        choice.Scope = 16;
        choice.Add(s_sites[(int)(query.Client.IPv4Bits >> 16 & 255)]);
    }
}
