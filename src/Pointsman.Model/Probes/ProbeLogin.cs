namespace Pointsman.Model.Probes;

/// <summary>As whom a probe logs in.</summary>
public sealed record ProbeLogin(string User, Secret Password);
