namespace Pointsman.Dssp.Transport;

/// <summary>Counters of one endpoint since it started; read from any thread.</summary>
public sealed class DsspCounters
{
    private long certificatesRefused;
    private long framesCorrupt;
    private long streamsOpened;
    private long streamsRefused;
    private long connectionsRefused;
    private long streamsClosed;

    /// <summary>Handshakes refused: no certificate, another authority, another cluster, an unknown or the own site, another site than dialled.</summary>
    public long CertificatesRefused => Interlocked.Read(ref certificatesRefused);

    /// <summary>Frames that were no frame, or broke a bound.</summary>
    public long FramesCorrupt => Interlocked.Read(ref framesCorrupt);

    /// <summary>Streams of a peer that came back too often.</summary>
    public long StreamsRefused => Interlocked.Read(ref streamsRefused);

    /// <summary>Connections that were one too many: handshakes from one address, or of one site.</summary>
    public long ConnectionsRefused => Interlocked.Read(ref connectionsRefused);
    public long StreamsOpened => Interlocked.Read(ref streamsOpened);
    public long StreamsClosed => Interlocked.Read(ref streamsClosed);

    internal void CountCertificateRefused() => Interlocked.Increment(ref certificatesRefused);
    internal void CountFrameCorrupt() => Interlocked.Increment(ref framesCorrupt);
    internal void CountStreamRefused() => Interlocked.Increment(ref streamsRefused);
    internal void CountConnectionRefused() => Interlocked.Increment(ref connectionsRefused);
    internal void CountStreamOpened() => Interlocked.Increment(ref streamsOpened);
    internal void CountStreamClosed() => Interlocked.Increment(ref streamsClosed);
}
