using System.Net;
using System.Text;
using Pointsman.Model;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration;

namespace Pointsman.Tests.Node.Configuration;

public sealed class LoadingTests
{
    [Fact]
    public void Good_configuration_becomes_the_models_facts()
    {
        var loaded = MemoryFiles.Good().Load();
        Assert.Empty(loaded.Errors);
        var cluster = loaded.Configuration!.Cluster;
        Assert.Equal(["paris", "san-jose", "tokyo"], cluster.Sites.Select(site => site.Name));
        Assert.Equal(["api.example.com", "www.example.com"], cluster.Services.Select(service => service.Name));

        var paris = cluster.FindSite("paris")!;
        Assert.Equal(new SiteId(2), paris.Id);
        Assert.Equal(new Location("FR", "ripe", 48.9, 2.4), paris.Location);
        Assert.Equal(2.0, paris.Cost);
        Assert.Equal(IPAddress.Parse("127.0.9.1"), paris.ProbeThrough[new SiteId(1)]);
        Assert.Equal(new Location("JP", null, null, null), cluster.FindSite("tokyo")!.Location);
        var node = cluster.FindSite("san-jose")!.Nodes[0];
        Assert.Equal(("sj-1", "192.0.2.1:53", "192.0.2.1:5390", "127.0.0.1:8080"), (node.Name, node.Dns[0].ToString(), node.Dssp.ToString(), node.Admin.ToString()));
        Assert.Equal(TimeSpan.FromMinutes(1), cluster.Dssp.Interval);
        Assert.Null(cluster.Dssp.IntervalTo(new SiteId(2)));
        Assert.Equal(TimeSpan.FromSeconds(90), cluster.Dssp.IntervalTo(new SiteId(3)));
        Assert.Equal("/etc/pointsman/pki/{site}.key", cluster.Dssp.KeyFile);
    }

    [Fact]
    public void Service_with_every_key_has_every_value()
    {
        var service = MemoryFiles.Good().Load().Configuration!.Cluster.FindService("www.example.com")!;
        Assert.Equal((1, TimeSpan.FromMinutes(1), 2, true, true), (service.Id.Value, service.Ttl, service.Answers, service.UseDnsRespond, service.HttpRedirect));
        Assert.Equal([Metric.Geography, Metric.Capacity, Metric.ResponseTime], service.Policy.Metrics);
        Assert.Equal((FewSites.Weights, TurnKind.Rotate, WhenAllDown.LastGood, "ripe"),
            (service.Policy.FewSites, service.Policy.Turn, service.Policy.WhenAllDown, service.Policy.DefaultRegion));
        Assert.Equal([6, 4, 2, 1], service.Policy.Weights);
        Assert.Equal(2, service.Policy.SiteWeights[new SiteId(1)]);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), 3, 3, 2),
            (service.Probe.Interval, service.Probe.Timeout, service.Probe.Iterations, service.Probe.Fall, service.Probe.Rise));
        var check = Assert.IsType<HttpCheck>(service.Probe.Check);
        Assert.Equal(("/health", "www.example.com", "ok"), (check.Path, check.Host, check.ExpectBody));
        Assert.Equal([(200, 200), (204, 206)], check.ExpectStatus);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(500), 2, 1),
            (service.ServerProbe.Interval, service.ServerProbe.Timeout, service.ServerProbe.Fall, service.ServerProbe.Rise));
        Assert.Equal(["198.51.100.10:80", "192.0.2.10:80", "[2001:db8::10]:80", "203.0.113.10:80"], service.Vips.Select(vip => vip.Address.ToString()));
        var vip = service.Vips[1];
        Assert.Equal((20000, Balance.LeastConnections, TimeSpan.FromMinutes(10)), (vip.MaxConnections, vip.Balance, vip.Persistence!.For));
        Assert.Equal(new RealServer(new Endpoint(IPAddress.Parse("10.0.0.12"), 8080), 500, 2), vip.Servers[1]);
    }

    [Fact]
    public void Https_has_its_own_values_or_those_of_the_web()
    {
        HttpsSettings? Read(string https) => MemoryFiles.Good()
            .With("pointsman.yaml", MemoryFiles.GoodText.Replace("    httpRedirect: true\n", $"    httpRedirect: true\n{https}", StringComparison.Ordinal))
            .Load().Configuration!.Cluster.FindService("www.example.com")!.Https;
        Assert.Null(Read(""));
        Assert.Equal(443, Read("    https: {}\n")!.Port);
        Assert.Equal(["h2", "http/1.1"], Read("    https: {}\n")!.Protocols);
        Assert.Equal(8443, Read("    https: { port: 8443, protocols: [h3, h2] }\n")!.Port);
        Assert.Equal(["h3", "h2"], Read("    https: { port: 8443, protocols: [h3, h2] }\n")!.Protocols);
    }

    [Fact]
    public void Keys_left_out_have_the_models_defaults()
    {
        var files = new MemoryFiles().With("pointsman.yaml",
            "cluster: { name: c }\nsites: { a: { id: 1, nodes: { n: {} } } }\nservices: { s.test: { id: 1, vips: { a: { address: '192.0.2.1:80' } } } }\n");
        var cluster = files.Load().Configuration!.Cluster;
        var service = Assert.Single(cluster.Services);
        var plain = new Service { Id = new ServiceId(1), Name = "s.test" };
        Assert.Equal(plain.Policy.Weights, service.Policy.Weights);
        Assert.Equal(plain.Policy.Metrics, service.Policy.Metrics);
        Assert.Equal(plain.Probe with { Check = TcpCheck.OpenAndClose }, service.Probe);
        Assert.Equal(plain.ServerProbe, service.ServerProbe);
        Assert.Equal(plain.Redirect, service.Redirect);
        Assert.Equal((plain.Ttl, plain.Answers, plain.UseDnsRespond, plain.HttpRedirect), (service.Ttl, service.Answers, service.UseDnsRespond, service.HttpRedirect));
        Assert.Equal(new DsspSettings().Interval, cluster.Dssp.Interval);
    }

    [Theory]
    [Trait("mission", "P1.3")]
    [InlineData("0", 0)]
    [InlineData("255m", 255 * 60)]
    [InlineData("4h15m", 255 * 60)]
    public void Ttl_reaches_from_0_to_255_minutes(string ttl, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Changed("ttl: 1m", $"ttl: {ttl}").Load().Configuration!.Cluster.FindService("www.example.com")!.Ttl);

    [Theory]
    [Trait("mission", "P3.9")]
    [InlineData("[64]")]
    [InlineData("[64, 63, 62, 61, 60, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0]")]
    public void Weight_indexes_are_1_to_16_of_0_to_64(string weights)
    {
        var read = Changed("weights: [6, 4, 2, 1]", $"weights: {weights}").Load().Configuration!.Cluster.FindService("www.example.com")!.Policy.Weights;
        Assert.Equal(weights, $"[{string.Join(", ", read)}]");
    }

    [Theory]
    [Trait("mission", "P5.4")]
    [InlineData("1s", 1)]
    [InlineData("120m", 7200)]
    [InlineData("off", null)]
    public void Dssp_interval_reaches_from_1_second_to_120_minutes_or_is_off(string interval, int? seconds)
    {
        var dssp = Changed("  interval: 1m\n", $"  interval: {interval}\n").Load().Configuration!.Cluster.Dssp;
        Assert.Equal(seconds, (int?)dssp.Interval?.TotalSeconds);
    }

    [Fact]
    public void Name_server_has_what_its_section_says()
    {
        var dns = Changed("topology: {", "dns:\n  threads: 3\n  udpPayload: 4096\n  identity: '{node}.{site}'\n  tcp: { connections: 7, perClient: 5, idleTimeout: 1m, slowTimeout: 2s }\ntopology: {").Load().Configuration!.Dns;
        Assert.Equal((3, 4096, "{node}.{site}"), (dns.Threads, dns.UdpPayloadBytes, dns.Identity));
        Assert.Equal(new DnsTcpSettings(7, 5, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2)), dns.Tcp);
        Assert.Equal((null, 468, true, false), (dns.Version, dns.PaddingBlock, dns.Cookies.Enabled, dns.Cookies.Required));
        Assert.Equal(new DnsSettings().Tcp, MemoryFiles.Good().Load().Configuration!.Dns.Tcp);
        var off = Changed("topology: {", "dns: { cookies: off, padding: off, version: Pointsman, identity: hide }\ntopology: {").Load().Configuration!.Dns;
        Assert.Equal(("Pointsman", 0, false, "hide"), (off.Version, off.PaddingBlock, off.Cookies.Enabled, off.Identity));
    }

    [Fact]
    public void Secrets_of_cookies_come_from_files_that_are_no_part_of_the_digest()
    {
        MemoryFiles With(string digits) => Changed("topology: {", "dns: { cookies: { secrets: [new.key, old.key], require: true } }\ntopology: {")
            .With("new.key", digits + "\n").With("old.key", "00112233445566778899AABBCCDDEEFF");
        var loaded = With("000102030405060708090a0b0c0d0e0f").Load().Configuration!;
        Assert.Equal([[.. Enumerable.Range(0, 16).Select(i => (byte)i)], Convert.FromHexString("00112233445566778899AABBCCDDEEFF")], loaded.Dns.Cookies.Secrets.Select(s => s.ToArray()));
        Assert.True(loaded.Dns.Cookies.Required);
        Assert.Contains("/etc/pointsman/new.key", loaded.Files);
        Assert.Equal(loaded.Cluster.Digest, With("ffffffffffffffffffffffffffffffff").Load().Configuration!.Cluster.Digest);
    }

    [Fact]
    public void Name_server_limits_what_its_section_says()
    {
        const string Written = "dns:\n  unprovenClients: truncate\n  rateLimit: { responsesPerSecond: 5, negativesPerSecond: 0, allPerSecond: 30, window: 1m, slip: 3, ipv4Prefix: 28, exempt: [198.51.100.7, '2001:db8::/32'] }\ntopology: {";
        var dns = Changed("topology: {", Written).Load().Configuration!.Dns;
        var limits = dns.RateLimit!;
        Assert.True(dns.TruncateUnproven);
        Assert.Equal((5, 0, 5, 5, 30), (limits.ResponsesPerSecond, limits.NegativesPerSecond, limits.ReferralsPerSecond, limits.ErrorsPerSecond, limits.AllPerSecond));
        Assert.Equal((TimeSpan.FromMinutes(1), 3, 28, 56, false), (limits.Window, limits.Slip, limits.IPv4Prefix, limits.IPv6Prefix, limits.LogOnly));
        Assert.Equal(["198.51.100.7/32", "2001:db8::/32"], limits.Exempt.Select(network => network.ToString()));
        Assert.Null(MemoryFiles.Good().Load().Configuration!.Dns.RateLimit);
    }

    [Fact]
    [Trait("mission", "P5.8")]
    public void A_hundred_sites_come_from_one_file()
    {
        var text = new StringBuilder("cluster: { name: c }\nsites:\n");
        for (var i = 1; i <= 100; i++) text.Append($"  site-{i}: {{ id: {i}, nodes: {{ n: {{ dssp: '10.0.0.{i}:5390' }} }} }}\n");
        text.Append("dssp: { certificate: a, key: b, authority: c }\n");
        var cluster = new MemoryFiles().With("pointsman.yaml", text.ToString()).Load().Configuration!.Cluster;
        Assert.Equal(100, cluster.Sites.Length);
        Assert.All(cluster.Sites, site => Assert.Equal($"10.0.0.{site.Id}:5390", site.Nodes[0].Dssp.ToString()));
    }

    [Fact]
    public void Files_of_conf_d_join_the_main_one()
    {
        var files = MemoryFiles.Good()
            .With("conf.d/rome.yaml", "sites: { rome: { id: 9, nodes: { n: {} } } }\nservices: { www.example.com: { vips: { rome: { address: '192.0.2.99:80' } } } }\n")
            .With("conf.d/notes.txt", "not: [yaml");
        Assert.Equal(["paris", "rome", "san-jose", "tokyo"], files.Load().Configuration!.Cluster.Sites.Select(site => site.Name));
        Assert.Equal(5, files.Load().Configuration!.Cluster.FindService("www.example.com")!.Vips.Length);
    }

    [Fact]
    public void What_two_files_give_is_an_error_that_names_both() => Assert.Equal(
        ["conf.d/more.yaml:1:32: error: services.www.example.com.ttl: is given twice; first at pointsman.yaml:25:5"],
        MemoryFiles.Good().With("conf.d/more.yaml", "services: { www.example.com: { ttl: 1m } }\n").Errors());

    [Fact]
    public void Anchors_and_merge_keys_repeat_what_they_name()
    {
        var files = Changed("    redirect: { to: site-name, drop: never }\n", "    probe: &p { interval: 9s }\n    serverProbe: { <<: *p, fall: 7 }\n");
        var service = files.Load().Configuration!.Cluster.FindService("api.example.com")!;
        Assert.Equal((TimeSpan.FromSeconds(9), 7), (service.ServerProbe.Interval, service.ServerProbe.Fall));
    }

    [Fact]
    public void Two_secrets_are_read_in_order_without_the_line_ends()
    {
        var files = Changed("secret: secret.key", "secret: [new.key, secret.key]").With("new.key", new string('n', 16) + "\r\n");
        var secrets = files.Load().Configuration!.Secrets;
        Assert.Equal([new string('n', 16), new string('k', 32)], secrets.Select(key => Encoding.ASCII.GetString([.. key])));
    }

    [Fact]
    public void Short_secret_is_refused() => Assert.Equal(
        ["pointsman.yaml:1:35: error: cluster.secret: 'secret.key' must hold at least 16 bytes, has 2"],
        MemoryFiles.Good().With("secret.key", "kk\n").Errors());

    [Fact]
    [Trait("rfc", "2317 §4")]
    public void A_classless_reverse_zone_has_a_slash_in_its_name()
    {
        var loaded = Changed("  example.com: { file: zones/example.com.zone }\n", "  example.com: { file: zones/example.com.zone }\n  0/25.2.0.192.in-addr.arpa: { file: zones/reverse.zone }\n")
            .With("zones/reverse.zone", "@ 60 SOA ns.example.com. root 1 2 3 4 5\n@ 60 NS ns.example.com.\n1 60 PTR ns.example.com.\n").Load();
        Assert.Empty(loaded.Errors);
        Assert.Contains("0/25.2.0.192.in-addr.arpa.", loaded.Configuration!.Zones.Select(zone => zone.Origin.ToString()));
    }

    private static MemoryFiles Changed(string old, string @new)
    {
        Assert.Contains(old, MemoryFiles.GoodText, StringComparison.Ordinal);
        return MemoryFiles.Good().With("pointsman.yaml", MemoryFiles.GoodText.Replace(old, @new, StringComparison.Ordinal));
    }
}
