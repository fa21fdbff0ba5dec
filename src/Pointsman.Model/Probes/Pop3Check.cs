namespace Pointsman.Model.Probes;

/// <summary>Greeting, STLS, login, capabilities [P4.2].</summary>
public sealed record Pop3Check : TextCheck;
