namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>Whose name server answers.</summary>
internal enum ServerKind { Pointsman, Nsd, Knot, Bind }
