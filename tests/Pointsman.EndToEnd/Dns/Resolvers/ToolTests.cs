namespace Pointsman.EndToEnd.Dns.Resolvers;

/// <summary>The program as kdig and drill see it, all their options at once.</summary>
public sealed class ToolTests
{
    [Fact]
    public async Task Kdig_takes_every_option_at_once_over_one_connection()
    {
        await using var server = await NameServer.StartAsync();
        var output = await server.KdigAsync(
            "+bufsize=1232", "+cookie", "+nsid", "+subnet=198.51.100.0/24", "+tcp", "+keepopen", "www.example.com", "A", "mail.example.com", "A", "big.example.com", "TXT");
        Assert.Contains("192.0.2.80", output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.2", output, StringComparison.Ordinal);
        Assert.Contains("ANSWER: 60", output, StringComparison.Ordinal);
        Assert.Contains("198.51.100.0/24/0", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drill_reads_answers_over_UDP_and_TCP()
    {
        await using var server = await NameServer.StartAsync();
        foreach (var transport in (string[])["-u", "-t"])
        {
            foreach (var (name, type, text) in ((string, string, string)[])[("www.example.com", "A", "192.0.2.80"), ("alias.example.com", "AAAA", "2001:db8::80"), ("example.com", "MX", "mail.example.com."), ("nowhere.example.com", "A", "NXDOMAIN")])
            {
                var finished = await Peer.RunAsync("drill", TimeSpan.FromSeconds(60), transport, "-p", $"{server.EndPoint.Port}", name, $"@{server.EndPoint.Address}", type);
                Assert.True(finished.ExitCode == 0 && finished.Output.Contains(text, StringComparison.Ordinal), finished.ToString());
            }
        }
    }
}
