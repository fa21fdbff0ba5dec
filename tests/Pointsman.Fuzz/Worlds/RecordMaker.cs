using System.Globalization;
using System.Text;
using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz.Worlds;

/// <summary>
/// Makes the RDATA of a random record: field by field as in <see cref="ReferenceRdata.Layout"/>. <see cref="ZonePrinter"/> turns it into the
/// text of a master file, so that a world reaches the product by the way that an operator's zone does.
/// </summary>
internal sealed class RecordMaker(Chance chance, IReadOnlyList<string> names)
{
    /// <summary>Types that carry data and nothing else; CNAME, DNAME, NS and SOA are placed by the zone's maker.</summary>
    private static readonly int[] s_plain = [1, 1, 1, 28, 28, 15, 16, 16, 33, 12, 257, 64, 65, 65, 35, 13, 17, 43, 52, 44, 256, 61, 14, 99, 65280, 65281];

    public int PlainType() => chance.From(s_plain);

    public string Rdata(int type) => type switch
    {
        1 => $"{(char)192}{(char)0}{(char)2}{(char)chance.Octet()}",
        28 => $"\u0020\u0001\u000d{(char)0xb8}" + Octets(12),
        65280 or 65281 or 61 => Octets(chance.Between(1, 40)),
        64 or 65 => ServiceBinding(),
        _ => string.Concat(ReferenceRdata.Layout(type).Select(field => Field(field, type))),
    };

    private string ServiceBinding()
    {
        var text = $"{(char)0}{(char)chance.Below(4)}" + (chance.Percent(40) ? ReferenceName.Root : chance.From(names));
        for (var (key, most) = (chance.Between(7, 2000), chance.Below(4)); most > 0; most--, key += chance.Between(1, 9000))
        {
            var value = Octets(chance.Below(20));
            // The keys that have a form of their own are tested as text elsewhere: here unknown ones.
            text += $"{(char)((key + 5000) >> 8)}{(char)((key + 5000) & 255)}{(char)0}{(char)value.Length}{value}";
        }
        return text;
    }

    private string Field(char field, int type) => field switch
    {
        'n' or 'u' => chance.From(names),
        '1' => type == 257 ? "\0" : Octets(1),
        '2' or '4' => Octets(field - '0'),
        'x' => Octets(16),
        's' => type == 257 ? "\u0005issue" : Text(chance.Below(20)),
        'S' => string.Concat(Enumerable.Range(0, chance.Percent(5) ? chance.Between(1, 12) : chance.Between(1, 2)).Select(_ => Text(chance.Percent(10) ? chance.Below(256) : chance.Below(40)))),
        _ => Octets(chance.Between(1, 40)),
    };

    private string Text(int length) => (char)length + Octets(length);

    private string Octets(int count)
    {
        var text = new StringBuilder(count);
        for (; count > 0; count--) text.Append((char)chance.Octet());
        return text.ToString();
    }
}

/// <summary>Writes records as a master file: names absolute, every octet that is not a letter or a digit escaped. The inverse of the product's reader.</summary>
internal static class ZonePrinter
{
    private static readonly Dictionary<int, string> s_types = new()
    {
        [1] = "A",
        [2] = "NS",
        [5] = "CNAME",
        [6] = "SOA",
        [12] = "PTR",
        [13] = "HINFO",
        [14] = "MINFO",
        [15] = "MX",
        [16] = "TXT",
        [17] = "RP",
        [28] = "AAAA",
        [33] = "SRV",
        [35] = "NAPTR",
        [39] = "DNAME",
        [43] = "DS",
        [44] = "SSHFP",
        [52] = "TLSA",
        [61] = "OPENPGPKEY",
        [64] = "SVCB",
        [65] = "HTTPS",
        [99] = "SPF",
        [256] = "URI",
        [257] = "CAA",
    };

    public static string Print(ReferenceZone zone, Chance chance)
    {
        var text = new StringBuilder();
        foreach (var set in zone.Sets)
        {
            foreach (var rdata in set.Rdata)
            {
                text.Append(ReferenceName.Text(set.Owner)).Append(' ').Append(set.Ttl.ToString(CultureInfo.InvariantCulture));
                text.Append(" IN ").Append(s_types.GetValueOrDefault(set.Type) ?? string.Create(CultureInfo.InvariantCulture, $"TYPE{set.Type}"));
                text.Append(' ').Append(s_types.ContainsKey(set.Type) && chance.Percent(80) ? Rdata(set.Type, rdata) : Generic(rdata)).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string Hex(string octets) => Convert.ToHexString(Encoding.Latin1.GetBytes(octets));

    /// <summary>RFC 3597 §5.</summary>
    private static string Generic(string rdata) => string.Create(CultureInfo.InvariantCulture, $"\\# {rdata.Length} {Hex(rdata)}");

    private static string Quoted(string octets) =>
        '"' + string.Concat(octets.Select(o => char.IsAsciiLetterOrDigit(o) || o == ' ' ? o.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\{(int)o:D3}"))) + '"';

    private static string Rdata(int type, string rdata)
    {
        if (type == 1) return string.Join('.', rdata.Select(o => (int)o));
        if (type == 28) return new System.Net.IPAddress(Encoding.Latin1.GetBytes(rdata)).ToString();
        if (type == 61) return Convert.ToBase64String(Encoding.Latin1.GetBytes(rdata));
        var words = new List<string>();
        var at = 0;
        foreach (var field in ReferenceRdata.Layout(type))
        {
            switch (field)
            {
                case 'n' or 'u':
                    var start = at;
                    while (rdata[at] != 0) at += rdata[at] + 1;
                    words.Add(ReferenceName.Text(rdata[start..++at]));
                    break;
                case 's' or 'S':
                    do
                    {
                        var string_ = rdata.Substring(at + 1, rdata[at]);
                        words.Add(type == 257 ? string_ : Quoted(string_));
                        at += 1 + rdata[at];
                    }
                    while (field == 'S' && at < rdata.Length);
                    break;
                case 'p':
                    while (at < rdata.Length)
                    {
                        var size = (rdata[at + 2] << 8) | rdata[at + 3];
                        words.Add(string.Create(CultureInfo.InvariantCulture, $"key{(rdata[at] << 8) | rdata[at + 1]}={Quoted(rdata.Substring(at + 4, size))}"));
                        at += 4 + size;
                    }
                    break;
                case '*':
                    words.Add(type is 256 or 257 ? Quoted(rdata[at..]) : Hex(rdata[at..]));
                    at = rdata.Length;
                    break;
                default:
                    var number = 0L;
                    for (var end = at + (field - '0'); at < end; at++) number = (number << 8) | rdata[at];
                    words.Add(number.ToString(CultureInfo.InvariantCulture));
                    break;
            }
        }
        return string.Join(' ', words);
    }
}
