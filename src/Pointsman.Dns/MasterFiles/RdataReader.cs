using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>Why a record was not read. Thrown and caught within this folder only: reading configuration is no hot path, and it keeps forty field readers plain.</summary>
internal sealed class RecordException(ZonePlace place, string message) : Exception(message)
{
    public ZonePlace Place { get; } = place;
}

/// <summary>Text → RDATA, field by field along <see cref="RdataLayout"/>.</summary>
internal sealed class RdataReader(List<Token> tokens, int next, DomainName origin, ZonePlace end)
{
    private readonly List<byte> _octets = [];
    private readonly List<(int Position, DomainName Name)> _names = [];
    private int _next = next;

    public bool AtEnd => _next == tokens.Count;

    public List<byte> Octets => _octets;

    public Rdata Read(RrType type)
    {
        // RFC 3597 §5: \# in place of the RDATA of any type, known or not.
        if (!AtEnd && tokens[_next] is { Quoted: false } mark && mark.Text.SequenceEqual(@"\#"u8))
        {
            _next++;
            ReadGeneric(type, mark);
        }
        else
        {
            var layout = RdataLayout.Of(type)
                ?? throw new RecordException(end, $"{RrTypeText.Format(type)} has no text form here; write it as \\# LENGTH HEX (RFC 3597)");
            foreach (var field in layout) ReadField(field);
            if (!AtEnd) throw Unexpected(tokens[_next], $"the end of the {RrTypeText.Format(type)} record");
        }
        if (_octets.Count > ushort.MaxValue) throw new RecordException(end, "RDATA longer than 65535 octets");
        return new Rdata([.. _octets], [.. _names]);
    }

    private void ReadGeneric(RrType type, Token mark)
    {
        var length = (int)Number(Take("the length of the RDATA"), ushort.MaxValue);
        var hex = string.Concat(TakeRest().Select(t => t.ToString()));
        if (hex.Length != length * 2) throw new RecordException(mark.Place, $"generic RDATA of {length} octets takes {length * 2} hexadecimal digits, not {hex.Length}");
        AddHex(hex, mark);
        if (RdataLayout.Of(type) is { } layout && !RdataCheck.Fits(layout, [.. _octets], _names))
            throw new RecordException(mark.Place, $"these octets are no {RrTypeText.Format(type)} record");
    }

    private void ReadField(RdataField field)
    {
        switch (field)
        {
            case RdataField.Name: AddName(compressible: true); break;
            case RdataField.PlainName: AddName(compressible: false); break;
            case RdataField.Octet: _octets.Add((byte)Number(Take("a number"), byte.MaxValue)); break;
            case RdataField.Number16: AddNumber16((ushort)Number(Take("a number"), ushort.MaxValue)); break;
            case RdataField.Number32: AddNumber32((uint)Number(Take("a number"), uint.MaxValue)); break;
            case RdataField.Period: AddNumber32(Period(Take("a time in seconds"))); break;
            case RdataField.IPv4: AddAddress(AddressFamily.InterNetwork); break;
            case RdataField.IPv6: AddAddress(AddressFamily.InterNetworkV6); break;
            case RdataField.Text: AddText(Take("a character string")); break;
            case RdataField.OptionalText: if (!AtEnd) AddText(Take("a character string")); break;
            case RdataField.Texts:
                AddText(Take("a character string"));
                while (!AtEnd) AddText(Take("a character string"));
                break;
            case RdataField.LongText: _octets.AddRange(Unescape(Take("a text"))); break;
            case RdataField.Tag: AddTag(Take("a tag")); break;
            case RdataField.Hex: AddHexRest(); break;
            case RdataField.Base64: AddBase64Rest(); break;
            case RdataField.Salt: AddSalt(Take("a salt, or -")); break;
            case RdataField.Hash: AddHash(Take("a hash")); break;
            case RdataField.Types: TypeBitmap.Append(_octets, TakeRest().Select(TypeOf)); break;
            case RdataField.Type: AddNumber16((ushort)TypeOf(Take("a type"))); break;
            case RdataField.Algorithm: _octets.Add(Mnemonics.Algorithm(Take("an algorithm"))); break;
            case RdataField.CertificateType: AddNumber16(Mnemonics.Certificate(Take("a certificate type"))); break;
            case RdataField.Time: AddNumber32(Mnemonics.Time(Take("a time as YYYYMMDDHHmmSS"))); break;
            case RdataField.SvcParameters: SvcParameterText.Append(_octets, TakeRest()); break;
            case RdataField.Location: LocationText.Append(_octets, TakeRest(), end); break;
            case RdataField.Locator: AddGroups(4, ':', 2); break;
            case RdataField.Eui48: AddGroups(6, '-', 1); break;
            case RdataField.Eui64: AddGroups(8, '-', 1); break;
            case RdataField.Number64: AddNumber64(Take("a number")); break;
            case RdataField.OptionalBase64: if (!AtEnd) AddBase64Rest(); break;
            case RdataField.AddressPrefixes: while (!AtEnd) AddressPrefixText.Append(_octets, Take("a prefix")); break;
            case RdataField.Gateway: AddGateway(); break;
            case RdataField.Relay: AddRelay(); break;
            case RdataField.HostIdentity: AddHostIdentity(); break;
            case RdataField.Nsap: AddNsap(Take("an NSAP address")); break;
            case RdataField.Scheme: _octets.Add(Mnemonics.Scheme(Take("a scheme"))); break;
            default: throw new ArgumentOutOfRangeException(nameof(field), field, "not a field");
        }
    }

    private Token Take(string expected) => AtEnd ? throw new RecordException(end, $"{expected} is missing") : tokens[_next++];

    private List<Token> TakeRest()
    {
        var rest = tokens[_next..];
        _next = tokens.Count;
        return rest;
    }

    public static RecordException Unexpected(Token token, string expected) => new(token.Place, $"expected {expected}, found '{token}'");

    /// <summary>A decimal number, 0 to <paramref name="largest"/>.</summary>
    public static long Number(Token token, long largest) =>
        long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= largest
            ? number
            : throw Unexpected(token, string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {largest}"));

    private static uint Period(Token token) =>
        Mnemonics.TryReadPeriod(token.Text, out var seconds) ? seconds : throw Unexpected(token, "seconds, or a time like 1h30m, up to 2147483647 s");

    private static RrType TypeOf(Token token) => RrTypeText.TryParse(token.ToString(), out var type) ? type : throw Unexpected(token, "a record type");

    private void AddNumber16(ushort number)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, number);
        _octets.AddRange(octets);
    }

    private void AddNumber32(uint number)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        _octets.AddRange(octets);
    }

    private void AddName(bool compressible)
    {
        var name = NameOf(Take("a name"), origin);
        if (compressible) _names.Add((_octets.Count, name));
        _octets.AddRange(name.Wire);
    }

    public static DomainName NameOf(Token token, DomainName origin) =>
        DomainName.TryParse(token.Text, origin, out var name, out var error) ? name : throw new RecordException(token.Place, $"'{token}' is not a name: {error}");

    private void AddAddress(AddressFamily family)
    {
        var token = Take("an address");
        if (!AddressText.TryParse(token.ToString(), family, out var address))
            throw Unexpected(token, family == AddressFamily.InterNetwork ? "an IPv4 address" : "an IPv6 address");
        _octets.AddRange(address.GetAddressBytes());
    }

    /// <summary>The octets that a word stands for, its escapes undone (RFC 1035 §5.1).</summary>
    public static byte[] Unescape(Token token)
    {
        var octets = new List<byte>(token.Text.Length);
        var text = token.Text;
        for (var i = 0; i < text.Length; i++)
        {
            var octet = text[i];
            if (octet == '\\' && !DomainName.TryUnescape(text, ref i, out octet))
                throw new RecordException(token.Place, "a bad escape: expected \\DDD up to 255, or \\ and one character");
            octets.Add(octet);
        }
        return [.. octets];
    }

    private void AddText(Token token)
    {
        var octets = Unescape(token);
        if (octets.Length > 255) throw new RecordException(token.Place, $"a character string takes 255 octets at most, this one has {octets.Length}; split it");
        _octets.Add((byte)octets.Length);
        _octets.AddRange(octets);
    }

    private void AddTag(Token token)
    {
        // RFC 8659 §4.1: letters and digits, at least one.
        if (token.Text.Length is 0 or > 255 || token.Text.ContainsAnyExcept(s_tagLetters)) throw Unexpected(token, "a tag of letters and digits");
        _octets.Add((byte)token.Text.Length);
        _octets.AddRange(token.Text);
    }

    private static readonly System.Buffers.SearchValues<byte> s_tagLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    private void AddHex(string hex, Token token)
    {
        try
        {
            _octets.AddRange(Convert.FromHexString(hex));
        }
        catch (FormatException)
        {
            throw Unexpected(token, "hexadecimal digits, an even number of them");
        }
    }

    private void AddHexRest()
    {
        var first = AtEnd ? throw new RecordException(end, "hexadecimal digits are missing") : tokens[_next];
        AddHex(string.Concat(TakeRest().Select(t => t.ToString())), first);
    }

    private void AddBase64Rest() => AddBase64(AtEnd ? throw new RecordException(end, "Base64 text is missing") : TakeRest());

    private void AddBase64(List<Token> words)
    {
        try
        {
            _octets.AddRange(Convert.FromBase64String(string.Concat(words.Select(t => t.ToString()))));
        }
        catch (FormatException)
        {
            throw Unexpected(words[0], "Base64 text");
        }
    }

    private void AddSalt(Token token)
    {
        var at = _octets.Count;
        if (!token.Text.SequenceEqual("-"u8)) AddHex(token.ToString(), token);
        if (_octets.Count - at > 255) throw Unexpected(token, "255 octets of salt at most");
        _octets.Insert(at, (byte)(_octets.Count - at));
    }

    private void AddHash(Token token)
    {
        if (!Mnemonics.TryReadBase32Hex(token.Text, out var hash) || hash.Length is 0 or > 255) throw Unexpected(token, "a hash in Base32 with extended hex alphabet");
        _octets.Add((byte)hash.Length);
        _octets.AddRange(hash);
    }

    /// <summary><c>00-00-5e-ef-10-00</c> (RFC 7043 §3.2 and §4.2) or <c>14:4fff:ff20:ee64</c> (RFC 6742 §2.1).</summary>
    private void AddGroups(int count, char separator, int octetsEach)
    {
        var token = Take("an identifier");
        var groups = token.ToString().Split(separator);
        if (groups.Length != count) throw Unexpected(token, $"{count} groups of hexadecimal digits, split by '{separator}'");
        foreach (var group in groups)
        {
            if (group.Length > octetsEach * 2 || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
                throw Unexpected(token, "hexadecimal digits");
            if (octetsEach == 1) _octets.Add((byte)number);
            else AddNumber16(number);
        }
    }

    private void AddNumber64(Token token)
    {
        if (!ulong.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw Unexpected(token, "a number from 0 to 18446744073709551615");
        Span<byte> octets = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(octets, number);
        _octets.AddRange(octets);
    }

    /// <summary>RFC 4025 §3.1: gateway type, algorithm, gateway.</summary>
    private void AddGateway()
    {
        var kind = (byte)Number(Take("a gateway type"), 3);
        _octets.AddRange([kind, (byte)Number(Take("an algorithm"), byte.MaxValue)]);
        GatewayText.Append(_octets, kind, Take("a gateway"), origin);
    }

    /// <summary>RFC 8777 §4.3.1: the discovery bit and the relay's type share an octet.</summary>
    private void AddRelay()
    {
        var discovery = Number(Take("0 or 1"), 1);
        var kind = (byte)Number(Take("a relay type"), 3);
        _octets.Add((byte)((discovery << 7) | kind));
        GatewayText.Append(_octets, kind, Take("a relay"), origin);
    }

    /// <summary>RFC 8005 §6: algorithm, identity tag, key, rendezvous servers; the lengths go first on the wire (§5).</summary>
    private void AddHostIdentity()
    {
        var algorithm = (byte)Number(Take("an algorithm"), byte.MaxValue);
        var (tagToken, keyToken) = (Take("a host identity tag"), Take("a public key"));
        var at = _octets.Count;
        AddHex(tagToken.ToString(), tagToken);
        var tagLength = _octets.Count - at;
        if (tagLength is 0 or > byte.MaxValue) throw Unexpected(tagToken, "1 to 255 octets in hexadecimal digits");
        AddBase64([keyToken]);
        var keyLength = _octets.Count - at - tagLength;
        if (keyLength is 0 or > ushort.MaxValue) throw Unexpected(keyToken, "1 to 65535 octets in Base64");
        _octets.InsertRange(at, [(byte)tagLength, algorithm, (byte)(keyLength >> 8), (byte)keyLength]);
        while (!AtEnd) AddName(compressible: false);
    }

    /// <summary>RFC 1706 §7: 0x and hexadecimal digits, with dots where they please the eye.</summary>
    private void AddNsap(Token token)
    {
        var text = token.ToString();
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) throw Unexpected(token, "0x and hexadecimal digits");
        AddHex(text[2..].Replace(".", "", StringComparison.Ordinal), token);
    }
}
