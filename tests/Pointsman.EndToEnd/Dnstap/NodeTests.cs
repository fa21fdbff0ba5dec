using System.Globalization;
using Pointsman.EndToEnd.Dns;

namespace Pointsman.EndToEnd.Dnstap;

/// <summary>A whole node: the configuration turns recording on, over and off while it answers, and its metrics tell what became of it.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-dnstap-").FullName;
    private readonly System.Net.IPAddress _address = Loopback.NextAddress();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InFolder(string name) => Path.Combine(_folder, name);

    private Task WriteAsync(string dns) => File.WriteAllTextAsync(InFolder("pointsman.yaml"), $$"""
        cluster: { name: test }
        sites:
          paris:
            id: 1
            nodes:
              pa-1: { dns: ["{{_address}}:5300"], admin: "{{_address}}:8080" }
        zones:
          example.com: { file: example.com.zone }
        {{dns}}
        """);

    private async Task DigAsync(string name)
    {
        var finished = await Peer.RunAsync("dig", TappedServer.Ample, "+time=10", "+tries=1", "-p", "5300", $"@{_address}", name, "A");
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    private async Task ReloadAsync(string dns)
    {
        await WriteAsync(dns);
        var finished = await ProgramUnderTest.RunAsync("reload", "--node", $"http://{_address}:8080");
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    private async Task<long> MetricAsync(string name)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri($"http://{_address}:8080/metrics"));
        return long.Parse(text.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private static List<string> Names(string file) => [.. TappedServer.Read(file).Where(message => message.IsQuery)
        .Select(message => Pointsman.Dns.Wire.MessageSummary.TryRead(message.Query.Span, out var read) ? read.Name! : "")];

    [Fact, Trait("mission", "P1.1")]
    public async Task A_reload_turns_recording_on_over_and_off()
    {
        await File.WriteAllTextAsync(InFolder("example.com.zone"), NameServer.Zone());
        await WriteAsync("");
        await using var node = ProgramUnderTest.Start("run", "--config", InFolder("pointsman.yaml"), "--site", "paris", "--state", InFolder("state"));
        await node.WaitForErrorAsync(" started: ", TappedServer.Ample);
        await DigAsync("www.example.com");
        Assert.Equal((0, 0), (await MetricAsync("pointsman_dnstap_open"), await MetricAsync("pointsman_dnstap_taken_total")));

        await ReloadAsync("dns: { dnstap: { file: \"{site}-{node}.tap\", keep: 2 } }");
        await node.WaitForAsync(() => File.Exists(InFolder("paris-pa-1.tap")), "open the file", TappedServer.Ample);
        await DigAsync("mail.example.com");
        await node.WaitForAsync(() => TappedServer.Read(InFolder("paris-pa-1.tap")).Count == 2, "write both messages", TappedServer.Ample);
        Assert.Equal("pa-1", System.Text.Encoding.UTF8.GetString(TappedServer.Read(InFolder("paris-pa-1.tap"))[0].Identity.Span));
        Assert.Equal((1, 2, 2), (await MetricAsync("pointsman_dnstap_open"), await MetricAsync("pointsman_dnstap_taken_total"), await MetricAsync("pointsman_dnstap_written_total")));

        // The same settings: the file goes on.
        await ReloadAsync("dns: { dnstap: { file: \"{site}-{node}.tap\", keep: 2 } }");
        await DigAsync("ns1.example.com");
        await node.WaitForAsync(() => TappedServer.Read(InFolder("paris-pa-1.tap")).Count == 4, "write on", TappedServer.Ample);
        Assert.False(File.Exists(InFolder("paris-pa-1.tap.1")));

        // Other settings: another recording, the one before ended in order.
        await ReloadAsync("dns: { dnstap: { file: other.tap, responses: false } }");
        await DigAsync("alias.example.com");
        await node.WaitForAsync(() => File.Exists(InFolder("other.tap")) && TappedServer.Read(InFolder("other.tap")).Count == 1, "write the query", TappedServer.Ample);
        Assert.Equal(["mail.example.com.", "ns1.example.com."], Names(InFolder("paris-pa-1.tap")));
        Assert.Equal(["alias.example.com."], Names(InFolder("other.tap")));

        await ReloadAsync("");
        await DigAsync("www.example.com");
        Assert.Equal((0, 5, 5), (await MetricAsync("pointsman_dnstap_open"), await MetricAsync("pointsman_dnstap_taken_total"), await MetricAsync("pointsman_dnstap_written_total")));
        Assert.Equal(0, await MetricAsync("pointsman_dnstap_dropped_total{reason=\"queue-full\"}"));
        foreach (var file in (string[])["paris-pa-1.tap", "other.tap"])
        {
            var finished = await ProgramUnderTest.RunAsync("dnstap", InFolder(file));
            Assert.Equal((0, ""), (finished.ExitCode, finished.Error));
        }
    }

    [Fact]
    public async Task The_end_of_a_node_ends_its_file_in_order()
    {
        await File.WriteAllTextAsync(InFolder("example.com.zone"), NameServer.Zone());
        await WriteAsync("dns: { dnstap: { file: q.tap } }");
        await using var node = ProgramUnderTest.Start("run", "--config", InFolder("pointsman.yaml"), "--site", "paris", "--state", InFolder("state"));
        await node.WaitForErrorAsync(" started: ", TappedServer.Ample);
        await DigAsync("www.example.com");
        node.Signal("TERM");
        Assert.Equal(0, (await node.WaitForExitAsync(TappedServer.Ample)).ExitCode);
        var finished = await ProgramUnderTest.RunAsync("dnstap", InFolder("q.tap"));
        Assert.Equal((0, ""), (finished.ExitCode, finished.Error));
        Assert.Contains("192.0.2.80", finished.Output, StringComparison.Ordinal);
    }
}
