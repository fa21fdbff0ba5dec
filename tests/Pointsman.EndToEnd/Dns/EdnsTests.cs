using System.Text.RegularExpressions;

namespace Pointsman.EndToEnd.Dns;

/// <summary>EDNS and its options as dig, kdig and drill see them: three readers written apart from each other and from us.</summary>
public sealed partial class EdnsTests
{
    private static string Squeezed(string output) =>
        string.Join('\n', output.Split('\n').Select(line => string.Join(' ', line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))));

    private static void Has(string output, params string[] texts)
    {
        foreach (var text in texts) Assert.Contains(text, Squeezed(output), StringComparison.Ordinal);
    }

    [Fact, Trait("rfc", "7873 §5.2.3")]
    public async Task A_cookie_learnt_is_good_the_next_time()
    {
        await using var server = await NameServer.StartAsync("--cookies", "require");
        // dig and kdig know BADCOOKIE: they ask again with the cookie that came with it.
        Has(await server.DigAsync("+cookie=0123456789abcdef", "www.example.com", "A"), "status: NOERROR", "COOKIE: 0123456789abcdef01000000", "(good)", "192.0.2.80");
        Has(await server.KdigAsync("+cookie=0123456789abcdef", "+badcookie", "www.example.com", "A"), "status: NOERROR", "192.0.2.80");
        var first = await server.DigAsync("+cookie=0123456789abcdef", "+nobadcookie", "www.example.com", "A");
        Has(first, "status: BADCOOKIE", "ANSWER: 0");
        var cookie = Cookie().Match(first).Groups["cookie"].Value;
        Has(await server.DigAsync($"+cookie={cookie}", "+nobadcookie", "www.example.com", "A"), "status: NOERROR", $"COOKIE: {cookie} (good)", "192.0.2.80");
        Has(await server.DigAsync("+nocookie", "www.example.com", "A"), "status: NOERROR", "192.0.2.80");
    }

    [Fact, Trait("rfc", "9018 §5")]
    public async Task Servers_with_one_secret_accept_each_others_cookies_and_a_reload_takes_a_new_secret()
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-cookie-");
        try
        {
            var (mine, theirs) = (Path.Combine(folder.FullName, "mine.key"), Path.Combine(folder.FullName, "theirs.key"));
            await File.WriteAllTextAsync(mine, "000102030405060708090a0b0c0d0e0f\n");
            await File.WriteAllTextAsync(theirs, "000102030405060708090a0b0c0d0e0f\n");
            await using var one = await NameServer.StartAsync("--cookies", "require", "--cookie-secret", mine);
            await using var other = await NameServer.StartAsync("--cookies", "require", "--cookie-secret", theirs);
            var cookie = Cookie().Match(await one.DigAsync("+cookie=0123456789abcdef", "www.example.com", "A")).Groups["cookie"].Value;
            Has(await other.DigAsync($"+cookie={cookie}", "+nobadcookie", "www.example.com", "A"), "status: NOERROR", "192.0.2.80");

            await File.WriteAllTextAsync(theirs, "not a secret\n");
            other.Process.Signal("HUP");
            await other.Process.WaitForErrorAsync("must hold 32 hexadecimal digits", TimeSpan.FromSeconds(30));
            Has(await other.DigAsync($"+cookie={cookie}", "+nobadcookie", "www.example.com", "A"), "status: NOERROR");
            await File.WriteAllTextAsync(theirs, "ffffffffffffffffffffffffffffffff\n");
            other.Process.Signal("HUP");
            await other.Process.WaitForErrorAsync("reloaded ", TimeSpan.FromSeconds(30));
            Has(await other.DigAsync($"+cookie={cookie}", "+nobadcookie", "www.example.com", "A"), "status: BADCOOKIE");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact, Trait("rfc", "7830")]
    public async Task Padding_and_keepalive_are_given_over_TCP_and_neither_over_UDP()
    {
        await using var server = await NameServer.StartAsync();
        Has(await server.KdigAsync("+tcp", "+keepopen", "+padding=64", "www.example.com", "A"), "status: NOERROR", "192.0.2.80", "PADDING:", "Received 468 B");
        Has(await server.DigAsync("+tcp", "+keepalive", "www.example.com", "A"), "status: NOERROR", "192.0.2.80", "TCP KEEPALIVE: 20.0 secs");
        var udp = await server.KdigAsync("+padding=64", "+ednsopt=11", "www.example.com", "A");
        Has(udp, "status: NOERROR", "192.0.2.80");
        Assert.DoesNotContain("PADDING", udp, StringComparison.Ordinal);
        Assert.DoesNotContain("KEEPALIVE", udp, StringComparison.OrdinalIgnoreCase);
    }

    [Fact, Trait("rfc", "4892")]
    public async Task The_server_says_who_it_is_by_option_and_by_name_as_configured()
    {
        await using var told = await NameServer.StartAsync("--identity", "ns1.paris", "--version-text", "Pointsman");
        Has(await told.DigAsync("+nsid", "www.example.com", "A"), "NSID:", "(\"ns1.paris\")");
        Has(await told.KdigAsync("+nsid", "www.example.com", "A"), "NSID:", "\"ns1.paris\"");
        Has(await told.DigAsync("CH", "TXT", "id.server"), "status: NOERROR", "id.server. 0 CH TXT \"ns1.paris\"");
        Has(await told.KdigAsync("CH", "TXT", "hostname.bind"), "hostname.bind. 0 CH TXT \"ns1.paris\"");
        Has(await told.DigAsync("CH", "TXT", "version.bind"), "version.bind. 0 CH TXT \"Pointsman\"");
        Has(await told.DrillAsync("CH", "TXT", "version.server"), "rcode: NOERROR", "version.server. 0 CH TXT \"Pointsman\"");

        await using var hidden = await NameServer.StartAsync();
        Assert.DoesNotContain("NSID", await hidden.DigAsync("+nsid", "www.example.com", "A"), StringComparison.Ordinal);
        foreach (var name in (string[])["id.server", "hostname.bind", "version.bind", "version.server"])
            Has(await hidden.DigAsync("CH", "TXT", name), "status: REFUSED", "EDE: 18 (Prohibited)");
    }

    [Fact, Trait("rfc", "8914 §2")]
    public async Task Dig_and_kdig_read_why_a_query_was_refused()
    {
        await using var server = await NameServer.StartAsync();
        Has(await server.DigAsync("www.example.org", "A"), "status: REFUSED", "EDE: 20 (Not Authoritative)");
        Has(await server.KdigAsync("+bufsize=1232", "www.example.com", "TYPE254"), "status: REFUSED", "no zone transfer, no meta type");
        Has(await server.DigAsync("+ednsopt=8:00011800", "www.example.com", "A"), "status: FORMERR", "malformed client subnet option");
    }

    [Fact, Trait("rfc", "8906 §3.2.3")]
    public async Task Unknown_versions_flags_and_options_together_are_answered_as_each_alone()
    {
        await using var server = await NameServer.StartAsync("--identity", "ns1");
        foreach (var option in (string[])["+noednsopt", "+ednsopt=65001:abcd", "+nsid", "+subnet=198.51.100.0/24", "+cookie=0123456789abcdef", "+padding=64"])
        {
            foreach (var flag in (string[])["+noednsflags", "+dnssec", "+ednsflags=0x40"])
            {
                var good = await server.DigAsync("+norec", option, flag, "www.example.com", "A");
                Has(good, "status: NOERROR", "flags: qr aa;", "192.0.2.80", flag == "+dnssec" ? "version: 0, flags: do; udp: 1232" : "version: 0, flags:; udp: 1232");
                Assert.DoesNotContain("MBZ", good, StringComparison.Ordinal);
                Has(await server.DigAsync("+norec", "+edns=100", "+noednsnegotiation", option, flag, "www.example.com", "A"), "status: BADVERS", "ANSWER: 0", "version: 0");
            }
        }
    }

    [Fact]
    public async Task Drill_reads_answers_with_and_without_DNSSEC_OK()
    {
        await using var server = await NameServer.StartAsync();
        Has(await server.DrillAsync("www.example.com", "A"), "rcode: NOERROR", "www.example.com. 300 IN A 192.0.2.80");
        Has(await server.DrillAsync("-D", "-b", "4096", "www.example.com", "A"), "rcode: NOERROR", "EDNS: version 0; flags: do ; udp: 1232", "192.0.2.80");
        Has(await server.DrillAsync("-t", "big.example.com", "TXT"), "ANSWER: 60");
    }

    [GeneratedRegex("COOKIE: (?<cookie>[0-9a-f]{48})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Cookie();
}
