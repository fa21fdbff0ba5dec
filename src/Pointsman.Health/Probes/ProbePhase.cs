namespace Pointsman.Health.Probes;

/// <summary>What an iteration is at, in this order; TLS may come again in the middle, when a conversation asks for it.</summary>
internal enum ProbePhase { Connect, Tls, FirstByte, Reply }
