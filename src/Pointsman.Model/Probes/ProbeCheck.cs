namespace Pointsman.Model.Probes;

/// <summary>
/// What one probe says to a server and what it must answer: one sealed record per protocol, each in a file of its own. Compared by
/// content: a check read from two generations of a file is the same check [S24]. As configured, complete: whatever files it names have
/// been read. How it is carried out stands in Pointsman.Health, under the same name.
/// </summary>
public abstract record ProbeCheck
{
    /// <summary>As its key in the configuration: <c>http</c>.</summary>
    public virtual string Protocol => GetType().Name[..^"Check".Length].ToLowerInvariant();

    public virtual ProbeTransport Transport => ProbeTransport.Tcp;

    /// <summary>TLS from the connection's first byte on; null = none, or only once the conversation asks for it (STARTTLS).</summary>
    public virtual TlsSettings? ImplicitTls => null;

    /// <summary>How often at the least a packet of an iteration crosses the path and back, the connect included: what a made-up world times it by.</summary>
    public abstract int RoundTrips { get; }
}
