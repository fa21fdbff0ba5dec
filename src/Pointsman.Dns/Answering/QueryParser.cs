using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>
/// Message → verdict. The first failure decides. What was read before it stays in the <see cref="Query"/>, so that the error can echo the
/// question and carry an OPT record where the query's was readable.
/// </summary>
internal static class QueryParser
{
    public const ushort ChaosClass = 3;

    private const int HeaderLength = 12;
    private const ushort Response = 0x8000, OpcodeMask = 0x7800, InternetClass = 1;

    public static QueryVerdict Parse(ReadOnlySpan<byte> message, NameBuffer name, bool tcp, out Query query)
    {
        query = new Query { PayloadBytes = 512 };
        if (message.Length < HeaderLength) return QueryVerdict.Drop;
        query.Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((query.Flags & Response) != 0) return QueryVerdict.Drop;
        if ((query.Flags & OpcodeMask) != 0) return ParseUnknownOpcode(message, tcp, ref query);
        // RFC 9619 §4: a query has exactly one question, or none (RFC 7873 §5.4); and it carries no answers.
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if (questions > 1 || BinaryPrimitives.ReadUInt16BigEndian(message[6..]) != 0) return QueryVerdict.FormErr;

        var reader = new MessageReader(message, HeaderLength);
        if (questions == 1)
        {
            if (!reader.TryReadName(name) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out query.Class)) return QueryVerdict.FormErr;
            query.Type = (RrType)type;
            query.QuestionLength = reader.Position - HeaderLength;
        }
        var verdict = ReadRecords(ref reader, message, tcp, ref query);
        if (verdict != QueryVerdict.Ok) return verdict;
        if (questions == 0) return query.AsksFor(OptionsAsked.Cookie) ? QueryVerdict.CookieOnly : QueryVerdict.FormErr;
        return JudgeQuestion(ref query);
    }

    /// <summary>RFC 8906 §3.1.3 and RFC 5936 §2.2.1: what is not served here is refused: other classes, zone transfers, other meta types.</summary>
    private static QueryVerdict JudgeQuestion(ref Query query)
    {
        if (query.Type != RrType.ANY && RrTypeText.IsMeta(query.Type))
        {
            query.Fault = Reason.TypeRefused;
            return QueryVerdict.Refused;
        }
        if (query.Class == InternetClass) return QueryVerdict.Ok;
        if (query.Class == ChaosClass) return QueryVerdict.Chaos;
        query.Fault = Reason.ClassUnknown;
        return QueryVerdict.Refused;
    }

    /// <summary>
    /// RFC 8906 §3.1.4: an opcode that is not implemented is answered, by NOTIMP. Those that there are count their sections as a query does, so
    /// that an OPT record can be looked for; where that fails, nothing is made of it.
    /// </summary>
    private static QueryVerdict ParseUnknownOpcode(ReadOnlySpan<byte> message, bool tcp, ref Query query)
    {
        query.Fault = Reason.OpcodeUnknown;
        var found = new Query { Flags = query.Flags, PayloadBytes = 512, Fault = Reason.OpcodeUnknown };
        var reader = new MessageReader(message, HeaderLength);
        // Bounded by the message: each question takes at least 5 octets of it.
        for (int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]); questions > 0; questions--)
            if (!reader.TrySkipName(out _) || !reader.TryReadUInt32(out _)) return QueryVerdict.NotImp;
        var verdict = ReadRecords(ref reader, message, tcp, ref found);
        if (verdict is not (QueryVerdict.Ok or QueryVerdict.BadVers)) return QueryVerdict.NotImp;
        query = found;
        if (verdict == QueryVerdict.Ok) return QueryVerdict.NotImp;
        // RFC 6891 §6.1.3: the version is looked at before anything else.
        query.Fault = null;
        return verdict;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static QueryVerdict ReadRecords(ref MessageReader reader, ReadOnlySpan<byte> message, bool tcp, ref Query query)
    {
        var others = BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int additional = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        var verdict = QueryVerdict.Ok;
        // Bounded by the message: each record takes at least 11 octets of it.
        for (var i = 0; i < others + additional; i++)
        {
            if (!reader.TrySkipName(out var isRoot) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var payload)
                || !reader.TryReadUInt32(out var extended) || !reader.TryReadUInt16(out var length) || !reader.TryReadSpan(length, out var rdata))
                return QueryVerdict.FormErr;
            if (type != (ushort)RrType.OPT || i < others) continue;
            // RFC 6891 §6.1.1: one OPT record at most, and its name is the root.
            if (query.HasEdns || !isRoot)
            {
                query.Fault = Reason.OptTwice;
                return QueryVerdict.FormErr;
            }
            query.HasEdns = true;
            // RFC 6891 §6.2.3: less than 512 counts as 512.
            query.PayloadBytes = Math.Max(512, (int)payload);
            query.DnssecOk = (extended & 0x8000) != 0;
            // RFC 6891 §6.1.3: of another version nothing more is understood.
            if (((extended >> 16) & 0xFF) != 0) verdict = QueryVerdict.BadVers;
            else if (!OptionReader.TryRead(rdata, reader.Position - length, tcp, ref query)) verdict = QueryVerdict.FormErr;
        }
        return verdict == QueryVerdict.Ok && !reader.AtEnd ? QueryVerdict.FormErr : verdict;
    }
}
