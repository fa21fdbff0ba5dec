using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pointsman.Dns.MasterFiles;

/// <summary>The parameters of SVCB and HTTPS records (RFC 9460 §2.1 and appendix A): <c>alpn=h2,h3 port=8443 key65000="…"</c>.</summary>
internal static class SvcParameterText
{
    private const ushort Mandatory = 0, Alpn = 1, NoDefaultAlpn = 2, Port = 3, IPv4Hint = 4, Ech = 5, IPv6Hint = 6, DohPath = 7, Ohttp = 8;
    private static readonly string[] s_names = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];

    public static void Append(List<byte> target, IReadOnlyList<Token> tokens)
    {
        var parameters = new SortedDictionary<ushort, byte[]>();
        foreach (var token in tokens)
        {
            var text = token.Text;
            var equals = text.IndexOf((byte)'=');
            var key = Key(token, equals < 0 ? text : text[..equals]);
            Token? value = equals < 0 ? null : token with { Octets = Unquote(token.Octets[(equals + 1)..]) };
            // RFC 9460 §2.1: each key once; RFC 9460 §2.2: ascending on the wire.
            if (!parameters.TryAdd(key, Value(token, key, value))) throw new RecordException(token.Place, $"the parameter '{Name(key)}' is given twice");
        }
        if (parameters.TryGetValue(Mandatory, out var mandatory))
        {
            for (var i = 0; i < mandatory.Length; i += 2)
            {
                // RFC 9460 §8: mandatory keys are present, and mandatory itself is not among them.
                var key = BinaryPrimitives.ReadUInt16BigEndian(mandatory.AsSpan(i));
                if (key == Mandatory || !parameters.ContainsKey(key))
                    throw new RecordException(tokens[0].Place, $"the parameter '{Name(key)}' is called mandatory but is not there");
            }
        }
        foreach (var (key, value) in parameters)
            target.AddRange([(byte)(key >> 8), (byte)key, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
    }

    private static ReadOnlyMemory<byte> Unquote(ReadOnlyMemory<byte> value) =>
        value.Length >= 2 && value.Span[0] == '"' && value.Span[^1] == '"' ? value[1..^1] : value;

    private static string Name(ushort key) => key < s_names.Length ? s_names[key] : string.Create(CultureInfo.InvariantCulture, $"key{key}");

    private static ushort Key(Token token, ReadOnlySpan<byte> text)
    {
        var name = Encoding.Latin1.GetString(text);
        var known = Array.IndexOf(s_names, name.ToLowerInvariant());
        if (known >= 0) return (ushort)known;
        if (name.StartsWith("key", StringComparison.OrdinalIgnoreCase) && ushort.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        throw RdataReader.Unexpected(token, $"one of {string.Join(' ', s_names)} or keyN");
    }

    private static byte[] Value(Token token, ushort key, Token? value)
    {
        if (key is NoDefaultAlpn or Ohttp)
            return value is null or { Text.Length: 0 } ? [] : throw new RecordException(token.Place, $"the parameter '{Name(key)}' takes no value");
        if (value is not { } given) return key > Ohttp ? [] : throw new RecordException(token.Place, $"the parameter '{Name(key)}' needs a value");
        return key switch
        {
            Mandatory => MandatoryKeys(token, [.. Items(given).Select(i => Key(token, i)).Order()]),
            Alpn => [.. Items(given).SelectMany(i => i.Length is > 0 and < 256
                ? (byte[])[(byte)i.Length, .. i]
                : throw RdataReader.Unexpected(token, "protocol names of 1 to 255 octets"))],
            Port => [(byte)(RdataReader.Number(given, ushort.MaxValue) >> 8), (byte)RdataReader.Number(given, ushort.MaxValue)],
            IPv4Hint => [.. Items(given).SelectMany(i => Address(token, i, AddressFamily.InterNetwork))],
            IPv6Hint => [.. Items(given).SelectMany(i => Address(token, i, AddressFamily.InterNetworkV6))],
            Ech => FromBase64(given),
            _ => RdataReader.Unescape(given),
        };
    }

    private static byte[] MandatoryKeys(Token token, ushort[] keys) => keys.Distinct().Count() == keys.Length
        ? [.. keys.SelectMany(k => (byte[])[(byte)(k >> 8), (byte)k])]
        : throw new RecordException(token.Place, "a key is called mandatory twice");

    private static byte[] FromBase64(Token value)
    {
        try
        {
            return Convert.FromBase64String(value.ToString());
        }
        catch (FormatException)
        {
            throw RdataReader.Unexpected(value, "Base64 text");
        }
    }

    private static byte[] Address(Token token, byte[] item, AddressFamily family) =>
        IPAddress.TryParse(Encoding.Latin1.GetString(item), out var address) && address.AddressFamily == family
            ? address.GetAddressBytes()
            : throw RdataReader.Unexpected(token, family == AddressFamily.InterNetwork ? "IPv4 addresses" : "IPv6 addresses");

    /// <summary>RFC 9460 appendix A.1: escapes of the character string first, then a comma parts items unless a backslash precedes it.</summary>
    private static List<byte[]> Items(Token value)
    {
        var items = new List<byte[]>();
        var item = new List<byte>();
        var octets = RdataReader.Unescape(value);
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] == ',')
            {
                items.Add([.. item]);
                item.Clear();
                continue;
            }
            if (octets[i] == '\\' && i + 1 < octets.Length) i++;
            item.Add(octets[i]);
        }
        items.Add([.. item]);
        return items;
    }
}
