namespace Pointsman.Dssp.Transport;

/// <summary>Where a stream came from, and whose certificate proved it.</summary>
/// <param name="Remote">The other end's address.</param>
/// <param name="IsOwn">This node dialled.</param>
public sealed record StreamOrigin(string Remote, bool IsOwn, DateTimeOffset Since, CertificateFacts? Certificate);

/// <summary>A stream that is up, for people.</summary>
/// <param name="Overtaken">States that a newer one overtook before the peer had taken them: it reads slowly.</param>
public sealed record StreamFacts(StreamOrigin Origin, long BytesIn, long BytesOut, long Overtaken);
