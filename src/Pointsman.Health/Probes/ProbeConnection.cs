using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// One connection of one iteration, plain or under TLS, which may begin in the middle (STARTTLS). Reads through one buffer of fixed size,
/// by lines or as the bytes come, so that no server can make a probe hold more; all waits end at the clock's deadline. Mutable, one user
/// at a time. What a read gives is valid until the next read.
/// </summary>
internal sealed class ProbeConnection : IDisposable
{
    /// <summary>What is held unread at the most, and so the longest line that can be read.</summary>
    public const int BufferBytes = 16 * 1024;

    private readonly ProbeClock clock;
    private readonly Socket socket;
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private MeteredStream? raw;
    private SslStream? tls;
    private int start;
    private int end;
    private bool disposed;

    public ProbeConnection(ProbeClock clock, Socket socket) => (this.clock, this.socket) = (clock, socket);

    public ProbeClock Clock => clock;

    /// <summary>What the next read waits for, in the words of a timeout: <c>the banner</c>.</summary>
    public string Awaits { get => clock.Awaits; set => clock.Awaits = value; }

    public bool IsEncrypted => tls is not null;

    /// <summary>The address that this end has.</summary>
    public IPAddress LocalAddress => (socket.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.None;

    /// <summary>Read from the server so far and not yet taken.</summary>
    public int BufferedBytes => end - start;

    /// <summary>Connects to where the target is probed; the phases of the clock begin anew.</summary>
    public static async ValueTask<ProbeConnection> OpenAsync(ProbeTarget target, ProbeClock clock)
    {
        clock.Begin();
        var socket = await ProbeSocket.OpenAsync(target, clock.Deadline);
        clock.Enter(ProbePhase.FirstByte);
        return new ProbeConnection(clock, socket);
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (tls is not null)
        {
            await tls.WriteAsync(bytes, clock.Deadline);
            return;
        }

        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, clock.Deadline)..];
    }

    /// <summary>Takes whatever is there, waiting until something is. Empty = the server has closed its side.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadSomeAsync()
    {
        if (start == end && !await FillAsync()) return default;
        var some = buffer.AsMemory(start, end - start);
        start = end;
        return some;
    }

    /// <summary>Fills <paramref name="into"/> whole. False = the server closed before that.</summary>
    public async ValueTask<bool> TryReadExactlyAsync(Memory<byte> into)
    {
        while (!into.IsEmpty)
        {
            if (start == end && !await FillAsync()) return false;
            var taken = Math.Min(into.Length, end - start);
            buffer.AsMemory(start, taken).CopyTo(into);
            start += taken;
            into = into[taken..];
        }

        return true;
    }

    /// <summary>Takes one line. RFC-bound protocols end it with CR LF; a bare LF is taken too, and is no part of the line.</summary>
    /// <param name="mostBytes">The longest line accepted, without its end; at most <see cref="BufferBytes"/> - 2.</param>
    public async ValueTask<LineRead> ReadLineAsync(int mostBytes = BufferBytes - 2)
    {
        var searched = 0;
        while (true)
        {
            var at = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var length = searched + at;
                var line = buffer.AsMemory(start, length);
                start += length + 1;
                if (line.Length > 0 && line.Span[^1] == '\r') line = line[..^1];
                return line.Length > mostBytes ? new LineRead(LineOutcome.TooLong, line[..mostBytes]) : new LineRead(LineOutcome.Line, line);
            }

            searched = end - start;
            if (searched > mostBytes + 1) return new LineRead(LineOutcome.TooLong, buffer.AsMemory(start, mostBytes));
            if (!await FillAsync()) return new LineRead(LineOutcome.Closed, buffer.AsMemory(start, end - start));
        }
    }

    /// <summary>TLS from here on. Null = it stands; else why not, in words. Broken connections and the deadline are thrown as everywhere.</summary>
    public async ValueTask<string?> StartTlsAsync(TlsSettings settings, ProbeTarget target)
    {
        // Bytes that came with the server's consent are somebody's attempt to slip plain text into the protected part, and a server from
        // which they come is not well.
        if (BufferedBytes > 0) return $"{BufferedBytes} bytes in plain text after the consent to TLS";
        var before = clock.Phase;
        clock.Enter(ProbePhase.Tls);
        var handshake = new TlsHandshake(settings, target.HostName, clock);
        raw = new MeteredStream(socket);
        (tls, var failure) = await handshake.RunAsync(raw);
        clock.Tls = handshake.Facts ?? clock.Tls;
        // A protocol that has heard the server before waits for no first byte any more.
        if (failure is null) clock.Enter(before == ProbePhase.Reply ? ProbePhase.Reply : ProbePhase.FirstByte);
        return failure;
    }

    /// <summary>The bare stream, for a library that speaks over it; nothing is read through this connection from then on.</summary>
    /// <param name="mostBytes">What may come over it at the most, encryption included; a read past that fails.</param>
    /// <param name="meter">How much came.</param>
    public Stream TakeStream(long mostBytes, out MeteredStream meter)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(BufferedBytes, 0);
        meter = raw ??= new MeteredStream(socket);
        meter.MostBytes = mostBytes;
        return tls ?? (Stream)meter;
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        tls?.Dispose();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Reads more behind what is there. False = the server has closed its side.</summary>
    private async ValueTask<bool> FillAsync()
    {
        // A server that always has bytes ready never lets a receive wait, and so never lets it see the deadline.
        clock.Deadline.ThrowIfCancellationRequested();
        if (start == end) (start, end) = (0, 0);
        if (end == buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var room = buffer.AsMemory(end);
        var received = tls is null ? await socket.ReceiveAsync(room, SocketFlags.None, clock.Deadline) : await tls.ReadAsync(room, clock.Deadline);
        end += received;
        if (received > 0) clock.Heard();
        return received > 0;
    }
}

/// <summary>How the reading of a line ended: it came, the server closed before its end, or it was longer than allowed.</summary>
internal enum LineOutcome { Line, Closed, TooLong }

/// <param name="Text">The line without its end; else as much of it as came. Valid until the next read.</param>
internal readonly record struct LineRead(LineOutcome Outcome, ReadOnlyMemory<byte> Text);
