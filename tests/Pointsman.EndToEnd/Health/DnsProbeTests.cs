using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>DNS against servers that do not behave. A good one, and what it answers, is a real one's part.</summary>
public sealed class DnsProbeTests
{
    private static readonly DnsCheck s_check = new() { Name = "www.example.com", Expect = ["192.0.2.1"] };

    [Fact]
    [Trait("rfc", "5452 §9.1")]
    public async Task What_answers_another_question_is_passed_over()
    {
        await using var server = new UdpProbeTests.Answering(query => [Answer(query, id: 1), Answer(query, type: 28), Answer(query, response: false), Answer(query)]);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_check));
        Assert.Equal((true, "NOERROR, 192.0.2.1"), (result.Succeeded, result.Reason));
    }

    [Fact]
    public async Task Only_strangers_end_in_the_timeout_that_tells_of_them()
    {
        await using var server = new UdpProbeTests.Answering(query => [Answer(query, id: 1), Answer(query, id: 1)]);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_check, timeoutMs: 300));
        Assert.Equal("timeout after 300.0 ms while waiting for the answer (what came, 2 times, answers another question)", result.Reason);
    }

    [Fact]
    public async Task A_flood_of_strangers_ends()
    {
        await using var server = new UdpProbeTests.Answering(query => Enumerable.Repeat(Answer(query, id: 1), 200));
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_check));
        Assert.Equal("64 answers came, all to another question", result.Reason);
    }

    [Fact]
    public async Task Garbage_is_no_answer()
    {
        await using var server = new UdpProbeTests.Answering(query => [query[..5]]);
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_check));
        Assert.Equal((ProbeVerdict.Failed, "not a good DNS answer"), (result.Verdict, result.Reason));
    }

    [Theory]
    [InlineData(false, "closed without an answer")]
    [InlineData(true, "closed in the middle of the answer")]
    public async Task Over_TCP_an_answer_that_breaks_off_fails(bool begins, string reason)
    {
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.Socket.ReceiveAsync(new byte[512], connection.Stop);
            if (begins) await connection.SendAsync("\0\u0040abc");
        });
        var result = await ProbeOf.RunAsync(ProbeOf.Target(server.Address, s_check with { OverTcp = true }));
        Assert.Equal((ProbeVerdict.Failed, reason), (result.Verdict, result.Reason));
    }

    // The query with an A record behind it.
    private static byte[] Answer(byte[] query, int? id = null, int type = 1, bool response = true)
    {
        byte[] answer = [.. query, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
        // An id that it certainly is not.
        if (id is not null) answer[0] ^= 0xff;
        answer[2] |= (byte)(response ? 0x80 : 0);
        answer[7] = 1;
        answer[query.Length - 3] = (byte)type;
        return answer;
    }
}
