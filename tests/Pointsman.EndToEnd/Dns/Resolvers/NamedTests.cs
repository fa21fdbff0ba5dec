using System.Net;
using Pointsman.Dns.Answering;

namespace Pointsman.EndToEnd.Dns.Resolvers;

/// <summary>Behind BIND, which begins at a root that is ours too, follows its delegation, minimises names and sends cookies.</summary>
public sealed class NamedTests : IAsyncLifetime
{
    private readonly Authority _root;
    private readonly Authority _authority;

    public NamedTests()
    {
        // One port on three addresses: BIND asks name servers at the port that it listens on itself.
        var (rootAt, exampleAt) = (Loopback.NextAddress(), Loopback.NextAddress());
        var port = Loopback.FreePort(IPAddress.Loopback);
        _authority = Authority.Start("example.test", Authority.ExampleZone(), new IPEndPoint(exampleAt, port));
        _root = Authority.Start(".", $"""
            $TTL 3600
            . SOA ns. hostmaster. 1 3600 600 604800 60
            . NS ns.
            example.test. NS ns.example.test.
            ns.example.test. A {exampleAt}
            """, new IPEndPoint(rootAt, port));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _root.DisposeAsync();
        await _authority.DisposeAsync();
    }

    private Task<Resolver> StartAsync(bool minimalResponses = true) => Resolver.StartNamedAsync(_root.EndPoint.Address, _root.EndPoint.Port, minimalResponses);

    [Theory, Trait("mission", "P1.1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_kind_of_name_is_resolved_by_way_of_the_delegation(bool minimalResponses)
    {
        await using var named = await StartAsync(minimalResponses);
        await named.ExpectEveryKindAsync();
        Assert.True(_root.Counters[QueryOutcome.Referral] >= 1, $"{_root.Counters}");
        // Nothing that BIND sends of its own accord is malformed to us: cookies, minimised names, EDNS probes.
        foreach (var server in (Authority[])[_root, _authority])
            Assert.Equal((0, 0, 0), (server.Counters[QueryOutcome.FormErr], server.Counters[QueryOutcome.BadVers], server.Counters[QueryOutcome.Dropped]));
        Assert.True(_authority.Queries < 120, $"{_authority.Queries} queries");
    }

    [Fact, Trait("rfc", "2181 §9")]
    public async Task What_is_too_large_for_UDP_comes_by_TCP()
    {
        await using var named = await StartAsync();
        await named.ExpectAsync("big.example.test", "TXT", "status: NOERROR", "ANSWER: 60");
        Assert.True(_authority.Counters.Truncated >= 1 && _authority.Counters.TcpQueries >= 1, $"{_authority.Counters}");
    }

    [Fact, Trait("rfc", "2308 §5")]
    public async Task A_negative_answer_has_the_time_that_the_zone_gives_it()
    {
        await using var named = await StartAsync();
        Assert.Contains("example.test. 2 IN SOA", await named.DigAsync("none.example.test", "A"), StringComparison.Ordinal);
        Assert.Contains("status: NXDOMAIN", await named.DigAsync("none.example.test", "TXT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_kept_for_their_time()
    {
        await using var named = await StartAsync();
        await named.ExpectAsync("www.example.test", "A", "IN A 192.0.2.80");
        var before = _authority.Queries;
        for (var i = 0; i < 5; i++) await named.ExpectAsync("www.example.test", "A", "IN A 192.0.2.80");
        Assert.Equal(before, _authority.Queries);
    }
}
