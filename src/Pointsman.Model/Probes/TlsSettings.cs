namespace Pointsman.Model.Probes;

/// <summary>How a probe speaks TLS, whatever protocol is inside.</summary>
public sealed record TlsSettings
{
    /// <summary>The name asked for (SNI) and looked for in the certificate; null = the service's name.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether the certificate must be trusted, valid today and bear the name. False = any certificate will do.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>The only authorities trusted, as PEM text; null = those of this machine.</summary>
    public string? Authority { get; init; }

    /// <summary>How many days the certificate must still be valid; null = until now is enough. Checked also where <see cref="Verify"/> is off.</summary>
    public int? CertificateDays { get; init; }

    /// <summary>Protocols offered inside (ALPN), the best first; the server must take one of them. Empty = none are offered.</summary>
    public Sequence<string> Protocols { get; init; }

    // The text of an authority is long and says nothing to a reader.
    public override string ToString() => $"TLS to {ServerName ?? "the service's name"}{(Verify ? "" : ", not verified")}";
}
