namespace Pointsman.Dns.Answering.Options;

/// <summary>EDNS options that mean something here; any other is passed over (RFC 6891 §6.1.2).</summary>
internal enum OptionCode : ushort { NameServerId = 3, ClientSubnet = 8, Cookie = 10, Keepalive = 11, Padding = 12, ExtendedError = 15 }

/// <summary>What a query asks for by an option, beside a client subnet.</summary>
[Flags]
internal enum OptionsAsked : byte { None = 0, NameServerId = 1, Keepalive = 2, Padding = 4, Cookie = 8 }
