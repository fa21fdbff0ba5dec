using System.Net;
using CsCheck;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Limiting;

public sealed class RateLimiterTests
{
    private const uint Name = 0x1234;
    private const long Second = 1_000_000;
    private static readonly UInt128 s_secret = new(0x0123456789ABCDEF, 0xFEDCBA9876543211);
    private static readonly RateLimits s_fiveASecond = new() { ResponsesPerSecond = 5, Slip = 0, TableSize = 1024 };

    private static ClientAddress Client(string address) => ClientAddress.From(IPAddress.Parse(address));

    private static LimitVerdict Ask(RateLimiter limiter, long at, string client = "192.0.2.1", LimitKind kind = LimitKind.Answer, uint name = Name, RrType type = RrType.A) =>
        limiter.Judge(Client(client), kind, name, type, at, out _);

    private static int Passed(RateLimiter limiter, long from, long to, int each, string client = "192.0.2.1")
    {
        var passed = 0;
        for (var at = from; at < to; at += each)
            if (Ask(limiter, at, client) == LimitVerdict.Pass) passed++;
        return passed;
    }

    [Fact]
    public void A_burst_of_one_seconds_rate_passes_and_no_more()
    {
        var limiter = new RateLimiter(s_fiveASecond, s_secret);
        for (var i = 0; i < 5; i++) Assert.Equal(LimitVerdict.Pass, Ask(limiter, 0));
        for (var i = 0; i < 100; i++) Assert.Equal(LimitVerdict.Drop, Ask(limiter, 0));
    }

    [Fact]
    public void A_client_at_its_rate_is_never_limited()
        => Assert.Equal(500, Passed(new RateLimiter(s_fiveASecond, s_secret), 0, 100 * Second, 200_000));

    [Fact]
    public void Without_a_window_a_flood_gets_its_rate_exactly()
        => Assert.Equal(5 + (5 * 100), Passed(new RateLimiter(s_fiveASecond with { Window = TimeSpan.FromSeconds(0) }, s_secret), 0, (100 * Second) + 1000, 1000));

    [Fact]
    public void With_a_window_a_flood_gets_nothing_after_its_burst_until_it_ends()
    {
        var limiter = new RateLimiter(s_fiveASecond with { Window = TimeSpan.FromSeconds(10) }, s_secret);
        // A thousand a second for a minute: five at once, and one for each fifth of a second until the debt is there.
        Assert.Equal(5, Passed(limiter, 0, 60 * Second, 1000));
        // It owes ten seconds, and the next response itself costs a fifth of one.
        Assert.Equal(LimitVerdict.Drop, Ask(limiter, 60 * Second));
        var owed = new RateLimiter(s_fiveASecond with { Window = TimeSpan.FromSeconds(10) }, s_secret);
        Passed(owed, 0, 60 * Second, 1000);
        Assert.Equal(LimitVerdict.Pass, Ask(owed, 60 * Second - 1000 + (10 * Second) + 200_000));
    }

    [Theory]
    [InlineData(0, "DDDDDD", "drop all")]
    [InlineData(1, "SSSSSS", "each one truncated")]
    [InlineData(2, "DSDSDS", "every second one")]
    [InlineData(3, "DDSDDS", "every third one")]
    public void Slip_says_which_of_the_limited_are_sent_truncated(int slip, string verdicts, string _)
    {
        var limiter = new RateLimiter(s_fiveASecond with { Slip = slip }, s_secret);
        Assert.Equal("PPPPP" + verdicts, string.Concat(Enumerable.Range(0, 5 + verdicts.Length).Select(_ => Ask(limiter, 0).ToString()[0])));
    }

    [Theory]
    [InlineData("192.0.2.255", LimitKind.Answer, Name, RrType.A, true, "another address of the /24")]
    [InlineData("192.0.3.1", LimitKind.Answer, Name, RrType.A, false, "the next /24")]
    [InlineData("::ffff:192.0.2.9", LimitKind.Answer, Name, RrType.A, true, "the same, mapped into IPv6")]
    [InlineData("192.0.2.1", LimitKind.Answer, 99u, RrType.A, false, "another name")]
    [InlineData("192.0.2.1", LimitKind.Answer, Name, RrType.AAAA, false, "another type")]
    [InlineData("192.0.2.1", LimitKind.Negative, Name, RrType.A, false, "another kind")]
    public void Rates_are_kept_for_each_prefix_kind_name_and_type(string client, LimitKind kind, uint name, RrType type, bool shared, string _)
    {
        var limiter = new RateLimiter(s_fiveASecond with { NegativesPerSecond = 5 }, s_secret);
        for (var i = 0; i < 9; i++) Ask(limiter, 0);
        Assert.Equal(shared ? LimitVerdict.Drop : LimitVerdict.Pass, Ask(limiter, 0, client, kind, name, type));
    }

    [Theory]
    [InlineData("2001:db8:0:1ff::1", true)]
    [InlineData("2001:db8:0:200::1", false)]
    public void IPv6_clients_are_taken_by_56_bits(string client, bool shared)
    {
        var limiter = new RateLimiter(s_fiveASecond, s_secret);
        for (var i = 0; i < 9; i++) Ask(limiter, 0, "2001:db8:0:100::1");
        Assert.Equal(shared ? LimitVerdict.Drop : LimitVerdict.Pass, Ask(limiter, 0, client));
    }

    [Fact]
    public void Errors_share_one_rate_whatever_was_asked()
    {
        var limiter = new RateLimiter(s_fiveASecond with { ErrorsPerSecond = 3 }, s_secret);
        Assert.Equal([LimitVerdict.Pass, LimitVerdict.Pass, LimitVerdict.Pass, LimitVerdict.Drop],
            Enumerable.Range(0, 4).Select(i => Ask(limiter, 0, kind: LimitKind.Error, name: (uint)i, type: (RrType)i)));
    }

    [Fact]
    public void All_together_have_a_rate_of_their_own_and_are_told_apart()
    {
        var limiter = new RateLimiter(s_fiveASecond with { AllPerSecond = 7 }, s_secret);
        for (uint i = 0; i < 7; i++) Assert.Equal(LimitVerdict.Pass, Ask(limiter, 0, name: i));
        Assert.Equal((LimitVerdict.Drop, LimitKind.All), (Ask(limiter, 0, name: 8), limiter.Kind));
    }

    [Fact]
    public void A_rate_of_zero_limits_nothing()
    {
        var limiter = new RateLimiter(s_fiveASecond, s_secret);
        for (var i = 0; i < 1000; i++) Assert.Equal(LimitVerdict.Pass, Ask(limiter, 0, kind: LimitKind.Referral));
    }

    [Theory]
    [InlineData("127.9.8.7", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("::ffff:127.0.0.1", "loopback, mapped")]
    [InlineData("203.0.113.77", "listed")]
    [InlineData("198.51.100.255", "listed twice, in blocks that overlap")]
    [InlineData("2001:db8:1:2::3", "listed")]
    public void Exempt_clients_are_never_limited(string client, string _)
    {
        var limiter = new RateLimiter(s_fiveASecond with
        {
            Exempt = [IPNetwork.Parse("203.0.113.0/25"), IPNetwork.Parse("2001:db8:1::/48"), IPNetwork.Parse("198.51.100.128/25"), IPNetwork.Parse("198.51.100.0/24")],
        }, s_secret);
        for (var i = 0; i < 100; i++) Assert.Equal(LimitVerdict.Pass, Ask(limiter, 0, client));
        for (var i = 0; i < 6; i++) Ask(limiter, 0, "203.0.113.128");
        Assert.Equal(LimitVerdict.Drop, Ask(limiter, 0, "203.0.113.128"));
    }

    [Fact]
    public void An_exempt_block_of_everything_is_everything()
    {
        var limiter = new RateLimiter(s_fiveASecond with { Exempt = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")] }, s_secret);
        foreach (var client in (string[])["0.0.0.1", "255.255.255.255", "ffff::", "2001:db8::1"])
            for (var i = 0; i < 20; i++) Assert.Equal(LimitVerdict.Pass, Ask(limiter, 0, client));
    }

    [Fact]
    public void Log_only_lets_pass_what_it_says_is_limited()
    {
        var limiter = new RateLimiter(s_fiveASecond with { LogOnly = true }, s_secret);
        for (var i = 0; i < 5; i++) Ask(limiter, 0);
        Assert.Equal(LimitVerdict.Pass, limiter.Judge(Client("192.0.2.1"), LimitKind.Answer, Name, RrType.A, 0, out var limited));
        Assert.True(limited);
    }

    [Fact]
    public void Other_limits_leave_the_debts_as_they_are()
    {
        var limiter = new RateLimiter(s_fiveASecond, s_secret);
        for (var i = 0; i < 50; i++) Ask(limiter, 0);
        limiter.Use(s_fiveASecond with { Slip = 1 });
        Assert.Equal(LimitVerdict.Slip, Ask(limiter, Second));
    }

    private static Gen<T> Of<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    [Fact]
    public void Verdicts_are_those_of_a_ledger_that_forgets_nothing()
    {
        string[] clients = ["192.0.2.1", "192.0.2.200", "192.0.3.1", "2001:db8::1", "2001:db8:0:ff::2", "2001:db8:0:100::1", "127.0.0.1", "203.0.113.5"];
        // Rates that divide a second in whole nanoseconds.
        var rate = Of(1, 2, 4, 5, 10, 50);
        var limits = Gen.Select(rate, rate, rate, Of(0, 1, 8, 100), Gen.Int[0, 20], Gen.Int[0, 3], Gen.Int[8, 32], Gen.Int[32, 64],
            (answers, negatives, errors, all, window, slip, ipv4, ipv6) => new RateLimits
            {
                ResponsesPerSecond = answers,
                NegativesPerSecond = negatives,
                ErrorsPerSecond = errors,
                AllPerSecond = all,
                Window = TimeSpan.FromSeconds(window),
                Slip = slip,
                IPv4Prefix = ipv4,
                IPv6Prefix = ipv6,
                Exempt = [IPNetwork.Parse("203.0.113.0/24")],
                TableSize = 4096,
            });
        var response = Gen.Select(Gen.Int[0, clients.Length - 1], Gen.Enum<LimitKind>().Where(k => k != LimitKind.All), Gen.UInt[0, 2], Of(RrType.A, RrType.AAAA),
            Gen.Int[0, 2].SelectMany(size => Gen.Int[0, size == 0 ? 0 : size == 1 ? 400_000 : 20_000_000]));
        Gen.Select(limits, response.Array[1, 400]).Sample((rules, responses) =>
        {
            var (limiter, ledger) = (new RateLimiter(rules, s_secret), new SlowRateLimiter(rules));
            long now = 0;
            foreach (var (client, kind, name, type, later) in responses)
            {
                now += later;
                if (limiter.Judge(Client(clients[client]), kind, name, type, now, out _) != ledger.Judge(Client(clients[client]), kind, name, type, now)) return false;
            }
            return true;
        }, iter: 2_000, threads: 1);
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        var limiter = new RateLimiter(s_fiveASecond with { AllPerSecond = 100, Slip = 2 }, s_secret);
        void Flood(int count)
        {
            for (var i = 0; i < count; i++)
            {
                limiter.Judge(new ClientAddress(false, (UInt128)(uint)(i * 2654435761), 32), LimitKind.Answer, (uint)i & 3, RrType.A, i, out _);
                limiter.Judge(new ClientAddress(false, 0xC0000201, 32), LimitKind.Answer, Name, RrType.A, i, out _);
                limiter.Sweep(i * Second);
            }
        }
        Flood(2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Flood(50_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
