namespace Pointsman.Model.Probes;

/// <summary>TCP open and close: what is checked where nothing else is configured [P4.2].</summary>
public sealed record TcpCheck : ProbeCheck
{
    public static TcpCheck OpenAndClose { get; } = new();

    public override int RoundTrips => 1;
}
