using System.Buffers.Binary;
using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Cookies;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>
/// The OPT record of an answer (RFC 6891 §6.1). Room for what the client needs to believe or to cache the answer is kept free while the
/// sections are written: the record itself, client subnet, cookie. The rest comes after them, where room is left.
/// </summary>
internal static class OptRecord
{
    private const int HeaderLength = 11;

    /// <summary>Whether the answer's record has anything in it; most have not.</summary>
    public static bool HasOptions(in Query query, in Resolution result) => query.Asked != OptionsAsked.None || query.Subnet.Present || result.Reason is not null;

    /// <summary>Octets to keep free; 0 without EDNS: an OPT record goes back only to who sent one (RFC 6891 §7).</summary>
    public static int Reserved(in Query query) =>
        !query.HasEdns ? 0 : HeaderLength + query.Subnet.EncodedLength + (query.Cookie == CookieState.None ? 0 : CookieOption.Length);

    /// <summary>What the options are made from, beside the query and its result.</summary>
    public readonly ref struct Sources
    {
        public required ReadOnlySpan<byte> Message { get; init; }
        public required AnswerSettings Settings { get; init; }
        public required CookieSecrets Secrets { get; init; }
        public required ClientAddress Client { get; init; }
        public required uint WallSeconds { get; init; }
        public required ushort KeepaliveTenths { get; init; }
        public required bool Tcp { get; init; }
    }

    /// <summary>Writes the record without options after the first <paramref name="length"/> octets of <paramref name="reply"/>; gives the new length.</summary>
    public static int WriteBare(Span<byte> reply, int length, in Query query, Rcode rcode, AnswerSettings settings)
    {
        var target = reply.Slice(length, HeaderLength);
        target[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)RrType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(target[3..], (ushort)settings.UdpPayloadBytes);
        target[5] = (byte)((int)rcode >> 4);
        // RFC 6891 §6.1.3: ours is version 0, also when another was asked.
        target[6] = 0;
        // RFC 3225 §3: the DO bit is copied, the other flags are zero (RFC 6891 §6.1.4).
        BinaryPrimitives.WriteUInt16BigEndian(target[7..], query.DnssecOk ? (ushort)0x8000 : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(target[9..], 0);
        return length + HeaderLength;
    }

    /// <summary>The same with its options; <paramref name="reply"/> ends at the answer's limit.</summary>
    public static int Write(Span<byte> reply, int length, in Query query, in Resolution result, in Sources from)
    {
        WriteBare(reply, length, query, result.Rcode, from.Settings);
        var target = reply[length..];
        var writer = new OptionWriter(target, HeaderLength);
        if (query.Subnet.Present) query.Subnet.WriteValue(writer.Add(OptionCode.ClientSubnet, query.Subnet.EncodedLength - OptionWriter.HeaderLength), result.Scope);
        if (query.Cookie != CookieState.None) CookieOption.Write(ref writer, from.Message, from.Secrets, from.Client, from.WallSeconds, query);
        if (query.AsksFor(OptionsAsked.NameServerId)) NameServerIdOption.Write(ref writer, from.Settings.IdentityOctets);
        if (query.AsksFor(OptionsAsked.Keepalive)) KeepaliveOption.Write(ref writer, from.KeepaliveTenths);
        if (result.Reason is { } reason) ExtendedErrorOption.Write(ref writer, reason);
        // Last, because it counts the others.
        if (from.Tcp && query.AsksFor(OptionsAsked.Padding) && from.Settings.PaddingBlock > 0) PaddingOption.Write(ref writer, length, from.Settings.PaddingBlock);
        BinaryPrimitives.WriteUInt16BigEndian(target[9..], (ushort)(writer.Position - HeaderLength));
        return length + writer.Position;
    }
}
