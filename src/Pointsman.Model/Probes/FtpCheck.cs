namespace Pointsman.Model.Probes;

/// <summary>Login, and the size or the bytes of a file [P4.2]. TLS for commands and data alike (RFC 4217).</summary>
public sealed record FtpCheck : TextCheck
{
    /// <summary>Null = the login is enough.</summary>
    public string? File { get; init; }

    /// <summary>Reads the file too, or its first MiB: that gives the throughput. Else its size alone is asked for.</summary>
    public bool Fetch { get; init; }

    /// <summary>Bytes; null = any.</summary>
    public long? ExpectSize { get; init; }

    /// <summary>Text that the file must contain, in its first 64 KiB.</summary>
    public string? ExpectBody { get; init; }

    public override int RoundTrips => base.RoundTrips + (Login is null ? 2 : 0) + (File is null ? 0 : 2) + (Fetch ? 3 : 0);
}
