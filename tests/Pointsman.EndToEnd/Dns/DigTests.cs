namespace Pointsman.EndToEnd.Dns;

/// <summary>The name server as dig and kdig see it: readers of DNS that were written by others.</summary>
public sealed class DigTests
{
    private static void Has(string output, params string[] texts)
    {
        // Blanks of the table's columns do not matter.
        var squeezed = string.Join('\n', output.Split('\n').Select(line => string.Join(' ', line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))));
        foreach (var text in texts) Assert.Contains(text, squeezed, StringComparison.Ordinal);
    }

    [Fact, Trait("mission", "P1.1")]
    public async Task Dig_gets_every_type_over_UDP_and_TCP()
    {
        await using var server = await NameServer.StartAsync();
        foreach (var transport in (string[])["+notcp", "+tcp"])
        {
            Has(await server.DigAsync(transport, "www.example.com", "A"), "status: NOERROR", "flags: qr aa rd;", "www.example.com. 300 IN A 192.0.2.80");
            Has(await server.DigAsync(transport, "www.example.com", "AAAA"), "www.example.com. 300 IN AAAA 2001:db8::80");
            Has(await server.DigAsync(transport, "example.com", "SOA"), "example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 7 3600 600 604800 60");
            Has(await server.DigAsync(transport, "example.com", "NS"), "example.com. 300 IN NS ns1.example.com.");
            Has(await server.DigAsync(transport, "example.com", "MX"), "example.com. 300 IN MX 10 mail.example.com.");
            Has(await server.DigAsync(transport, "example.com", "TXT"), "example.com. 300 IN TXT \"v=spf1 -all\"");
            Has(await server.DigAsync(transport, "example.com", "CAA"), "example.com. 300 IN CAA 0 issue \"ca.example.net\"");
            Has(await server.DigAsync(transport, "1.example.com", "PTR"), "1.example.com. 300 IN PTR www.example.com.");
            Has(await server.DigAsync(transport, "_https._tcp.example.com", "SRV"), "_https._tcp.example.com. 300 IN SRV 0 5 443 www.example.com.");
            Has(await server.DigAsync(transport, "alias.example.com", "A"), "alias.example.com. 300 IN CNAME www.example.com.", "www.example.com. 300 IN A 192.0.2.80");
            Has(await server.DigAsync(transport, "www.example.com", "HTTPS"), "www.example.com. 300 IN HTTPS 1 . alpn=\"h2\"");
            Has(await server.DigAsync(transport, "x.wild.example.com", "A"), "x.wild.example.com. 300 IN A 192.0.2.99");
        }
    }

    [Fact]
    public async Task What_is_not_there_is_NODATA_or_NXDOMAIN_or_REFUSED()
    {
        await using var server = await NameServer.StartAsync();
        const string Soa = "example.com. 60 IN SOA ns1.example.com. hostmaster.example.com. 7 3600 600 604800 60";
        Has(await server.DigAsync("www.example.com", "MX"), "status: NOERROR", "ANSWER: 0", Soa);
        Has(await server.DigAsync("nowhere.example.com", "A"), "status: NXDOMAIN", "ANSWER: 0", Soa);
        Has(await server.DigAsync("www.example.org", "A"), "status: REFUSED", "ANSWER: 0, AUTHORITY: 0");
    }

    [Fact]
    public async Task An_answer_too_large_for_UDP_is_truncated_and_comes_whole_over_TCP()
    {
        await using var server = await NameServer.StartAsync();
        Has(await server.DigAsync("+ignore", "+bufsize=4096", "big.example.com", "TXT"), "flags: qr aa tc rd;", "ANSWER: 0", "udp: 1232");
        Has(await server.DigAsync("+bufsize=4096", "big.example.com", "TXT"), "flags: qr aa rd;", "ANSWER: 60", "(TCP)");
        Has(await server.KdigAsync("+bufsize=512", "big.example.com", "TXT"), "ANSWER: 60", "(TCP)");
    }

    [Fact]
    public async Task Client_subnet_goes_back_with_scope_0_from_static_data()
    {
        await using var server = await NameServer.StartAsync();
        Has(await server.DigAsync("+subnet=198.51.100.0/24", "www.example.com", "A"), "CLIENT-SUBNET: 198.51.100.0/24/0", "192.0.2.80");
        Has(await server.KdigAsync("+subnet=2001:db8::/48", "www.example.com", "A"), "2001:db8::/48/0", "192.0.2.80");
        Has(await server.DigAsync("+subnet=0", "www.example.com", "A"), "CLIENT-SUBNET: 0.0.0.0/0/0", "192.0.2.80");
    }

    [Fact]
    public async Task An_unknown_EDNS_version_is_BADVERS_and_unknown_options_are_ignored()
    {
        await using var server = await NameServer.StartAsync();
        Has(await server.DigAsync("+edns=5", "+noednsnegotiation", "www.example.com", "A"), "status: BADVERS", "EDNS: version: 0");
        Has(await server.DigAsync("+ednsopt=65001:abcd", "+cookie=0123456789abcdef", "www.example.com", "A"), "status: NOERROR", "192.0.2.80");
        Has(await server.DigAsync("+noedns", "www.example.com", "A"), "ADDITIONAL: 0", "192.0.2.80");
        Has(await server.DigAsync("+opcode=15", "+header-only", "www.example.com", "A"), "opcode: RESERVED15, status: NOTIMP");
    }

    [Fact]
    public async Task A_termination_signal_ends_it_in_order()
    {
        await using var server = await NameServer.StartAsync();
        server.Process.Signal("TERM");
        Assert.Equal(0, (await server.Process.WaitForExitAsync(TimeSpan.FromSeconds(30))).ExitCode);
    }

    [Fact]
    public async Task A_hangup_reads_the_zone_again_and_keeps_the_old_one_when_it_is_bad()
    {
        await using var server = await NameServer.StartAsync();
        await File.WriteAllTextAsync(server.ZoneFile, NameServer.Zone() + "broken A 192.0.2.\n");
        server.Process.Signal("HUP");
        await server.Process.WaitForErrorAsync(": error: ", TimeSpan.FromSeconds(30));
        Has(await server.DigAsync("www.example.com", "A"), "192.0.2.80");
        await File.WriteAllTextAsync(server.ZoneFile, NameServer.Zone() + "new A 192.0.2.123\n");
        server.Process.Signal("HUP");
        await server.Process.WaitForErrorAsync("reloaded ", TimeSpan.FromSeconds(30));
        Has(await server.DigAsync("new.example.com", "A"), "192.0.2.123");
    }
}
