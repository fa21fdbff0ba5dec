using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Pointsman.Dnstap;
using Pointsman.EndToEnd.Dns;

namespace Pointsman.EndToEnd.Dnstap;

/// <summary><c>pointsman dns</c> with its queries recorded, in a folder of its own.</summary>
internal sealed partial class TappedServer : IAsyncDisposable
{
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    private TappedServer(RunningProcess process, IPEndPoint endPoint)
    {
        Process = process;
        EndPoint = endPoint;
    }

    public RunningProcess Process { get; }
    public IPEndPoint EndPoint { get; }

    /// <param name="before">A program that becomes ours, such as <c>unshare</c> with its arguments; empty = none.</param>
    public static async Task<TappedServer> StartAsync(string folder, string[] tap, string[]? before = null)
    {
        var zone = Path.Combine(folder, "example.com.zone");
        await File.WriteAllTextAsync(zone, NameServer.Zone());
        var endPoint = Loopback.NextEndPoint();
        string[] command = [.. before ?? [], ProgramUnderTest.File, "dns", "--zone", $"example.com={zone}", "--listen", endPoint.ToString(), "--identity", "node-1", .. tap];
        var process = RunningProcess.Start(command[0], command[1..], folder);
        await process.WaitForErrorAsync("serving ", Ample);
        return new TappedServer(process, endPoint);
    }

    public async Task DigAsync(params string[] arguments)
    {
        var finished = await Peer.RunAsync("dig", Ample, ["+time=10", "+tries=1", "-p", $"{EndPoint.Port}", $"@{EndPoint.Address}", .. arguments]);
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    /// <summary>Asks <paramref name="count"/> times for www.example.com, with ids from <paramref name="first"/> on, and fails when one is not answered.</summary>
    public void AskMany(int first, int count)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        socket.Connect(EndPoint);
        byte[] query = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, .. "www"u8, 7, .. "example"u8, 3, .. "com"u8, 0, 0, 1, 0, 1];
        var buffer = new byte[4096];
        for (var i = first; i < first + count; i++)
        {
            (query[0], query[1]) = ((byte)(i >> 8), (byte)i);
            socket.Send(query);
            Assert.True(socket.Receive(buffer) > query.Length);
            Assert.Equal((query[0], query[1]), (buffer[0], buffer[1]));
        }
    }

    /// <summary>Ends it in order; gives the numbers of its last line: messages, written, full queue, not connected, write errors.</summary>
    public async Task<(int Taken, int Written, int QueueFull, int NotConnected, int WriteError)> StopAsync()
    {
        Process.Signal("TERM");
        var finished = await Process.WaitForExitAsync(Ample);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var sum = Sum().Match(finished.Error);
        Assert.True(sum.Success, finished.ToString());
        int Number(string name) => int.Parse(sum.Groups[name].Value, CultureInfo.InvariantCulture);
        return (Number("taken"), Number("written"), Number("full"), Number("unconnected"), Number("error"));
    }

    public static List<TapMessage> Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var reader = new DnstapReader(stream);
        var messages = new List<TapMessage>();
        while (reader.TryRead(out var message)) messages.Add(message);
        return messages;
    }

    /// <summary>The ids of the recorded queries.</summary>
    public static IEnumerable<int> Ids(IEnumerable<TapMessage> messages) => messages.Where(message => message.IsQuery).Select(message => (message.Query.Span[0] << 8) | message.Query.Span[1]);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex(@"dnstap: of (?<taken>\d+) messages (?<written>\d+) written, (?<full>\d+) lost to a full queue, (?<unconnected>\d+) while not connected, (?<error>\d+) by write errors", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sum();
}
