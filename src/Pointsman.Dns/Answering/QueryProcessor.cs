using System.Buffers.Binary;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Limiting;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>
/// Query octets in, answer octets out: the whole of what a worker does between receiving and sending. It has no socket, clock or thread of
/// its own, allocates nothing after construction, and belongs to one thread at a time. The tests call it just as the workers do.
/// </summary>
internal sealed class QueryProcessor
{
    /// <summary>The largest a DNS message can be; over TCP nothing less limits it.</summary>
    public const int MaxMessageBytes = 65535;

    private const int HeaderLength = 12;
    private const ushort ResponseBit = 0x8000, OpcodeMask = 0x7800, AuthoritativeBit = 0x0400, TruncatedBit = 0x0200, RecursionDesiredBit = 0x0100;

    /// <summary>Room for an extended error without text, and for the TCP keepalive (RFC 7828 §3.1).</summary>
    private const int ExtendedErrorLength = 6, KeepaliveLength = 6, OptLength = 11;

    private readonly NameBuffer _name = new();
    private readonly Resolver _resolver;
    private readonly WorkerCounters _counters;
    private readonly ResponseGuard _guard;
    private readonly ushort _keepaliveTenths;

    /// <param name="limitSecret">Random: keeps the places of clients in the table of rates unforeseeable.</param>
    public QueryProcessor(int worker, WorkerCounters counters, TimeSpan tcpIdleTimeout, UInt128 limitSecret = default)
    {
        _counters = counters;
        _guard = new ResponseGuard(counters, limitSecret);
        _keepaliveTenths = (ushort)Math.Clamp(tcpIdleTimeout.TotalMilliseconds / 100, 0, ushort.MaxValue);
        _resolver = new Resolver(worker);
    }

    public ResponseGuard Guard => _guard;

    /// <summary>
    /// Answers <paramref name="message"/> into <paramref name="reply"/> and gives the answer's length; 0 = say nothing.
    /// <paramref name="reply"/> has <see cref="MaxMessageBytes"/> for TCP, else at least the payload limit.
    /// </summary>
    public int Answer(DnsContents contents, ReadOnlySpan<byte> message, Span<byte> reply, ClientAddress source, bool tcp, long nowMicros)
    {
        _counters.Count(tcp ? QueryTally.TcpQueries : QueryTally.UdpQueries);
        var verdict = QueryParser.Parse(message, _name, out var query);
        if (verdict == QueryVerdict.Drop)
        {
            _counters.Ended(QueryOutcome.Dropped);
            return 0;
        }
        if (query.Subnet.Present) _counters.Count(QueryTally.ClientSubnet);

        var settings = contents.Settings;
        var limit = tcp ? Math.Min(reply.Length, MaxMessageBytes) : Math.Min(Math.Min(query.PayloadBytes, settings.UdpPayloadBytes), reply.Length);
        var optLength = OptLengthOf(query, settings, tcp);
        // The question goes back as it came, in its own letters.
        message.Slice(HeaderLength, query.QuestionLength).CopyTo(reply[HeaderLength..]);
        var result = new Resolution();
        int length;
        if (verdict == QueryVerdict.Ok)
        {
            var writer = new MessageWriter(reply[..(limit - optLength)], _resolver.Names, _name.View, query.QuestionLength);
            _resolver.Resolve(contents, _name.View, query, source, nowMicros, ref writer, ref result);
            length = writer.Position;
        }
        else
        {
            length = HeaderLength + query.QuestionLength;
            (result.Rcode, result.Outcome) = verdict switch
            {
                QueryVerdict.BadVers => (Rcode.BadVers, QueryOutcome.BadVers),
                QueryVerdict.NotImp => (Rcode.NotImp, QueryOutcome.NotImp),
                QueryVerdict.Refused => (Rcode.Refused, QueryOutcome.Refused),
                _ => (Rcode.FormErr, QueryOutcome.FormErr),
            };
        }

        if (!tcp)
        {
            switch (_guard.Judge(settings.RateLimits, query, result, _name.View, source, nowMicros))
            {
                case LimitVerdict.Drop:
                    _counters.Ended(QueryOutcome.RateDropped);
                    return 0;
                case LimitVerdict.Slip:
                    length = Empty(query, ref result);
                    result.Outcome = QueryOutcome.RateSlipped;
                    break;
            }
        }
        length = Finish(message, reply, length, query, settings, result, tcp);
        if (!tcp && settings.TruncateUnproven && ResponseGuard.IsTooLarge(query, message.Length, length))
        {
            _counters.Count(QueryTally.UnprovenTruncated);
            length = Finish(message, reply, Empty(query, ref result), query, settings, result, tcp);
        }
        if (result.Truncated) _counters.Count(QueryTally.Truncated);
        _counters.Ended(result.Outcome);
        return length;
    }

    /// <summary>
    /// Takes the records back and says that there are more over TCP; gives the length up to the question's end. An error is small already and
    /// keeps its code; nobody comes back over TCP for it.
    /// </summary>
    private static int Empty(in Query query, ref Resolution result)
    {
        result.Answers = result.Authorities = result.Additionals = 0;
        if (result.Rcode is Rcode.NoError or Rcode.NxDomain)
        {
            result.Rcode = Rcode.NoError;
            result.Truncated = true;
        }
        return HeaderLength + query.QuestionLength;
    }

    /// <summary>Header and OPT record around what was written; gives the length of the whole.</summary>
    private int Finish(ReadOnlySpan<byte> message, Span<byte> reply, int length, in Query query, AnswerSettings settings, in Resolution result, bool tcp)
    {
        var flags = ResponseBit | (query.Flags & (OpcodeMask | RecursionDesiredBit)) | ((int)result.Rcode & 0xF);
        if (result.Authoritative) flags |= AuthoritativeBit;
        if (result.Truncated) flags |= TruncatedBit;
        message[..2].CopyTo(reply);
        BinaryPrimitives.WriteUInt16BigEndian(reply[2..], (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(reply[4..], query.QuestionLength > 0 ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(reply[6..], (ushort)result.Answers);
        BinaryPrimitives.WriteUInt16BigEndian(reply[8..], (ushort)result.Authorities);
        BinaryPrimitives.WriteUInt16BigEndian(reply[10..], (ushort)(result.Additionals + (query.HasEdns ? 1 : 0)));
        return query.HasEdns ? length + WriteOpt(reply[length..], query, settings, result, tcp) : length;
    }

    /// <summary>The most that this answer's OPT record can take: kept free while the sections are written.</summary>
    private static int OptLengthOf(in Query query, AnswerSettings settings, bool tcp)
    {
        // RFC 6891 §7: an OPT record goes back only to who sent one.
        if (!query.HasEdns) return 0;
        return OptLength + ExtendedErrorLength + query.Subnet.EncodedLength
            + (query.WantsNameServerId && settings.IdentityOctets.Length > 0 ? 4 + settings.IdentityOctets.Length : 0) + (tcp && query.WantsKeepalive ? KeepaliveLength : 0);
    }

    private int WriteOpt(Span<byte> target, in Query query, AnswerSettings settings, in Resolution result, bool tcp)
    {
        target[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)RrType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(target[3..], (ushort)settings.UdpPayloadBytes);
        target[5] = (byte)((int)result.Rcode >> 4);
        target[6] = 0;
        // RFC 3225 §3: the DO bit is copied, the other flags are zero (RFC 6891 §6.1.4).
        BinaryPrimitives.WriteUInt16BigEndian(target[7..], query.DnssecOk ? (ushort)0x8000 : (ushort)0);
        var at = OptLength;
        if (query.Subnet.Present)
        {
            query.Subnet.Write(target[at..], result.Scope);
            at += query.Subnet.EncodedLength;
        }
        if (result.Reason is { } reason)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], 15);
            BinaryPrimitives.WriteUInt16BigEndian(target[(at + 2)..], 2);
            BinaryPrimitives.WriteUInt16BigEndian(target[(at + 4)..], (ushort)reason);
            at += ExtendedErrorLength;
        }
        if (query.WantsNameServerId && settings.IdentityOctets is { Length: > 0 } identity)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], 3);
            BinaryPrimitives.WriteUInt16BigEndian(target[(at + 2)..], (ushort)identity.Length);
            identity.CopyTo(target[(at + 4)..]);
            at += 4 + identity.Length;
        }
        if (tcp && query.WantsKeepalive)
        {
            // RFC 7828 §3.3.2: only over TCP; in units of 100 ms.
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], 11);
            BinaryPrimitives.WriteUInt16BigEndian(target[(at + 2)..], 2);
            BinaryPrimitives.WriteUInt16BigEndian(target[(at + 4)..], _keepaliveTenths);
            at += KeepaliveLength;
        }
        BinaryPrimitives.WriteUInt16BigEndian(target[9..], (ushort)(at - OptLength));
        return at;
    }
}
