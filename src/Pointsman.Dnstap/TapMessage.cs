using System.Net;

namespace Pointsman.Dnstap;

/// <summary>Which message this is, and from whose side it was seen; numbers and names are the schema's.</summary>
public enum TapMessageType
{
    AuthQuery = 1, AuthResponse = 2, ResolverQuery = 3, ResolverResponse = 4, ClientQuery = 5, ClientResponse = 6, ForwarderQuery = 7,
    ForwarderResponse = 8, StubQuery = 9, StubResponse = 10, ToolQuery = 11, ToolResponse = 12, UpdateQuery = 13, UpdateResponse = 14,
}

/// <summary>How a message travelled; numbers and names are the schema's.</summary>
public enum TapProtocol { Udp = 1, Tcp = 2, Dot = 3, Doh = 4, DnsCryptUdp = 5, DnsCryptTcp = 6, Doq = 7 }

/// <summary>One recorded message, read. Whatever the writer left out, or wrote such that it means nothing, is null or empty.</summary>
public sealed record TapMessage
{
    public required TapMessageType Type { get; init; }
    public TapProtocol? Protocol { get; init; }

    /// <summary>Who asked. The address alone, with port 0, when no port was written.</summary>
    public IPEndPoint? Client { get; init; }

    /// <summary>Who was asked.</summary>
    public IPEndPoint? Server { get; init; }
    public DateTimeOffset? QueryTime { get; init; }
    public DateTimeOffset? ResponseTime { get; init; }

    /// <summary>The messages as they were on the wire; empty = not in this record. From outside: nothing about them is checked.</summary>
    public ReadOnlyMemory<byte> Query { get; init; }
    public ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>The zone that it was answered from, a name in wire form.</summary>
    public ReadOnlyMemory<byte> Zone { get; init; }
    public ReadOnlyMemory<byte> Identity { get; init; }
    public ReadOnlyMemory<byte> Version { get; init; }
    public ReadOnlyMemory<byte> Extra { get; init; }

    public bool IsQuery => ((int)Type & 1) == 1;

    /// <summary>When it passed: the query's time for a query, the response's for a response, or the other where that one is missing.</summary>
    public DateTimeOffset? Time => IsQuery ? QueryTime ?? ResponseTime : ResponseTime ?? QueryTime;

    /// <summary>The message itself.</summary>
    public ReadOnlyMemory<byte> Message => IsQuery ? Query : Response;
}
