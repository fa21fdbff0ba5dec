using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Tests.Dns.Asking;

/// <summary>The worker's own query processor over zones written as text: what a socket would carry, without the socket.</summary>
internal sealed class Responder(DnsContents contents, AnswerSettings settings)
{
    private readonly DnsContents _contents = contents with { Settings = settings };

    public Responder(DnsContents contents, int payload = 1232)
        : this(contents, new AnswerSettings { UdpPayloadBytes = payload, Identity = "node-1" })
    {
    }
    private readonly byte[] _reply = new byte[QueryProcessor.MaxMessageBytes];

    /// <summary>A zone with something of everything; TTL 300, negative TTL 60.</summary>
    public const string ExampleZone = """
        $TTL 300
        $ORIGIN example.com.
        @ SOA ns1 hostmaster 7 3600 600 604800 60
        @ NS ns1
        @ NS ns2.example.net.
        @ MX 10 mail
        @ TXT "v=spf1 -all"
        @ CAA 0 issue "ca.example.net"
        ns1 A 192.0.2.1
        mail A 192.0.2.2
        mail AAAA 2001:db8::2
        www A 192.0.2.80
        www AAAA 2001:db8::80
        _https._tcp SRV 0 5 443 www
        alias CNAME www
        alias2 CNAME alias
        outside CNAME www.example.net.
        gone CNAME nowhere
        circle1 CNAME circle2
        circle2 CNAME circle1
        deep.under.ent TXT "ent and under are empty"
        *.wild A 192.0.2.99
        *.wild MX 5 mail
        sub.wild TXT "this one exists"
        *.walias CNAME www
        child NS ns.child
        child NS ns.other
        child NS ns.example.org.
        child DS 1 13 2 00112233
        ns.child A 192.0.2.53
        ns.child AAAA 2001:db8::53
        other NS ns.other
        ns.other A 192.0.2.54
        moved DNAME example.net.
        here DNAME www.example.com.
        ptr PTR www
        unknown TYPE65280 \# 3 010203
        """;

    /// <summary>The example zone, served with these settings.</summary>
    public static Responder Example(AnswerSettings settings, IDynamicAnswers? dynamic = null) => new(new DnsContents(new ZoneSet([Zone("example.com", ExampleZone)]), dynamic), settings);

    public static Responder Example(IDynamicAnswers? dynamic = null, int payload = 1232) => new(new DnsContents(new ZoneSet([Zone("example.com", ExampleZone)]), dynamic), payload);

    public WorkerCounters Counters { get; } = new();
    private QueryProcessor? _processor;

    public static Zone Zone(string origin, string text)
    {
        var read = MasterFile.Parse(DomainName.Parse(origin), Encoding.UTF8.GetBytes(text), "test.zone");
        Assert.Empty(read.Errors);
        return read.Zone!;
    }

    /// <summary>The raw answer; empty = none.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> query, ClientAddress source = default, bool tcp = false, long nowMicros = 0, uint wallSeconds = 0)
    {
        _processor ??= new QueryProcessor(0, Counters, TimeSpan.FromSeconds(20));
        if (source == default) source = new ClientAddress(false, 0xC0000264, 32);
        return _reply.AsSpan(0, _processor.Answer(_contents, query, _reply, source, tcp, nowMicros, wallSeconds));
    }

    public ParsedAnswer Ask(QueryBytes query, bool tcp = false, ClientAddress source = default, uint wallSeconds = 0)
    {
        var answer = new ParsedAnswer(Raw(query.Build(), source, tcp, wallSeconds: wallSeconds).ToArray());
        Assert.Equal(query.Id, answer.Id);
        Assert.True(answer.IsResponse);
        // RFC 6891: an OPT record in reply to one, and only then.
        Assert.Equal(query.Payload is null ? 0 : 1, answer.OptRecords);
        return answer;
    }

    public ParsedAnswer Ask(string name, RrType type) => Ask(new QueryBytes(name, type));
}
