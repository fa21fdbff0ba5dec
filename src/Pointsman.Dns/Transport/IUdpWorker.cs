namespace Pointsman.Dns.Transport;

/// <summary>A thread that answers UDP: <see cref="LinuxUdpWorker"/>, elsewhere <see cref="PortableUdpWorker"/>, for all addresses at once <see cref="PortableWildcardWorker"/>.</summary>
internal interface IUdpWorker
{
    void Start();

    /// <summary>Datagrams that the kernel threw away because this worker's queue was full; null when it does not tell.</summary>
    long? KernelDrops { get; }

    /// <summary>Returns when the thread has ended and its socket is closed.</summary>
    void Stop();
}
