using System.Diagnostics;
using Pointsman.Dns.Answering;

namespace Pointsman.EndToEnd.Dns.Resolvers;

/// <summary>Behind Unbound with everything strict that it has: letters mixed (0x20), names minimised, subnets cached by scope, prefetching.</summary>
public sealed class UnboundTests : IAsyncLifetime
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(30);
    private readonly Authority _authority = Authority.Start("example.test", Authority.ExampleZone());
    private Resolver? _resolver;

    private Resolver Unbound => _resolver ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _resolver = await Resolver.StartUnboundAsync(_authority.EndPoint);

    public async ValueTask DisposeAsync()
    {
        if (_resolver is not null) await _resolver.DisposeAsync();
        await _authority.DisposeAsync();
    }

    /// <summary>Until nothing new has come for a while: a resolver may still look names of servers up after it has answered.</summary>
    private async Task<long> SettledAsync()
    {
        const int quietRounds = 10;
        var (last, quiet) = (_authority.Queries, 0);
        for (var watch = Stopwatch.StartNew(); quiet < quietRounds && watch.Elapsed < s_ample; await Task.Delay(50))
            (last, quiet) = _authority.Queries is var now && now == last ? (last, quiet + 1) : (now, 0);
        return last;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var watch = Stopwatch.StartNew(); !await condition(); await Task.Delay(100))
            Assert.True(watch.Elapsed < s_ample, $"{what}: not within {s_ample.TotalSeconds} s");
    }

    [Fact, Trait("mission", "P1.1")]
    public async Task Every_kind_of_name_is_resolved() => await Unbound.ExpectEveryKindAsync();

    [Fact, Trait("rfc", "1034 §4.3.2")]
    public async Task Mixed_letters_come_back_as_sent_so_that_one_query_is_enough()
    {
        await Unbound.ExpectAsync("www.example.test", "A", "IN A 192.0.2.80");
        await SettledAsync();
        var before = _authority.Counters[QueryOutcome.Answered];
        await Unbound.ExpectAsync("mail.example.test", "A", "IN A 192.0.2.25");
        await SettledAsync();
        // Were the letters not kept, Unbound would ask again, to compare.
        Assert.Equal(1, _authority.Counters[QueryOutcome.Answered] - before);
    }

    [Fact, Trait("rfc", "2181 §9")]
    public async Task What_is_too_large_for_UDP_comes_by_TCP()
    {
        await Unbound.ExpectAsync("big.example.test", "TXT", "status: NOERROR", "ANSWER: 60");
        Assert.True(_authority.Counters.Truncated >= 1 && _authority.Counters.TcpQueries >= 1, $"{_authority.Counters}");
    }

    [Fact, Trait("rfc", "2308 §5")]
    public async Task A_negative_answer_is_kept_for_its_time_and_no_longer()
    {
        Assert.Contains("example.test. 2 IN SOA", await Unbound.DigAsync("none.example.test", "A"), StringComparison.Ordinal);
        var asked = _authority.Counters[QueryOutcome.NxDomain];
        Assert.True(asked >= 1);
        await UntilAsync(async () =>
        {
            await Unbound.ExpectAsync("none.example.test", "A", "status: NXDOMAIN");
            return _authority.Counters[QueryOutcome.NxDomain] > asked;
        }, "asking again");
    }

    [Fact, Trait("rfc", "7871 §7.2.1")]
    public async Task One_query_serves_all_clients_of_one_scope()
    {
        async Task<int> AskedAfterAsync(string subnet, string address)
        {
            var output = await Unbound.DigAsync($"+subnet={subnet}", "app.example.test", "A");
            Assert.Contains($"IN A {address}", output, StringComparison.Ordinal);
            Assert.Contains("/16", output, StringComparison.Ordinal);
            await SettledAsync();
            return _authority.Dynamic.Asked.Count(asked => asked.FromSubnet);
        }

        Assert.Equal(1, await AskedAfterAsync("203.7.1.0/24", "198.18.0.7"));
        Assert.Equal(1, await AskedAfterAsync("203.7.250.0/24", "198.18.0.7"));
        Assert.Equal(2, await AskedAfterAsync("203.8.1.0/24", "198.18.0.8"));
        Assert.Equal(2, await AskedAfterAsync("203.8.2.0/24", "198.18.0.8"));
        Assert.Equal(2, await AskedAfterAsync("203.7.3.0/24", "198.18.0.7"));
    }

    [Fact]
    public async Task A_name_in_demand_is_fetched_again_before_it_expires()
    {
        await Unbound.ExpectAsync("short.example.test", "A", "IN A 192.0.2.5");
        await SettledAsync();
        var before = _authority.Counters[QueryOutcome.Answered];
        await UntilAsync(async () =>
        {
            await Unbound.ExpectAsync("short.example.test", "A", "IN A 192.0.2.5");
            return _authority.Counters[QueryOutcome.Answered] > before;
        }, "fetching again");
    }
}
