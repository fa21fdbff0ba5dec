namespace Pointsman.Model.Probes;

/// <summary>The standard health service of gRPC (<c>grpc.health.v1.Health/Check</c>); up when it says SERVING.</summary>
public sealed record GrpcCheck : ProbeCheck
{
    /// <summary>The service asked about; empty = the server as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>Null = in plain text, HTTP/2 by prior knowledge.</summary>
    public TlsSettings? Tls { get; init; }

    public override TlsSettings? ImplicitTls => Tls;

    public override int RoundTrips => Tls is null ? 2 : 3;
}
