using System.Globalization;
using System.Text;

namespace Pointsman.Fuzz.MasterFiles;

/// <summary>Master files of every kind: octets by chance, lines of words that files are made of in any order, sound ones that were damaged.</summary>
internal sealed class FileMaker(Chance chance)
{
    private static readonly string[] s_words =
    [
        "@", "a", "b.c", "*", "www.example.", ".", "..", "a..b", "\\", "\\000", "\\256", "\\.", "$", "$ORIGIN", "$TTL", "$INCLUDE", "$GENERATE", "1-3", "1-99999999999", "0-65535/7", "3-1",
        "${0,3,d}", "${-1,2,n}", "${", "$$", "IN", "CH", "CLASS1", "CLASS3", "300", "1h30m", "4294967296", "99999999999999999999", "A", "AAAA", "NS", "CNAME", "SOA", "MX", "TXT", "SRV", "CAA", "DS",
        "SVCB", "HTTPS", "LOC", "NAPTR", "NSEC3", "RRSIG", "TLSA", "URI", "DNAME", "APL", "IPSECKEY", "HIP", "CSYNC", "ZONEMD", "EUI48", "L64", "OPT", "AXFR", "ANY", "TYPE0", "TYPE65280", "TYPE99999", "\\#", "0", "4", "65536",
        "192.0.2.1", "192.0.2", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%1", "(", ")", "((", ";", "\"", "\"text\"", "\"open", "alpn=h2,h3", "port=443", "port=", "mandatory=alpn", "key65000=\"x\"", "key1=", "ipv4hint=192.0.2.1",
        "ech=AAAA", "0102", "01 0", "AAAA====", "20260101000000", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m", "-", "CPNMU", "1:192.168.32.0/22", "!1:0.0.0.0/33", "\r", "\0", "\u00ff", "ns.example. host.example. 1 2 3 4 5",
    ];

    private static readonly string[] s_sound =
    [
        "@ 300 SOA ns host 1 2 3 4 5", "@ NS ns", "ns A 192.0.2.1", "$TTL 1h", "$ORIGIN sub", "w TXT \"a b\" c", "m MX 10 ns", "s SRV 0 1 2 ns", "h HTTPS 1 . alpn=h2 port=8443", "$GENERATE 1-9 h$ A 192.0.2.$",
        "t TYPE65280 \\# 3 010203", "c CAA 0 issue \"ca.example\"", "l LOC 52 22 23.000 N 4 53 32.000 E -2.00m", "d DS 1 13 2 0011", "n NAPTR 1 2 \"U\" \"E2U\" \"!^.*$!x!\" .", "p ( PTR\n ns )", "x CNAME ns ; comment",
    ];

    /// <summary>Includes resolve to names that are no files; nothing is read from the disk but a refusal.</summary>
    public byte[] Make()
    {
        var kind = chance.Below(100);
        if (kind < 15) return [.. Enumerable.Range(0, chance.Below(400)).Select(_ => chance.Octet())];
        var text = new StringBuilder();
        if (kind < 55)
        {
            for (var lines = chance.Between(1, 30); lines > 0; lines--)
            {
                for (var words = chance.Below(10); words > 0; words--) text.Append(chance.From(s_words)).Append(chance.Percent(90) ? ' ' : chance.Of('\t', '\n', '(', ')'));
                text.Append('\n');
            }
            return Encoding.Latin1.GetBytes(text.ToString());
        }
        foreach (var line in s_sound.Take(3)) text.Append(line).Append('\n');
        for (var lines = chance.Between(1, 20); lines > 0; lines--) text.Append(chance.From(s_sound)).Append('\n');
        if (kind < 60) text.Append(CultureInfo.InvariantCulture, $"long TXT {new string('x', chance.Below(70_000))}\n");
        var octets = Encoding.Latin1.GetBytes(text.ToString()).ToList();
        for (var times = chance.Below(4); times > 0; times--) Damage(octets);
        return [.. octets];
    }

    private void Damage(List<byte> octets)
    {
        if (octets.Count == 0) return;
        var at = chance.Below(octets.Count);
        switch (chance.Below(6))
        {
            case 0: octets[at] = chance.Octet(); break;
            case 1: octets[at] = chance.Of((byte)'"', (byte)'(', (byte)')', (byte)'\\', (byte)'\n', (byte)';', (byte)'$', (byte)'.', (byte)' ', (byte)'#'); break;
            case 2: octets.RemoveRange(at, Math.Min(octets.Count - at, chance.Between(1, 10))); break;
            case 3: octets.InsertRange(at, Encoding.Latin1.GetBytes(chance.From(s_words))); break;
            case 4: octets.RemoveRange(at, octets.Count - at); break;
            default: octets.InsertRange(at, octets[..Math.Min(at, 40)]); break;
        }
    }
}
