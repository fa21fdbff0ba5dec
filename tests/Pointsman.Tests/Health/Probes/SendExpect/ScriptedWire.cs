using System.Net;
using System.Net.Sockets;
using System.Text;
using Pointsman.Health.Probes;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Tests.Health.Probes.SendExpect;

/// <summary>
/// A conversation as text, played to a probe. Lines: <c>S:</c> what the server says, all that follow each other at once; <c>C:</c> what the
/// client must say, to the letter; <c>TLS</c> = the handshake stands, <c>TLS: why</c> = it does not; <c>OPEN port</c>, <c>DATA: text</c>
/// and <c>DATA*bytes</c> = the second connection; <c>HANG</c> = nothing more comes, <c>RESET</c> = a reset. At the end the server closes. <c>\r</c>, <c>\0</c> and
/// <c>*n</c> (the line n characters long) in a server's line mean what they say.
/// </summary>
internal sealed class ScriptedWire(string conversation) : IWire
{
    private readonly Queue<string> lines = new(conversation.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    private int port;

    public string Awaits { get; set; } = "";
    public int BufferedBytes => lines.TakeWhile(IsServers).Sum(line => Said(line).Length + 2);
    public long Micros { get; private set; }
    public IPAddress LocalAddress { get; init; } = IPAddress.Parse("192.0.2.9");

    /// <summary>What was not said by the end.</summary>
    public string Rest => string.Join('\n', lines);

    /// <summary>The probe's end of it: its reply, or why it failed. Everything in the script must have been said.</summary>
    public static string Play<TCheck>(ReplyForm form, Func<TCheck, Heard, IEnumerable<Step>> script, TCheck check, string conversation, IPAddress? local = null)
        where TCheck : TextCheck
    {
        var wire = new ScriptedWire(conversation) { LocalAddress = local ?? IPAddress.Parse("192.0.2.9") };
        var spoken = Run(form, script, check, wire);
        Assert.Equal("", wire.Rest);
        return spoken.Failure ?? $"{spoken.Reply} ({spoken.BodyBytes} bytes)".Replace(" (0 bytes)", "", StringComparison.Ordinal);
    }

    public static Spoken Run<TCheck>(ReplyForm form, Func<TCheck, Heard, IEnumerable<Step>> script, TCheck check, ScriptedWire wire)
        where TCheck : TextCheck
    {
        var speaking = new TextConversation<TCheck>(form, script).SpeakAsync(check, wire).AsTask();
        Assert.True(speaking.IsCompleted);
        return speaking.GetAwaiter().GetResult();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Micros += 10;
        var said = Encoding.UTF8.GetString(bytes.Span);
        Assert.EndsWith("\r\n", said, StringComparison.Ordinal);
        Assert.Equal(lines.TryDequeue(out var wanted) ? wanted : "nothing", $"C: {said[..^2]}");
        return default;
    }

    public ValueTask<LineRead> ReadLineAsync()
    {
        Micros += 1000;
        if (lines.TryPeek(out var next) && next == "HANG") throw new OperationCanceledException(Awaits);
        if (next == "RESET")
        {
            lines.Dequeue();
            throw new SocketException((int)SocketError.ConnectionReset);
        }

        if (next is not null && !IsServers(next)) Assert.Fail($"waits for {Awaits}, but the server waits for '{next}'");
        if (!lines.TryDequeue(out var line)) return ValueTask.FromResult(new LineRead(LineOutcome.Closed, default));
        var said = Encoding.UTF8.GetBytes(Said(line));
        if (said.Length > ProbeConnection.BufferBytes - 2) return ValueTask.FromResult(new LineRead(LineOutcome.TooLong, said.AsMemory(0, ProbeConnection.BufferBytes - 2)));
        return ValueTask.FromResult(new LineRead(LineOutcome.Line, said));
    }

    public ValueTask<string?> SecureAsync()
    {
        var line = lines.Dequeue();
        Assert.StartsWith("TLS", line, StringComparison.Ordinal);
        return ValueTask.FromResult(line.Length > 5 ? line[5..] : null);
    }

    public ValueTask OpenDataAsync(int port)
    {
        Assert.Equal(lines.Dequeue(), $"OPEN {port}");
        this.port = port;
        return default;
    }

    public ValueTask<string?> ReadDataAsync(Heard heard)
    {
        Micros += 500;
        Assert.NotEqual(0, port);
        var line = lines.Dequeue();
        var bytes = line.StartsWith("DATA*", StringComparison.Ordinal) ? new byte[int.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture)] : Encoding.UTF8.GetBytes(line[6..]);
        heard.ContentBytes = Math.Min(bytes.Length, ReplyReader.MostContentBytes);
        heard.IsCut = bytes.Length >= ReplyReader.MostContentBytes;
        heard.Kept = bytes.AsMemory(0, Math.Min(bytes.Length, Heard.KeptBytes));
        return ValueTask.FromResult<string?>(null);
    }

    private static bool IsServers(string line) => line.StartsWith("S:", StringComparison.Ordinal);

    private static string Said(string line)
    {
        var text = line.Length > 3 ? line[3..] : "";
        var star = text.LastIndexOf('*');
        if (star >= 0 && int.TryParse(text[(star + 1)..], out var length)) return text[..star].PadRight(length, 'x');
        return text.Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\0", "\0", StringComparison.Ordinal);
    }
}
