using System.Net.Sockets;

namespace Pointsman.Health.Probes;

/// <summary>
/// A socket as a stream, for what wants one (TLS, HTTP/2), with a bound on what may come over it: a library that answers every ping of a
/// hostile server holds no more than that server was let to send.
/// </summary>
internal sealed class MeteredStream(Socket socket) : Stream
{
    public long MostBytes { get; set; } = long.MaxValue;

    public long ReceivedBytes { get; private set; }

    public bool IsExceeded => ReceivedBytes > MostBytes;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var received = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            ReceivedBytes += received;
            return !IsExceeded ? received : throw new IOException($"more than {MostBytes} bytes came");
        }
        catch (SocketException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty) buffer = buffer[await socket.SendAsync(buffer, SocketFlags.None, cancellationToken)..];
        }
        catch (SocketException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Nothing waits for a stream synchronously here, but for a library that ends one: what it has to say last is not worth blocking for.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
