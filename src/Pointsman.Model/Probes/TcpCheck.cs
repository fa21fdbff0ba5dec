namespace Pointsman.Model.Probes;

/// <summary>TCP open and close, which is what is checked where nothing else is configured [P4.2]; or an octet sequence sent and one awaited.</summary>
public sealed record TcpCheck : ProbeCheck
{
    public static TcpCheck OpenAndClose { get; } = new();

    /// <summary>Sent first; empty = nothing: the server speaks first, or is not to speak at all.</summary>
    public Sequence<byte> Send { get; init; }

    /// <summary>Must be among the first octets that come; empty = nothing is awaited.</summary>
    public Sequence<byte> Expect { get; init; }

    public override int RoundTrips => Expect.IsEmpty ? 1 : 2;
}
