using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>
/// Message → verdict. The first failure decides. What was read before it stays in the <see cref="Query"/>, so that the error can echo the
/// question and carry an OPT record where the query's was readable.
/// </summary>
internal static class QueryParser
{
    private const int HeaderLength = 12;
    private const ushort Response = 0x8000, OpcodeMask = 0x7800, InternetClass = 1;
    private const ushort NameServerIdOption = 3, KeepaliveOption = 11;

    public static QueryVerdict Parse(ReadOnlySpan<byte> message, NameBuffer name, out Query query)
    {
        query = new Query { PayloadBytes = 512 };
        if (message.Length < HeaderLength) return QueryVerdict.Drop;
        query.Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((query.Flags & Response) != 0) return QueryVerdict.Drop;
        // RFC 8906 §3.1.4: an opcode that is not implemented is answered, by NOTIMP.
        if ((query.Flags & OpcodeMask) != 0) return QueryVerdict.NotImp;
        // RFC 9619 §4: a query has exactly one question; and it carries no answers.
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || BinaryPrimitives.ReadUInt16BigEndian(message[6..]) != 0) return QueryVerdict.FormErr;

        var reader = new MessageReader(message, HeaderLength);
        if (!reader.TryReadName(name) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out query.Class)) return QueryVerdict.FormErr;
        query.Type = (RrType)type;
        query.QuestionLength = reader.Position - HeaderLength;

        var verdict = ReadRecords(ref reader, message, ref query);
        if (verdict != QueryVerdict.Ok) return verdict;
        // RFC 8906 §3.1.3 and RFC 5936 §2.2.1: what is not served here is refused: other classes, zone transfers, other meta types.
        if (query.Class != InternetClass) return QueryVerdict.Refused;
        return query.Type != RrType.ANY && RrTypeText.IsMeta(query.Type) ? QueryVerdict.Refused : QueryVerdict.Ok;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static QueryVerdict ReadRecords(ref MessageReader reader, ReadOnlySpan<byte> message, ref Query query)
    {
        int authority = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int additional = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        var verdict = QueryVerdict.Ok;
        // Bounded by the message: each record takes at least 11 octets of it.
        for (var i = 0; i < authority + additional; i++)
        {
            if (!reader.TrySkipName(out var isRoot) || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var payload)
                || !reader.TryReadUInt32(out var extended) || !reader.TryReadUInt16(out var length) || !reader.TryReadSpan(length, out var rdata))
                return QueryVerdict.FormErr;
            if (type != (ushort)RrType.OPT || i < authority) continue;
            // RFC 6891 §6.1.1: one OPT record at most, and its name is the root.
            if (query.HasEdns || !isRoot) return QueryVerdict.FormErr;
            query.HasEdns = true;
            query.PayloadBytes = Math.Max(512, (int)payload);
            query.DnssecOk = (extended & 0x8000) != 0;
            // RFC 6891 §6.1.3: of another version nothing more is understood.
            if (((extended >> 16) & 0xFF) != 0) verdict = QueryVerdict.BadVers;
            else if (!TryReadOptions(rdata, ref query)) verdict = QueryVerdict.FormErr;
        }
        return verdict == QueryVerdict.Ok && !reader.AtEnd ? QueryVerdict.FormErr : verdict;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadOptions(ReadOnlySpan<byte> rdata, ref Query query)
    {
        var reader = new MessageReader(rdata);
        // Bounded by the record: each option takes at least 4 octets of it.
        while (!reader.AtEnd)
        {
            if (!reader.TryReadUInt16(out var code) || !reader.TryReadUInt16(out var length) || !reader.TryReadSpan(length, out var value)) return false;
            switch (code)
            {
                // Of several the first one counts, but a malformed one is malformed wherever it stands.
                case ClientSubnet.OptionCode:
                    var subnet = new ClientSubnet();
                    if (!subnet.TryRead(value)) return false;
                    if (!query.Subnet.Present) query.Subnet = subnet;
                    break;
                case NameServerIdOption:
                    query.WantsNameServerId = true;
                    break;
                case KeepaliveOption:
                    query.WantsKeepalive = true;
                    break;
                default:
                    // RFC 6891 §6.1.2: an option that is not understood is ignored.
                    break;
            }
        }
        return true;
    }
}
