using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Pointsman.Wan.Network;

/// <summary>
/// A TUN device: a network interface inside a namespace whose other end is a descriptor. What is sent there comes out of <see cref="TryRead"/> as
/// one IP packet, and what goes into <see cref="TryWrite"/> arrives there as one.
/// </summary>
internal sealed class Tun : IDisposable
{
    public const string Device = "/dev/net/tun";
    private const nuint SetInterface = 0x400454CA; // TUNSETIFF
    private const short PlainPackets = 0x1001; // IFF_TUN | IFF_NO_PI
    private const int RequestBytes = 40, NameBytes = 16; // struct ifreq

    private Tun(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <exception cref="WanUnavailableException">The device cannot be opened, or no interface made of it.</exception>
    public static Tun Open(NetworkNamespace inside, string interfaceName) => inside.Run(() =>
    {
        var descriptor = LibC.Open(Device, LibC.ReadWrite | LibC.NonBlocking | LibC.CloseOnExec);
        if (descriptor < 0) throw new WanUnavailableException($"{Device} cannot be opened: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        Span<byte> request = stackalloc byte[RequestBytes];
        request.Clear();
        Encoding.ASCII.GetBytes(interfaceName, request);
        BitConverter.TryWriteBytes(request[NameBytes..], PlainPackets);
        // The interface appears in the network of the thread that asks.
        if (LibC.Control(descriptor, SetInterface, ref request[0]) == 0) return new Tun(descriptor);
        var why = new Win32Exception(Marshal.GetLastPInvokeError()).Message;
        _ = LibC.Close(descriptor);
        throw new WanUnavailableException($"no TUN interface can be made: {why}");
    });

    /// <returns>The octets of one packet; 0 when none waits.</returns>
    public int TryRead(Span<byte> into) => (int)Math.Max(0, LibC.Read(Descriptor, ref into[0], (nuint)into.Length));

    /// <returns>False when the interface is down, or full.</returns>
    public bool TryWrite(Span<byte> packet) => LibC.Write(Descriptor, ref packet[0], (nuint)packet.Length) == packet.Length;

    public void Dispose() => _ = LibC.Close(Descriptor);
}
