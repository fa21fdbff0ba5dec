using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Cookies;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>What a message from outside turned out to be.</summary>
internal enum QueryVerdict
{
    /// <summary>Answer it.</summary>
    Ok,

    /// <summary>Say nothing: too short for a header, or a response (answering one could loop for ever).</summary>
    Drop,
    FormErr,
    BadVers,
    NotImp,
    Refused,

    /// <summary>A question about this server itself, in the class CHAOS.</summary>
    Chaos,

    /// <summary>No question: a cookie is all that is wanted (RFC 7873 §5.4).</summary>
    CookieOnly,
    BadCookie,
}

/// <summary>A query, read. The name is in the worker's <see cref="NameBuffer"/>.</summary>
internal struct Query
{
    public ushort Flags;
    public RrType Type;
    public ushort Class;

    /// <summary>Octets of the question after the header, to be echoed as they are (0x20 case included); 0 when it could not be read.</summary>
    public int QuestionLength;

    public bool HasEdns;
    public bool DnssecOk;

    /// <summary>The requestor's payload size, at least 512 (RFC 6891 §6.2.3); 512 without EDNS.</summary>
    public int PayloadBytes;
    public OptionsAsked Asked;

    /// <summary>What the query's cookie proves; filled once it has been checked.</summary>
    public CookieState Cookie;

    /// <summary>Where the cookie stands in the message, and how long it is.</summary>
    public int CookiePlace;
    public int CookieLength;
    public ClientSubnet Subnet;

    /// <summary>What made the message malformed, where that can be told.</summary>
    public Reason? Fault;

    /// <summary>The source address is no forgery: over TCP, or by a server cookie that only the client at that address has seen. Filled once that has been checked.</summary>
    public bool Proven;

    public readonly bool AsksFor(OptionsAsked option) => (Asked & option) != OptionsAsked.None;
}
