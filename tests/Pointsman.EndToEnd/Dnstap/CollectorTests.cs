namespace Pointsman.EndToEnd.Dnstap;

/// <summary>A collector on a unix socket, the reference one: fstrm_capture. It may come late, stop reading, or die.</summary>
public sealed class CollectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-dnstap-").FullName;

    private string SocketPath => Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<RunningProcess> CaptureAsync(string file, string debug = "-dddd")
    {
        var capture = RunningProcess.Start(Peer.Require("fstrm_capture"), ["-t", "protobuf:dnstap.Dnstap", "-u", SocketPath, "-w", Path.Combine(_folder, file), debug]);
        await capture.WaitForAsync(() => File.Exists(SocketPath), "listen", TappedServer.Ample);
        return capture;
    }

    private static async Task EndAsync(RunningProcess capture)
    {
        capture.Signal("TERM");
        await capture.WaitForExitAsync(TappedServer.Ample);
    }

    [Fact]
    public async Task Fstrm_capture_gets_every_query_and_answer()
    {
        await using var capture = await CaptureAsync("c.tap");
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap-socket", "s"]);
        await capture.WaitForErrorAsync("accepted new connection", TappedServer.Ample);
        // The START frame follows the handshake; the first record waits for it in the queue.
        await server.DigAsync("www.example.com", "A", "+subnet=203.0.113.0/24");
        await server.DigAsync("+tcp", "alias.example.com", "AAAA");
        server.AskMany(0, 1000);
        Assert.Equal((2004, 2004, 0, 0, 0), await server.StopAsync());
        await EndAsync(capture);
        var file = Path.Combine(_folder, "c.tap");
        var printed = await Peer.RunAsync("kdig", TappedServer.Ample, "-G", file);
        Assert.True(printed.ExitCode == 0, printed.ToString());
        Assert.Contains("CLIENT-SUBNET: 203.0.113.0/24/0", printed.Output, StringComparison.Ordinal);
        var listed = await Peer.RunAsync("dnstap-ldns", TappedServer.Ample, "-r", file);
        Assert.Equal((2004, 1002, 2), (listed.Output.TrimEnd('\n').Split('\n').Length, listed.Output.Split(" AQ ").Length - 1, listed.Output.Split(" TCP ").Length - 1));
        Assert.Equal(2004, TappedServer.Read(file).Count);
    }

    [Fact]
    public async Task A_collector_that_comes_late_or_again_is_found()
    {
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap-socket", "s"]);
        await server.Process.WaitForErrorAsync("no collector at ", TappedServer.Ample);
        server.AskMany(0, 50);
        for (var turn = 1; turn <= 2; turn++)
        {
            await using var capture = await CaptureAsync($"c{turn}.tap", "-dddddd");
            await capture.WaitForErrorAsync("received FSTRM_CONTROL_START", TappedServer.Ample);
            server.AskMany(100 * turn, 50);
            var file = Path.Combine(_folder, $"c{turn}.tap");
            // Ended, it forgets what it has not read yet.
            await capture.WaitForAsync(() => capture.Error.Split("processing data frame").Length > 100, "take all", TappedServer.Ample);
            await EndAsync(capture);
            File.Delete(SocketPath);
            Assert.Equal(Enumerable.Range(100 * turn, 50), TappedServer.Ids(TappedServer.Read(file)).Order());
        }
        Assert.Equal((300, 200, 0, 100, 0), await server.StopAsync());
    }

    [Fact]
    public async Task A_collector_that_stalls_costs_records_and_no_answer()
    {
        const int Queries = 30_000;
        await using var capture = await CaptureAsync("c.tap");
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap-socket", "s"]);
        await capture.WaitForErrorAsync("accepted new connection", TappedServer.Ample);
        server.AskMany(0, 100);
        capture.Signal("STOP");
        // Each one waits for its answer, and there are far more than queue and socket hold.
        for (var asked = 0; asked < Queries; asked += 10_000) server.AskMany(0, 10_000);
        capture.Signal("CONT");
        server.AskMany(0, 100);
        var sum = await server.StopAsync();
        await EndAsync(capture);
        Assert.Equal(2 * (Queries + 200), sum.Taken);
        Assert.True(sum is { QueueFull: > 0, NotConnected: 0, WriteError: 0 }, sum.ToString());
        Assert.Equal(sum.Taken, sum.Written + sum.QueueFull);
        Assert.Equal(sum.Written, TappedServer.Read(Path.Combine(_folder, "c.tap")).Count);
    }

    [Fact]
    public async Task A_server_ends_in_time_though_its_collector_stalls()
    {
        await using var capture = await CaptureAsync("c.tap");
        await using var server = await TappedServer.StartAsync(_folder, ["--dnstap-socket", "s"]);
        await capture.WaitForErrorAsync("accepted new connection", TappedServer.Ample);
        server.AskMany(0, 100);
        capture.Signal("STOP");
        server.AskMany(0, 20_000);
        var sum = await server.StopAsync();
        capture.Signal("CONT");
        Assert.Equal(sum.Taken, sum.Written + sum.QueueFull + sum.NotConnected + sum.WriteError);
        Assert.True(sum.WriteError > 0, sum.ToString());
    }
}
