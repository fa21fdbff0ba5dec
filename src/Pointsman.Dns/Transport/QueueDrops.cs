using System.Net.Sockets;

namespace Pointsman.Dns.Transport;

/// <summary>
/// What the kernel dropped in front of one datagram socket, asked for only when somebody looks (Linux, SO_MEMINFO). The other way, a control
/// message with every datagram (SO_RXQ_OVFL), would cost each query something.
/// </summary>
internal sealed class QueueDrops(Socket socket)
{
    // SO_MEMINFO gives nine 32-bit numbers; the last one is the drops, and wraps.
    private const int SocketLevel = 1, MemoryInfo = 55, Numbers = 9, DropsPlace = 8;
    private readonly Lock _lock = new();
    private long _sum;
    private uint _last;
    private bool _known;

    /// <summary>Since the socket was made, also after it was closed; null when the system does not tell.</summary>
    public long? Read()
    {
        lock (_lock)
        {
            Span<byte> numbers = stackalloc byte[Numbers * sizeof(uint)];
            try
            {
                if (socket.GetRawSocketOption(SocketLevel, MemoryInfo, numbers) < numbers.Length) return _known ? _sum : null;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return _known ? _sum : null;
            }
            var drops = BitConverter.ToUInt32(numbers[(DropsPlace * sizeof(uint))..]);
            _sum += unchecked(drops - _last);
            (_last, _known) = (drops, true);
            return _sum;
        }
    }
}
