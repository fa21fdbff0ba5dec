namespace Pointsman.Fuzz.Reference;

/// <summary>One record, its names written out in lower case.</summary>
internal readonly record struct ReferenceRecord(string Owner, int Type, uint Ttl, string Rdata);

/// <summary>
/// A whole message read by the letter of RFC 1035 §4.1: every name, every count, every length; nothing left over. Slow and plain on purpose,
/// and it shares no line with the reader that it judges.
/// </summary>
internal sealed class ReferenceMessage
{
    public int Flags { get; private set; }
    public int Questions { get; private set; }
    public int QuestionEnd { get; private set; } = 12;
    public List<ReferenceRecord> Answers { get; } = [];
    public List<ReferenceRecord> Authority { get; } = [];

    /// <summary>Without the OPT record.</summary>
    public List<ReferenceRecord> Additional { get; } = [];

    /// <summary>Of all records but OPT; 0 = there is none.</summary>
    public int Class { get; private set; }
    public bool HasOpt { get; private set; }
    public int Payload { get; private set; }
    public int OptFlags { get; private set; }
    public int Version { get; private set; }
    public List<(int Code, byte[] Value)> Options { get; } = [];
    public int Rcode { get; private set; }

    /// <summary>Null, or what is wrong with the first <paramref name="length"/> octets as an answer.</summary>
    public static string? Read(byte[] octets, int length, out ReferenceMessage message)
    {
        message = new ReferenceMessage();
        if (length < 12) return "shorter than a header";
        message.Flags = Number(octets, 2);
        message.Rcode = message.Flags & 15;
        message.Questions = Number(octets, 4);
        var at = 12;
        for (var i = 0; i < message.Questions; i++)
        {
            if (ReadName(octets, length, ref at, pointers: true) is null || (at += 4) > length) return "a broken question";
        }
        message.QuestionEnd = at;
        for (var section = 0; section < 3; section++)
        {
            for (var i = Number(octets, 6 + (2 * section)); i > 0; i--)
            {
                if (message.ReadRecord(octets, length, ref at, section) is { } wrong) return wrong;
            }
        }
        return at == length ? null : $"{length - at} octets after the last record";
    }

    private string? ReadRecord(byte[] octets, int length, ref int at, int section)
    {
        var isRoot = at < length && octets[at] == 0;
        var owner = ReadName(octets, length, ref at, pointers: true);
        if (owner is null) return "a broken owner name";
        if (at + 10 > length) return "a record cut short";
        var type = Number(octets, at);
        var ttl = ((uint)Number(octets, at + 4) << 16) | (uint)Number(octets, at + 6);
        var end = at + 10 + Number(octets, at + 8);
        if (end > length) return "RDATA runs over the end";
        if (type == 41)
        {
            if (section != 2 || HasOpt || !isRoot) return "an OPT record where none may be";
            HasOpt = true;
            Payload = Number(octets, at + 2);
            Rcode |= (int)(ttl >> 24) << 4;
            Version = (int)(ttl >> 16) & 255;
            OptFlags = (int)ttl & 0xFFFF;
            for (at += 10; at < end;)
            {
                if (end - at < 4 || at + 4 + Number(octets, at + 2) > end) return "a broken EDNS option";
                var size = Number(octets, at + 2);
                Options.Add((Number(octets, at), octets[(at + 4)..(at + 4 + size)]));
                at += 4 + size;
            }
            return null;
        }
        if (Class != 0 && Class != Number(octets, at + 2)) return "records of several classes";
        Class = Number(octets, at + 2);
        if (ttl > int.MaxValue) return "a TTL of more than 31 bits";
        var rdata = ReferenceRdata.Read(octets, length, at + 10, end, type);
        if (rdata is null) return $"RDATA that is no TYPE{type}";
        at = end;
        (section == 0 ? Answers : section == 1 ? Authority : Additional).Add(new(ReferenceName.Lower(owner), type, ttl, rdata));
        return null;
    }

    public static int Number(byte[] octets, int at) => (octets[at] << 8) | octets[at + 1];

    /// <summary>The name at <paramref name="at"/> as it stands, letters kept; null when it is none. Each pointer must point further back than the last.</summary>
    public static string? ReadName(byte[] octets, int length, ref int at, bool pointers)
    {
        Span<char> name = stackalloc char[256];
        var (filled, place, after, limit) = (0, at, -1, at);
        while (place < length)
        {
            int size = octets[place];
            if (size >= 0xC0)
            {
                if (!pointers || place + 1 >= length) return null;
                if (after < 0) after = place + 2;
                place = ((size & 0x3F) << 8) | octets[place + 1];
                if (place >= limit || place < 12) return null;
                limit = place;
                continue;
            }
            if (size > 63 || place + 1 + size > length || filled + 1 + size > 255) return null;
            for (var i = 0; i <= size; i++) name[filled++] = (char)octets[place + i];
            place += size + 1;
            if (size > 0) continue;
            at = after < 0 ? place : after;
            return name[..filled].ToString();
        }
        return null;
    }
}
