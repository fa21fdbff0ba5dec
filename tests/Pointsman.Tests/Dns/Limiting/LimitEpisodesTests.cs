using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Transport;
using Pointsman.Dns.Wire;

namespace Pointsman.Tests.Dns.Limiting;

public sealed class LimitEpisodesTests
{
    private const long Second = 1_000_000;

    private static RateLimiter Limiter(bool logOnly = false) => new(new RateLimits { ResponsesPerSecond = 1, Slip = 2, Window = TimeSpan.FromSeconds(5), TableSize = 8192, LogOnly = logOnly }, new UInt128(0x0123456789ABCDEF, 0xFEDCBA9876543211));

    private static void Flood(RateLimiter limiter, uint client, int count, long at)
    {
        for (var i = 0; i < count; i++) limiter.Judge(new ClientAddress(false, client, 32), LimitKind.Answer, 1, RrType.A, at, out _);
    }

    private static List<string> Told(RateLimiter limiter)
    {
        var lines = new List<string>();
        LimitLog.Tell([limiter.Episodes], 0, lines.Add);
        return lines;
    }

    [Fact]
    public void Beginning_and_end_are_told_once_with_the_prefix_and_what_became_of_the_responses()
    {
        var limiter = Limiter();
        Flood(limiter, 0xC0000201, 1 + 10, 0);
        Flood(limiter, 0xC0000209, 10, 4 * Second);
        Assert.Equal(["rate limit: answers to one name to 192.0.2.0/24 are limited"], Told(limiter));
        limiter.Sweep(8 * Second);
        Assert.Empty(Told(limiter));
        limiter.Sweep(9 * Second);
        Assert.Equal(["rate limit: answers to one name to 192.0.2.0/24: over after 4 s: 10 dropped, 10 sent truncated"], Told(limiter));
        limiter.Sweep(30 * Second);
        Assert.Empty(Told(limiter));
    }

    [Fact]
    public void Trying_out_says_so()
    {
        var limiter = Limiter(logOnly: true);
        Flood(limiter, 0xC0000201, 3, 0);
        limiter.Sweep(60 * Second);
        Assert.Equal(
            ["rate limit: answers to one name to 192.0.2.0/24 are over the rate (logOnly: answered)", "rate limit: answers to one name to 192.0.2.0/24: over after 0 s: 2 would have been limited"],
            Told(limiter));
    }

    [Fact]
    public void A_flood_from_many_prefixes_gives_a_few_lines()
    {
        var limiter = Limiter();
        for (uint i = 0; i < 1000; i++) Flood(limiter, i << 8, 5, 0);
        var lines = Told(limiter);
        Assert.Equal(LimitLog.LinesPerRound + 1, lines.Count);
        Assert.Equal($"rate limit: and {LimitEpisodes.Most - LimitLog.LinesPerRound} more beginnings and ends of limiting, not told one by one", lines[^1]);
    }

    [Fact]
    public void News_that_nobody_reads_is_counted_and_costs_no_memory()
    {
        var limiter = Limiter();
        for (var round = 0; round < 20; round++)
        {
            for (uint i = 0; i < LimitEpisodes.Most; i++) Flood(limiter, i << 8, 20, round * 100 * Second);
            limiter.Sweep(((round * 100) + 50) * Second);
        }
        Assert.Equal((20 * 2 * LimitEpisodes.Most) - 256, limiter.Episodes.Untold);
        Assert.Equal(LimitLog.LinesPerRound + 1, Told(limiter).Count);
    }
}
