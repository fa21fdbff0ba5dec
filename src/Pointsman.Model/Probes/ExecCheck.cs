namespace Pointsman.Model.Probes;

/// <summary>A program of the operator's own; up when it ends with 0. No shell stands between.</summary>
public sealed record ExecCheck : ProbeCheck
{
    public override ProbeTransport Transport => ProbeTransport.None;

    /// <summary>The program's absolute path, then its arguments.</summary>
    public required Sequence<string> Command { get; init; }

    public override int RoundTrips => 2;
}
