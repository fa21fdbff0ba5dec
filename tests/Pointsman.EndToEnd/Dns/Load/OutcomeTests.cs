using System.Net;
using Pointsman.Dns;
using Pointsman.Dns.Answering;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Transport;

namespace Pointsman.EndToEnd.Dns.Load;

/// <summary>
/// The counters under a load of every kind of query, a third of them broken at random, over several sockets and connections, while the contents are
/// replaced all the time: nothing is counted twice, nothing is lost without being counted.
/// </summary>
public sealed class OutcomeTests
{
    private const int Clients = 6, EachUdp = 8_000, EachTcp = 3_000;
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(90);

    private static readonly AnswerSettings s_plain = new();
    private static readonly AnswerSettings s_guarded = new()
    {
        TruncateUnproven = true,
        RateLimits = new RateLimits { ResponsesPerSecond = 50, NegativesPerSecond = 20, ReferralsPerSecond = 20, ErrorsPerSecond = 20, AllPerSecond = 400, Slip = 3, LimitLoopback = true },
    };

    [Theory]
    [InlineData(false, "unlimited")]
    [InlineData(true, "with rate limits and truncation")]
    public async Task Outcomes_queries_answers_and_histograms_agree_to_the_last_one(bool guarded, string _)
    {
        var settings = guarded ? s_guarded : s_plain;
        await using var server = DnsServer.Start(new DnsServerOptions { Listen = [new IPEndPoint(Loopback.NextAddress(), 0)], UdpThreads = 2 }, LoadZone.Contents(settings));
        using var stop = new CancellationTokenSource();
        var republishing = Task.Run(() =>
        {
            for (var rounds = 0; ; rounds++)
            {
                if (stop.IsCancellationRequested) return rounds;
                server.Publish(LoadZone.Contents(settings with { UdpPayloadBytes = 512 + (rounds % 2 * 720) }));
            }
        });
        var udp = Enumerable.Range(0, Clients).Select(_ => new UdpLoad(server.EndPoints[0])).ToList();
        var tcp = Enumerable.Range(0, Clients).Select(_ => new TcpLoad(server.EndPoints[0])).ToList();
        try
        {
            await Task.WhenAll(
            [
                .. udp.Select((client, i) => Task.Factory.StartNew(() => Send(client.Send, EachUdp, i, () => Keeping(server, udp)), TaskCreationOptions.LongRunning)),
                .. tcp.Select((client, i) => Task.Factory.StartNew(() => Send(client.Send, EachTcp, 100 + i, () => { }), TaskCreationOptions.LongRunning)),
            ]);
            var (udpSent, tcpSent) = (udp.Sum(c => c.Sent), tcp.Sum(c => c.Sent));
            Assert.Equal(Clients * EachUdp, udpSent);
            // Times are noted when a whole batch is answered, so last.
            var counters = await SettledAsync(server, c => c.UdpQueries + c.KernelDrops == udpSent && c.TcpQueries == tcpSent && c.Outcomes.Sum() == c.Queries
                && (c.UdpLatency.Count, c.TcpLatency.Count) == (c.UdpQueries, c.TcpQueries));
            var report = string.Join(", ", Enum.GetValues<QueryOutcome>().Select(outcome => $"{outcome} {counters[outcome]}"));

            // What the kernel accepted and did not drop is what was received, and ended in one way.
            Assert.Equal((udpSent - counters.KernelDrops, tcpSent), (counters.UdpQueries, counters.TcpQueries));
            Assert.Equal(counters.Queries, counters.Outcomes.Sum());
            Assert.Equal((counters.UdpQueries, counters.TcpQueries), (counters.UdpLatency.Count, counters.TcpLatency.Count));
            foreach (var limited in counters.Limited) Assert.Equal(0, limited.LoggedOnly);
            Assert.Equal((counters[QueryOutcome.RateDropped], counters[QueryOutcome.RateSlipped]), (counters.Limited.Sum(l => l.Dropped), counters.Limited.Sum(l => l.Slipped)));

            // What was answered is what arrived.
            var answered = counters.Queries - counters[QueryOutcome.Dropped] - counters[QueryOutcome.RateDropped] - counters[QueryOutcome.Defect];
            long Arrived() => udp.Sum(c => c.Received + c.Overflowed) + tcp.Sum(c => c.Received);
            await UntilAsync(() => Arrived() == answered - counters.SendErrors - server.Counters().Tcp.AnswersUnsent, () => $"{Arrived()} of {answered} answers arrived; {report}");

            Assert.True(udp.Max(c => c.Largest) <= 1232, $"an answer of {udp.Max(c => c.Largest)} octets");
            foreach (var outcome in Enum.GetValues<QueryOutcome>().Except(guarded ? [QueryOutcome.ServFail] : [QueryOutcome.ServFail, QueryOutcome.RateDropped, QueryOutcome.RateSlipped]))
                Assert.True(counters[outcome] > 0, $"nothing ended in {outcome}: {report}");
            await stop.CancelAsync();
            Assert.True(await republishing > 1, "the contents were not replaced");
        }
        finally
        {
            await stop.CancelAsync();
            udp.ForEach(c => c.Dispose());
            tcp.ForEach(c => c.Dispose());
        }
    }

    private static void Send(SendOne send, int count, int seed, Action keepPace)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var query = (byte[])LoadZone.Queries[random.Next(LoadZone.Queries.Length)].Clone();
            if (random.Next(3) == 0) query[random.Next(query.Length)] ^= (byte)(1 << random.Next(8));
            send(query);
            if (i % 64 == 0) keepPace();
        }
    }

    private delegate void SendOne(ReadOnlySpan<byte> query);

    /// <summary>Keeps the queues from running over, so that there are answers to count: at most so many queries under way.</summary>
    private static void Keeping(DnsServer server, List<UdpLoad> clients)
    {
        const int Most = 1_500;
        Assert.True(SpinWait.SpinUntil(() => server.Counters() is var c && clients.Sum(client => client.Sent) - c.UdpQueries - c.KernelDrops < Most, s_ample), "queries are not received");
    }

    private static async Task<DnsCounters> SettledAsync(DnsServer server, Func<DnsCounters, bool> settled)
    {
        await UntilAsync(() => settled(server.Counters()), () => server.Counters() is var c ? $"{c.UdpQueries} + {c.KernelDrops} dropped, {c.TcpQueries}; ended {c.Outcomes.Sum()}; times of {c.UdpLatency.Count} and {c.TcpLatency.Count}" : "");
        return server.Counters();
    }

    private static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        using var patience = new CancellationTokenSource(s_ample);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, what());
            await Task.Delay(10);
        }
    }
}
