using System.Buffers;
using System.Net;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>The wire of a real probe: its connection, and a second one beside it for data.</summary>
internal sealed class ProbeWire(ProbeConnection connection, ProbeTarget target, TextCheck check) : IWire, IDisposable
{
    private ProbeConnection? data;
    private byte[]? kept;

    public string Awaits { set => connection.Awaits = value; }
    public int BufferedBytes => connection.BufferedBytes;
    public long Micros => connection.Clock.ElapsedMicros;
    public IPAddress LocalAddress => connection.LocalAddress;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => connection.SendAsync(bytes);

    public ValueTask<LineRead> ReadLineAsync() => connection.ReadLineAsync();

    public ValueTask<string?> SecureAsync() => connection.StartTlsAsync(check.Tls!, target);

    public async ValueTask OpenDataAsync(int port)
    {
        data?.Dispose();
        var socket = await ProbeSocket.OpenAsync(target with { ConnectTo = target.ConnectTo with { Port = port } }, connection.Clock.Deadline);
        data = new ProbeConnection(connection.Clock, socket);
    }

    public async ValueTask<string?> ReadDataAsync(Heard heard)
    {
        using var from = data!;
        if (check.Tls is { } tls && await from.StartTlsAsync(tls, target) is { } failure) return $"{failure} (of the data connection)";
        if (check is FtpCheck { ExpectBody: not null }) kept ??= ArrayPool<byte>.Shared.Rent(Heard.KeptBytes);
        var keptBytes = 0;
        while (!heard.IsCut)
        {
            var some = await from.ReadSomeAsync();
            if (some.IsEmpty) break;
            if (kept is not null)
            {
                var keep = some.Span[..Math.Min(some.Length, Heard.KeptBytes - keptBytes)];
                keep.CopyTo(kept.AsSpan(keptBytes));
                keptBytes += keep.Length;
            }

            heard.ContentBytes += some.Length;
            heard.IsCut = heard.ContentBytes >= ReplyReader.MostContentBytes;
        }

        if (kept is not null) heard.Kept = kept.AsMemory(0, keptBytes);
        return null;
    }

    public void Dispose()
    {
        data?.Dispose();
        if (kept is not null) ArrayPool<byte>.Shared.Return(kept);
    }
}
