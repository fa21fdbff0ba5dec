using System.Buffers.Binary;
using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Cookies;
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

    private readonly NameBuffer _name = new();
    private readonly Resolver _resolver;
    private readonly WorkerCounters _counters;
    private readonly ResponseGuard _guard;
    private readonly OwnSecrets _ownSecrets;
    private readonly ushort _keepaliveTenths;

    /// <param name="limitSecret">Random: keeps the places of clients in the table of rates unforeseeable.</param>
    /// <param name="ownSecrets">For cookies, where no secret is configured; null = this processor's own.</param>
    public QueryProcessor(int worker, WorkerCounters counters, TimeSpan tcpIdleTimeout, UInt128 limitSecret = default, OwnSecrets? ownSecrets = null)
    {
        _counters = counters;
        _guard = new ResponseGuard(counters, limitSecret);
        _ownSecrets = ownSecrets ?? new OwnSecrets();
        _keepaliveTenths = (ushort)Math.Clamp(tcpIdleTimeout.TotalMilliseconds / 100, 0, ushort.MaxValue);
        _resolver = new Resolver(worker);
    }

    public ResponseGuard Guard => _guard;

    /// <summary>
    /// Answers <paramref name="message"/> into <paramref name="reply"/> and gives the answer's length; 0 = say nothing.
    /// <paramref name="reply"/> has <see cref="MaxMessageBytes"/> for TCP, else at least the payload limit.
    /// </summary>
    /// <param name="wallSeconds">Seconds since 1970 by the system's clock, in 32 bits that wrap: for cookies.</param>
    public int Answer(DnsContents contents, ReadOnlySpan<byte> message, Span<byte> reply, ClientAddress source, bool tcp, long nowMicros, uint wallSeconds)
    {
        _counters.Count(tcp ? QueryTally.TcpQueries : QueryTally.UdpQueries);
        var verdict = QueryParser.Parse(message, _name, tcp, out var query);
        if (verdict == QueryVerdict.Drop)
        {
            _counters.Ended(QueryOutcome.Dropped);
            return 0;
        }
        if (query.Subnet.Present) _counters.Count(QueryTally.ClientSubnet);

        var settings = contents.Settings;
        query.Proven = tcp;
        if (query.Asked != OptionsAsked.None) verdict = LookAtOptions(verdict, message, settings, source, tcp, wallSeconds, ref query);
        var limit = tcp ? Math.Min(reply.Length, MaxMessageBytes) : Math.Min(Math.Min(query.PayloadBytes, settings.UdpPayloadBytes), reply.Length);
        // The question goes back as it came, in its own letters.
        message.Slice(HeaderLength, query.QuestionLength).CopyTo(reply[HeaderLength..]);
        var result = new Resolution();
        var length = HeaderLength + query.QuestionLength;
        if (verdict is QueryVerdict.Ok or QueryVerdict.Chaos)
        {
            var writer = new MessageWriter(reply[..(limit - OptRecord.Reserved(query))], _resolver.Names, _name.View, query.QuestionLength);
            if (verdict == QueryVerdict.Chaos) ChaosNames.Answer(_name.View, query.Type, settings, ref writer, ref result);
            else _resolver.Resolve(contents, _name.View, query, source, nowMicros, ref writer, ref result);
            length = writer.Position;
        }
        else
        {
            (result.Rcode, result.Outcome) = ErrorOf(verdict);
            result.Reason = query.Fault;
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
        length = Finish(message, reply[..limit], length, query, settings, result, source, tcp, wallSeconds);
        if (!tcp && settings.TruncateUnproven && ResponseGuard.IsTooLarge(query, message.Length, length))
        {
            _counters.Count(QueryTally.UnprovenTruncated);
            length = Finish(message, reply[..limit], Empty(query, ref result), query, settings, result, source, tcp, wallSeconds);
        }
        if (result.Truncated) _counters.Count(QueryTally.Truncated);
        _counters.Ended(result.Outcome);
        return length;
    }

    /// <summary>
    /// Takes the records back and says that there are more over TCP; gives the length up to the question's end. An error without records is small
    /// already and keeps its code; nobody comes back over TCP for it.
    /// </summary>
    private static int Empty(in Query query, ref Resolution result)
    {
        result.Answers = result.Authorities = result.Additionals = 0;
        // Nor a reason: what goes to an address that may be forged is no longer than it must be.
        result.Reason = null;
        // RFC 6672 §2.2: YXDOMAIN is an answer too: it has the DNAME record that made the name too long.
        if (result.Rcode is Rcode.NoError or Rcode.NxDomain or Rcode.YxDomain)
        {
            result.Rcode = Rcode.NoError;
            result.Truncated = true;
        }
        return HeaderLength + query.QuestionLength;
    }

    /// <summary>Header and OPT record around what was written; gives the length of the whole.</summary>
    private int Finish(
        ReadOnlySpan<byte> message, Span<byte> reply, int length, in Query query, AnswerSettings settings, in Resolution result, ClientAddress source, bool tcp, uint wallSeconds)
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
        if (!query.HasEdns) return length;
        if (!OptRecord.HasOptions(query, result)) return OptRecord.WriteBare(reply, length, query, result.Rcode, settings);
        return OptRecord.Write(reply, length, query, result, new OptRecord.Sources
        {
            Message = message,
            Settings = settings,
            Secrets = SecretsOf(settings),
            Client = source,
            WallSeconds = wallSeconds,
            KeepaliveTenths = _keepaliveTenths,
            Tcp = tcp,
        });
    }

    private CookieSecrets SecretsOf(AnswerSettings settings) => settings.Cookies.Configured ?? _ownSecrets.Current;

    private QueryVerdict LookAtOptions(
        QueryVerdict verdict, ReadOnlySpan<byte> message, AnswerSettings settings, ClientAddress source, bool tcp, uint wallSeconds, ref Query query)
    {
        if (tcp && query.AsksFor(OptionsAsked.Padding)) _counters.Count(QueryTally.Padded);
        if (!query.AsksFor(OptionsAsked.Cookie)) return verdict;
        // RFC 7873 §5.4: a server without cookies finds no question in a query for nothing else.
        if (!settings.Cookies.Enabled) return verdict == QueryVerdict.CookieOnly ? QueryVerdict.FormErr : verdict;
        var judged = CookieOption.Check(verdict, message, settings.Cookies, SecretsOf(settings), source, tcp, wallSeconds, ref query);
        if (query.Cookie == CookieState.None) return judged;
        _counters.Count(query.Cookie switch { CookieState.ClientOnly => QueryTally.CookieClientOnly, CookieState.Bad => QueryTally.CookieBad, _ => QueryTally.CookieGood });
        query.Proven |= query.Cookie >= CookieState.Good;
        return judged;
    }

    private static (Rcode, QueryOutcome) ErrorOf(QueryVerdict verdict) => verdict switch
    {
        QueryVerdict.BadVers => (Rcode.BadVers, QueryOutcome.BadVers),
        QueryVerdict.NotImp => (Rcode.NotImp, QueryOutcome.NotImp),
        QueryVerdict.Refused => (Rcode.Refused, QueryOutcome.Refused),
        QueryVerdict.BadCookie => (Rcode.BadCookie, QueryOutcome.BadCookie),
        QueryVerdict.CookieOnly => (Rcode.NoError, QueryOutcome.CookieOnly),
        _ => (Rcode.FormErr, QueryOutcome.FormErr),
    };
}
