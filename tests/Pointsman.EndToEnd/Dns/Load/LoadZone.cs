using System.Net;
using System.Text;
using Pointsman.Dns;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.EndToEnd.Dns.Load;

/// <summary>Contents with an end of every kind, one that is a defect included.</summary>
internal static class LoadZone
{
    public const string Text = """
        $TTL 300
        $ORIGIN example.test.
        @ SOA ns hostmaster 7 3600 600 604800 60
        @ NS ns
        ns A 192.0.2.1
        www A 192.0.2.80
        *.wild A 192.0.2.99
        alias CNAME www
        moved DNAME example.net.
        far DNAME a.name.that.is.longer.than.its.owner.example.net.
        child NS ns.child
        ns.child A 192.0.2.53
        big TXT "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        big TXT "1123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        big TXT "2123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        big TXT "3123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

        """;

    public static DnsContents Contents(AnswerSettings settings)
    {
        var read = MasterFile.Parse(DomainName.Parse("example.test"), Encoding.UTF8.GetBytes(Text), "load.zone");
        Assert.Empty(read.Errors);
        return new DnsContents(new ZoneSet([read.Zone!]), new FaultyAnswers()) { Settings = settings };
    }

    private static readonly string s_long = new('x', 63);

    /// <summary>Every query that the load is made of, before some are mutated.</summary>
    public static byte[][] Queries { get; } =
    [
        Query("www.example.test", 1), Query("www.example.test", 28), Query("nowhere.example.test", 1), Query("a.b.wild.example.test", 1),
        Query("alias.example.test", 1), Query("x.moved.example.test", 1), Query("below.child.example.test", 1), Query("big.example.test", 16),
        Query("app.example.test", 1), Query("app.example.test", 65), Query("www.example.com", 1), Query("example.test", 252), Query("example.test", 255),
        Query("www.example.test", 1, flags: 0x2000), Query("www.example.test", 1, flags: 0x8000), [1, 2, 3], Query("www.example.test", 1, edns: 0x0001_0000),
        Query("www.example.test", 1, edns: 0), Query("big.example.test", 16, edns: 0), Query($"{s_long}.{s_long}.{s_long}.{s_long[..30]}.far.example.test", 1),
        QueryForCookie(8), QueryForCookie(24),
    ];

    /// <summary>RFC 7873 §5.4: no question, and a cookie of so many octets, none of ours.</summary>
    private static byte[] QueryForCookie(int length) =>
        [0x12, 0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, (byte)(4 + length), 0, 10, 0, (byte)length, .. Enumerable.Repeat((byte)7, length)];

    public static byte[] Query(string name, ushort type, ushort flags = 0, uint? edns = null)
    {
        List<byte> octets = [0x12, 0x34, (byte)(flags >> 8), (byte)flags, 0, 1, 0, 0, 0, 0, 0, (byte)(edns is null ? 0 : 1), .. DomainName.Parse(name).Wire, (byte)(type >> 8), (byte)type, 0, 1];
        if (edns is { } extended) octets.AddRange([0, 0, 41, 4, 208, (byte)(extended >> 24), (byte)(extended >> 16), (byte)(extended >> 8), (byte)extended, 0, 0]);
        return [.. octets];
    }

    /// <summary>Chooses for A, and breaks for HTTPS: a defect costs its query alone.</summary>
    private sealed class FaultyAnswers : IDynamicAnswers
    {
        private static readonly AddressFragment s_site = AddressFragment.Render([IPAddress.Parse("192.0.2.7")]);

        public NameTable Names { get; } = new([DomainName.Parse("app.example.test")]);

        public void Choose(int number, in DynamicQuery query, ref DynamicChoice choice)
        {
            if (query.Type == RrType.HTTPS) throw new InvalidOperationException("a defect, made for the test");
            choice.TtlSeconds = 60;
            choice.Add(s_site);
        }
    }
}
