namespace Pointsman.Dns.Transport;

/// <summary>A thread that answers UDP: <see cref="LinuxUdpWorker"/>, elsewhere <see cref="PortableUdpWorker"/>, for all addresses at once <see cref="PortableWildcardWorker"/>.</summary>
internal interface IUdpWorker
{
    void Start();

    /// <summary>Returns when the thread has ended and its socket is closed.</summary>
    void Stop();
}
