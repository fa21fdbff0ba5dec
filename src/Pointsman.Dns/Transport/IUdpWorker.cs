namespace Pointsman.Dns.Transport;

/// <summary>A thread that answers UDP: <see cref="LinuxUdpWorker"/>, elsewhere <see cref="PortableUdpWorker"/>.</summary>
internal interface IUdpWorker
{
    void Start();

    /// <summary>Returns when the thread has ended and its socket is closed.</summary>
    void Stop();
}
