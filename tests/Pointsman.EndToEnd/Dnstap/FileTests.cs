using Pointsman.Dnstap;

namespace Pointsman.EndToEnd.Dnstap;

/// <summary>A file of recorded queries, read by those who read dnstap for a living, and by ourselves.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-dnstap-").FullName;

    private string Tap => Path.Combine(_folder, "q.tap");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task RecordAsync()
    {
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap", "q.tap"]);
        await server.DigAsync("www.example.com", "A", "+subnet=203.0.113.0/24");
        await server.DigAsync("alias.example.com", "AAAA");
        await server.DigAsync("+tcp", "nowhere.example.com", "MX");
        await server.DigAsync("www.example.org", "TXT");
        Assert.Equal((8, 8, 0, 0, 0), await server.StopAsync());
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [Fact]
    public async Task Dnstap_ldns_reads_every_query_and_answer()
    {
        await RecordAsync();
        var finished = await Peer.RunAsync("dnstap-ldns", TappedServer.Ample, "-r", Tap);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal(8, finished.Output.TrimEnd('\n').Split('\n').Length);
        foreach (var asked in (string[])["UDP 67b \"www.example.com.\" IN A", "UDP 58b \"alias.example.com.\" IN AAAA", "TCP 60b \"nowhere.example.com.\" IN MX", "UDP 56b \"www.example.org.\" IN TXT"])
            Assert.Equal(1, Count(finished.Output, $" AQ 127.0.0.1 {asked}"));
        Assert.Equal(4, Count(finished.Output, " AR 127.0.0.1 "));
    }

    [Fact]
    public async Task The_dnstap_program_reads_identity_subnet_and_answers()
    {
        await RecordAsync();
        var finished = await Peer.RunAsync("dnstap", TappedServer.Ample, "-r", Tap, "-y");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal((4, 4), (Count(finished.Output, "type: AUTH_QUERY"), Count(finished.Output, "type: AUTH_RESPONSE")));
        Assert.Equal(8, Count(finished.Output, "identity: \"node-1\""));
        Assert.Equal(8, Count(finished.Output, "version: \"pointsman "));
        Assert.Equal((6, 2), (Count(finished.Output, "socket_protocol: UDP"), Count(finished.Output, "socket_protocol: TCP")));
        Assert.Contains("SUBNET: 203.0.113.0/24/0", finished.Output, StringComparison.Ordinal);
        Assert.Contains("alias.example.com.\t300\tIN\tCNAME\twww.example.com.", finished.Output, StringComparison.Ordinal);
        Assert.Contains("2001:db8::80", finished.Output, StringComparison.Ordinal);
        Assert.Contains("status: NXDOMAIN", finished.Output, StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", finished.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kdig_reads_the_answers()
    {
        await RecordAsync();
        var finished = await Peer.RunAsync("kdig", TappedServer.Ample, "-G", Tap);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal((2, 1, 1), (Count(finished.Output, "status: NOERROR"), Count(finished.Output, "status: NXDOMAIN"), Count(finished.Output, "status: REFUSED")));
        Assert.Contains("CLIENT-SUBNET: 203.0.113.0/24/0", finished.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_command_prints_them_while_the_server_still_writes()
    {
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap", "q.tap"]);
        await server.DigAsync("www.example.com", "A", "+subnet=203.0.113.0/24");
        // At most a second until it is in the file.
        await server.Process.WaitForAsync(() => TappedServer.Read(Tap).Count == 2, "write both messages", TappedServer.Ample);
        var finished = await ProgramUnderTest.RunAsync("dnstap", Tap);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Contains("www.example.com.  A     NOERROR  192.0.2.80", finished.Output, StringComparison.Ordinal);
        Assert.Contains("203.0.113.0/24/0", finished.Output, StringComparison.Ordinal);
        Assert.Contains("still being written", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_kdig_wrote_is_read_by_our_command()
    {
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap", "q.tap"]);
        var asked = await Peer.RunAsync("kdig", TappedServer.Ample, "-E", Path.Combine(_folder, "kdig.tap"), "-p", $"{server.EndPoint.Port}", $"@{server.EndPoint.Address}", "www.example.com", "AAAA");
        Assert.True(asked.ExitCode == 0, asked.ToString());
        var finished = await ProgramUnderTest.RunAsync("dnstap", Path.Combine(_folder, "kdig.tap"));
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Contains("tool-query", finished.Output, StringComparison.Ordinal);
        Assert.Contains("2001:db8::80", finished.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rename_and_a_hangup_begin_a_new_file_and_lose_nothing()
    {
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap", "q.tap"]);
        var asking = Task.Run(() => server.AskMany(0, 6000));
        for (var turn = 1; turn <= 3; turn++)
        {
            await server.Process.WaitForAsync(() => File.Exists(Tap) && new FileInfo(Tap).Length > 10_000, "write", TappedServer.Ample);
            File.Move(Tap, $"{Tap}.{turn}");
            server.Process.Signal("HUP");
        }
        await asking;
        var sum = await server.StopAsync();
        Assert.Equal((12_000, 0), (sum.Taken, sum.QueueFull + sum.NotConnected + sum.WriteError));
        List<TapMessage> all = [.. TappedServer.Read($"{Tap}.1"), .. TappedServer.Read($"{Tap}.2"), .. TappedServer.Read($"{Tap}.3"), .. TappedServer.Read(Tap)];
        Assert.Equal(Enumerable.Range(0, 6000), TappedServer.Ids(all).Order());
        foreach (var file in (string[])[$"{Tap}.1", $"{Tap}.2", $"{Tap}.3", Tap])
            Assert.Equal(0, (await Peer.RunAsync("dnstap-ldns", TappedServer.Ample, "-r", file)).ExitCode);
    }

    [Fact]
    public async Task A_sample_holds_queries_with_their_answers_or_neither()
    {
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap", "q.tap", "--dnstap-sample", "0.1"]);
        server.AskMany(0, 10_000);
        var sum = await server.StopAsync();
        Assert.InRange(sum.Taken, 2 * 800, 2 * 1200);
        var messages = TappedServer.Read(Tap);
        Assert.Equal(sum.Written, messages.Count);
        Assert.Equal(TappedServer.Ids(messages), messages.Where(message => !message.IsQuery).Select(message => (message.Response.Span[0] << 8) | message.Response.Span[1]));
    }

    [Fact]
    public async Task A_full_disk_costs_records_and_no_answer_and_leaves_a_whole_file()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        var disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        await using var server = await TappedServer.StartAsync(
            _folder, ["--dnstap", "disk/q.tap"], ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size=128k none '{disk}' && exec \"$@\"", "--"]);
        server.AskMany(0, 3000);
        await server.Process.WaitForErrorAsync("cannot write", TappedServer.Ample);
        // The disk is the server's own: seen through its eyes.
        var seen = TappedServer.Read($"/proc/{server.Process.Id}/root{disk}/q.tap");
        Assert.InRange(seen.Count, 100, 5998);
        // Whole frames, one after another; a small run of them may still have found room where a larger one did not.
        Assert.Equal(TappedServer.Ids(seen).Order(), TappedServer.Ids(seen));
        Assert.All(seen, message => Assert.InRange(message.Message.Length, 33, 100));
        server.AskMany(3000, 1000);
        Assert.Equal(1, Count(server.Process.Error, "cannot write"));
        var sum = await server.StopAsync();
        Assert.Equal(8000, sum.Taken);
        Assert.True(sum.WriteError > 0);
        Assert.Equal(sum.Taken, sum.Written + sum.QueueFull + sum.NotConnected + sum.WriteError);
    }
}
