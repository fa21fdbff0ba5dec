namespace Pointsman.Model.Probes;

/// <summary>Greeting, STARTTLS, login, capabilities [P4.2].</summary>
public sealed record ImapCheck : TextCheck;
