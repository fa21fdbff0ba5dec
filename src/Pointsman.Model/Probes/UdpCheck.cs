namespace Pointsman.Model.Probes;

/// <summary>One datagram sent and one awaited: without an answer nothing is known, so that an answer is always awaited.</summary>
public sealed record UdpCheck : ProbeCheck
{
    public override ProbeTransport Transport => ProbeTransport.Udp;

    public required Sequence<byte> Send { get; init; }

    /// <summary>Must be in the answer; empty = any answer will do.</summary>
    public Sequence<byte> Expect { get; init; }

    public override int RoundTrips => 1;
}
