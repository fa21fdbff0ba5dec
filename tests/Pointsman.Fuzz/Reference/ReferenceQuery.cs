namespace Pointsman.Fuzz.Reference;

/// <summary>What must become of a message from outside.</summary>
internal enum Fate { Drop, FormErr, BadVers, NotImp, Refused, Answer, Chaos, CookieOnly, BadCookie }

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
    private bool _badOptions;

    public ReferenceQuery(byte[] octets, int length, ReferenceClient client, ReferenceSettings settings)
    {
        (_octets, _length, _tcp) = (octets, length, client.Tcp);
        Fate = JudgeCookie(Judge(), client, settings);
    }

    public Fate Fate { get; }

    /// <summary>What its cookie proves; none when cookies are off or it is malformed.</summary>
    public CookieProof Cookie { get; private set; }

    /// <summary>The INFO-CODE of the extended error that is due with a refusal; null = none (RFC 8914 §4).</summary>
    public int? Reason { get; private set; }

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
        var questions = Number(4);
        if (questions > 1 || Number(6) != 0) return Fate.FormErr;
        if (questions == 1)
        {
            // A question has nothing before it that a pointer could mean.
            var name = ReferenceMessage.ReadName(_octets, _length, ref _at, pointers: false);
            if (name is null || _at + 4 > _length) return Fate.FormErr;
            Name = name;
            Type = Number(_at);
            Class = Number(_at + 2);
            QuestionEnd = _at += 4;
        }
        if (!TryRecords(out var badVersion) || _badOptions) return Fate.FormErr;
        if (badVersion) return Fate.BadVers;
        if (_at != _length) return Fate.FormErr;
        // RFC 7873 §5.4: no question is a question for a cookie.
        if (questions == 0) return Option(10) is null ? Fate.FormErr : Fate.CookieOnly;
        // Classes that are not served, transfers, and types that never are data: not here.
        Reason = 21;
        if (Type is 0 or 41 or (>= 128 and <= 254)) return Fate.Refused;
        if (Class is not (1 or 3)) return Fate.Refused;
        Reason = null;
        return Class == 1 ? Fate.Answer : Fate.Chaos;
    }

    /// <summary>
    /// Another opcode is not implemented (RFC 8906 §3.1.4). Where its message has the shape of a query, with whatever questions and answers, its OPT
    /// record counts; where not, it is as if it had none.
    /// </summary>
    private Fate JudgeOtherOpcode()
    {
        Reason = 21;
        var sound = true;
        for (var i = Number(4); i > 0 && sound; i--)
        {
            sound = TryPassName() && _at + 4 <= _length;
            _at += 4;
        }
        if (sound && TryRecords(out var badVersion) && !_badOptions && (badVersion || _at == _length)) return badVersion ? Fate.BadVers : Fate.NotImp;
        (HasOpt, Payload, DnssecOk) = (false, 512, false);
        Options.Clear();
        return Fate.NotImp;
    }

    private bool TryRecords(out bool badVersion)
    {
        badVersion = false;
        var (others, additional) = (Number(6) + Number(8), Number(10));
        for (var i = 0; i < others + additional; i++)
        {
            if (!TryRecord(inAdditional: i >= others, out var otherVersion)) return false;
            badVersion |= otherVersion;
        }
        return true;
    }

    /// <summary>RFC 7873 §5.2: what a cookie makes of a message that has come so far.</summary>
    private Fate JudgeCookie(Fate fate, ReferenceClient client, ReferenceSettings settings)
    {
        if (fate == Fate.Drop || Option(10) is not { } cookie) return fate;
        if (settings.Cookies is null) return fate == Fate.CookieOnly ? Fate.FormErr : fate;
        if (cookie.Length != 8 && cookie.Length is < 16 or > 40)
        {
            if (fate == Fate.NotImp) return fate;
            Reason = null;
            return Fate.FormErr;
        }
        Cookie = settings.Cookies.Check(cookie, client.Address, client.WallSeconds);
        if (fate == Fate.CookieOnly) return Cookie == CookieProof.Bad ? Fate.BadCookie : fate;
        return settings.CookieRequired && !_tcp && fate is Fate.Answer or Fate.Chaos && Cookie is CookieProof.ClientOnly or CookieProof.Bad ? Fate.BadCookie : fate;
    }

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
        if (!otherVersion) _badOptions = !TryOptions(fields + 10, end);
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
            if (Number(at) == 8 && !IsSubnet(value)) return false;
            // RFC 7828 §3.2.1, §3.3.1: a client gives no timeout; over UDP the option is nothing at all.
            if (Number(at) == 11 && _tcp && value.Length > 0) return false;
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
