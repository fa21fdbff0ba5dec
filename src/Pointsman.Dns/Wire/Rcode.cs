namespace Pointsman.Dns.Wire;

/// <summary>RCODE with its EDNS extension (RFC 6895 §2.3).</summary>
public enum Rcode : ushort { NoError = 0, FormErr = 1, ServFail = 2, NxDomain = 3, NotImp = 4, Refused = 5, YxDomain = 6, BadVers = 16, BadCookie = 23 }

/// <summary>INFO-CODE of an extended error (RFC 8914 §4): the reason beside the RCODE.</summary>
public enum ExtendedError : ushort { Other = 0, StaleAnswer = 3, NotReady = 14, Prohibited = 18, NotAuthoritative = 20, NotSupported = 21, NetworkError = 23 }
