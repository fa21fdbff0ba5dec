namespace Pointsman.Model.Probes;

/// <summary>A TLS handshake and nothing inside: well when the certificate is.</summary>
public sealed record TlsCheck : ProbeCheck
{
    public TlsSettings Tls { get; init; } = new();

    public override TlsSettings? ImplicitTls => Tls;

    public override int RoundTrips => 2;
}
