namespace Pointsman.Fuzz.Reference;

/// <summary>What must become of a message from outside.</summary>
internal enum Fate { Drop, FormErr, BadVers, NotImp, Refused, CookieOnly, BadCookie, Answer }

/// <summary>
/// A message read as a server must read a query, with the fate that the RFCs give it. What they leave open is decided here in words:
/// the first fault from the left decides; a version above 0 is a fault only of a message that is otherwise whole up to its last record.
/// </summary>
internal sealed class ReferenceQuery
{
    private readonly byte[] _octets;
    private readonly int _length;
    private readonly bool _tcp;
    private int _at = 12;

    public ReferenceQuery(byte[] octets, int length, bool tcp)
    {
        (_octets, _length, _tcp) = (octets, length, tcp);
        Fate = Judge();
        // RFC 7873 §5.2.2 and §5.4: the cookie is looked at when all else has been read.
        if (Fate is Fate.Drop or Fate.NotImp || Option(Cookie) is not { } cookie) return;
        if (!IsCookie(cookie)) Fate = Fate.FormErr;
        // No packet of ours holds a server cookie that the server made.
        else if (Fate == Fate.CookieOnly && cookie.Length > 8) Fate = Fate.BadCookie;
    }

    private const int Subnet = 8, Cookie = 10, Keepalive = 11;

    public static bool IsCookie(byte[] value) => value.Length is 8 or (>= 16 and <= 40);

    public Fate Fate { get; }

    /// <summary>Letters as sent; null when it could not be read.</summary>
    public string? Name { get; private set; }
    public int QuestionEnd { get; private set; } = 12;
    public int Type { get; private set; }
    public int Class { get; private set; }

    /// <summary>A readable OPT record was met before anything broke.</summary>
    public bool HasOpt { get; private set; }

    /// <summary>What the client takes over UDP: 512 without EDNS, and never less (RFC 6891 §6.2.3).</summary>
    public int Payload { get; private set; } = 512;
    public bool DnssecOk { get; private set; }

    /// <summary>The options of the OPT record up to the first broken one.</summary>
    public List<(int Code, byte[] Value)> Options { get; } = [];

    public byte[]? Option(int code)
    {
        foreach (var (known, value) in Options)
            if (known == code) return value;
        return null;
    }

    private int Number(int at) => ReferenceMessage.Number(_octets, at);

    private Fate Judge()
    {
        if (_length < 12 || (_octets[2] & 0x80) != 0) return Fate.Drop;
        if ((_octets[2] & 0x78) != 0) return JudgeOtherOpcode();
        if (Number(4) > 1 || Number(6) != 0) return Fate.FormErr;
        if (Number(4) == 0) return ReadRecords() is var fate and not Fate.Answer ? fate : Option(Cookie) is null ? Fate.FormErr : Fate.CookieOnly;
        // A question has nothing before it that a pointer could mean.
        var name = ReferenceMessage.ReadName(_octets, _length, ref _at, pointers: false);
        if (name is null || _at + 4 > _length) return Fate.FormErr;
        Name = name;
        Type = Number(_at);
        Class = Number(_at + 2);
        QuestionEnd = _at += 4;
        if (ReadRecords() is var wrong and not Fate.Answer) return wrong;
        // Classes that are not served, transfers, and types that never are data: not here.
        if (Class != 1) return Fate.Refused;
        return Type is 0 or 41 or (>= 128 and <= 254) ? Fate.Refused : Fate.Answer;
    }

    /// <summary>NOTIMP whatever follows; its OPT record counts only when the message is whole. A version above 0 goes before the opcode.</summary>
    private Fate JudgeOtherOpcode()
    {
        for (var questions = Number(4); questions > 0; questions--)
        {
            if (!TryPassName() || _at + 4 > _length) return Fate.NotImp;
            _at += 4;
        }
        var fate = ReadRecords();
        if (fate == Fate.BadVers) return fate;
        if (fate == Fate.Answer) return Fate.NotImp;
        HasOpt = false;
        Options.Clear();
        return Fate.NotImp;
    }

    /// <summary>All records after the question; <see cref="Fate.Answer"/> = nothing is wrong with them.</summary>
    private Fate ReadRecords()
    {
        var (others, additional) = (Number(6) + Number(8), Number(10));
        var badVersion = false;
        for (var i = 0; i < others + additional; i++)
        {
            if (!TryRecord(inAdditional: i >= others, out var otherVersion)) return Fate.FormErr;
            badVersion |= otherVersion;
        }
        if (badOptions) return Fate.FormErr;
        if (badVersion) return Fate.BadVers;
        return _at == _length ? Fate.Answer : Fate.FormErr;
    }

    private bool badOptions;

    private bool TryRecord(bool inAdditional, out bool otherVersion)
    {
        otherVersion = false;
        var isRoot = _at < _length && _octets[_at] == 0;
        if (!TryPassName() || _at + 10 > _length) return false;
        var fields = _at;
        var end = _at + 10 + Number(_at + 8);
        if (end > _length) return false;
        _at = end;
        if (Number(fields) != 41 || !inAdditional) return true;
        if (HasOpt || !isRoot) return false;
        HasOpt = true;
        Payload = Math.Max(512, Number(fields + 2));
        DnssecOk = (_octets[fields + 6] & 0x80) != 0;
        otherVersion = _octets[fields + 5] != 0;
        // Of another version nothing more is understood, not even whether its options are well formed.
        if (!otherVersion) badOptions = !TryOptions(fields + 10, end);
        return true;
    }

    /// <summary>An owner's name may end in a pointer; where that leads is nobody's business here.</summary>
    private bool TryPassName()
    {
        for (var used = 0; used <= 254;)
        {
            if (_at >= _length) return false;
            int size = _octets[_at++];
            if (size == 0) return true;
            if (size >= 0xC0) return _at++ < _length;
            if (size > 63) return false;
            used += 1 + size;
            _at += size;
            if (_at > _length) return false;
        }
        return false;
    }

    private bool TryOptions(int at, int end)
    {
        while (at < end)
        {
            if (end - at < 4 || at + 4 + Number(at + 2) > end) return false;
            var value = _octets[(at + 4)..(at + 4 + Number(at + 2))];
            if (Number(at) == Subnet && !IsSubnet(value)) return false;
            // RFC 7828 §3.2.1: a client gives no timeout; over UDP the option is nothing (§3.3.1).
            if (Number(at) == Keepalive && _tcp && value.Length > 0) return false;
            Options.Add((Number(at), value));
            at += 4 + value.Length;
        }
        return true;
    }

    /// <summary>RFC 7871 §6: family 1 or 2 (0 with an empty prefix too), scope 0, just the octets needed, bits past the prefix zero.</summary>
    private static bool IsSubnet(byte[] value)
    {
        if (value.Length < 4 || value[3] != 0) return false;
        var family = (value[0] << 8) | value[1];
        var most = family == 1 ? 32 : family == 2 ? 128 : family == 0 ? 0 : -1;
        if (value[2] > most || value.Length != 4 + ((value[2] + 7) / 8)) return false;
        for (var bit = (int)value[2]; bit < (value.Length - 4) * 8; bit++)
            if ((value[4 + (bit / 8)] & (0x80 >> (bit % 8))) != 0) return false;
        return true;
    }

    /// <summary>Family and prefix of the user, where the query names one; the bits of IPv4 are the low 32.</summary>
    public (bool IsIPv6, UInt128 Bits, int Length)? Client()
    {
        if (Option(8) is not { } value || value[2] == 0) return null;
        UInt128 bits = 0;
        var width = value[1] == 2 ? 16 : 4;
        for (var i = 0; i < width; i++) bits = (bits << 8) | (i + 4 < value.Length ? value[i + 4] : 0u);
        return (width == 16, bits, value[2]);
    }
}
