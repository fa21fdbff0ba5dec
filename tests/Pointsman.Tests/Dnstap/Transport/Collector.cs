using System.Buffers.Binary;
using System.Net.Sockets;
using Pointsman.Dnstap.FrameStreams;

namespace Pointsman.Tests.Dnstap.Transport;

/// <summary>A collector on a unix socket whose every word the test says. A receive that gets nothing ends by its own timeout.</summary>
internal sealed class Collector : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-tap-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Socket? _client;

    public Collector()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "s");

    public void Accept()
    {
        _client?.Dispose();
        _client = _listener.Accept();
        _client.ReceiveTimeout = 20_000;
    }

    public void Say(params ReadOnlySpan<byte> octets) => _client!.Send(octets);

    public void HangUp() => _client!.Dispose();

    /// <summary>The whole handshake of a well-behaved collector.</summary>
    public void Greet()
    {
        Accept();
        Assert.Equal(ControlType.Ready, ReceiveControl());
        Say(ControlFrame.Build(ControlType.Accept, ControlFrame.Dnstap));
        Assert.Equal(ControlType.Start, ReceiveControl());
    }

    public ControlType ReceiveControl()
    {
        Assert.Equal(0, Number());
        Assert.True(ControlFrame.TryRead(Exactly(Number()), out var frame));
        if (frame.Type is ControlType.Ready or ControlType.Start) Assert.Equal([ControlFrame.Dnstap], frame.ContentTypes);
        return frame.Type;
    }

    public byte[] ReceiveFrame() => Exactly(Number());

    private int Number() => BinaryPrimitives.ReadInt32BigEndian(Exactly(4));

    private byte[] Exactly(int length)
    {
        var octets = new byte[length];
        for (var at = 0; at < length;)
        {
            var received = _client!.Receive(octets, at, length - at, SocketFlags.None);
            Assert.NotEqual(0, received);
            at += received;
        }
        return octets;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }
}
