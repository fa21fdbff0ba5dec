using System.Buffers;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// TCP open and close: what is probed where nothing else is configured [P4.2]; then the connect has already said it all. Or octets sent
/// and octets awaited, wherever the stream is split, within the first <see cref="MostSearched"/>.
/// </summary>
internal sealed class TcpConversation : IConversation<TcpCheck>
{
    /// <summary>Further than that no greeting reaches.</summary>
    public const int MostSearched = 64 * 1024;

    public async ValueTask<Spoken> SpeakAsync(TcpCheck check, ProbeConnection connection, ProbeTarget target)
    {
        if (!check.Send.IsEmpty) await connection.SendAsync(check.Send.AsSpan().ToArray());
        if (check.Expect.IsEmpty) return new Spoken(null, check.Send.IsEmpty ? "connected" : "connected and sent");

        var seen = ArrayPool<byte>.Shared.Rent(MostSearched);
        try
        {
            var length = 0;
            while (true)
            {
                var some = await connection.ReadSomeAsync();
                var taken = Math.Min(some.Length, MostSearched - length);
                some.Span[..taken].CopyTo(seen.AsSpan(length));
                var from = Math.Max(0, length - check.Expect.Length + 1);
                length += taken;
                if (seen.AsSpan(from, length - from).IndexOf(check.Expect.AsSpan()) >= 0) return new Spoken(null, $"{Quoted.Of(seen.AsSpan(0, length))} came");
                if (some.IsEmpty) return Spoken.Failed(length == 0 ? "closed without a word" : $"closed after {Quoted.Of(seen.AsSpan(0, length))}, expected {Quoted.Of(check.Expect.AsSpan())}");
                if (length == MostSearched) return Spoken.Failed($"{Quoted.Of(check.Expect.AsSpan())} is not in the first {MostSearched / 1024} KiB");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(seen);
        }
    }
}
