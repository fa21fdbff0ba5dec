namespace Pointsman.Dssp.Transport;

/// <summary>Counters of one endpoint since it started; read from any thread.</summary>
public sealed class DsspCounters
{
    private long certificatesRefused;
    private long framesCorrupt;
    private long streamsOpened;
    private long streamsClosed;

    /// <summary>Handshakes refused: no certificate, another authority, another cluster, an unknown or the own site, another site than dialled.</summary>
    public long CertificatesRefused => Interlocked.Read(ref certificatesRefused);

    /// <summary>Frames that were no frame, or broke a bound.</summary>
    public long FramesCorrupt => Interlocked.Read(ref framesCorrupt);
    public long StreamsOpened => Interlocked.Read(ref streamsOpened);
    public long StreamsClosed => Interlocked.Read(ref streamsClosed);

    internal void CountCertificateRefused() => Interlocked.Increment(ref certificatesRefused);
    internal void CountFrameCorrupt() => Interlocked.Increment(ref framesCorrupt);
    internal void CountStreamOpened() => Interlocked.Increment(ref streamsOpened);
    internal void CountStreamClosed() => Interlocked.Increment(ref streamsClosed);
}
