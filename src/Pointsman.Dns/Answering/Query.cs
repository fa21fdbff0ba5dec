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
    public bool WantsNameServerId;
    public bool WantsKeepalive;
    public ClientSubnet Subnet;

    /// <summary>A cookie of ours came with it: the source address is the client's own.</summary>
    public bool Proven;
}
