using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pointsman.Node.Demo;

/// <summary>Writes what a real cluster would have on disk: the configuration, the zone, the cluster's secret and each real server's content.</summary>
internal static class DemoFiles
{
    public const string Www = "www.example.test";
    public const string Geo = "geo.example.test";

    /// <summary>The weights of Table III.</summary>
    public static readonly ImmutableArray<int> WwwWeights = [4, 2, 1, 0];

    // Where the demo's sites stand: one in each region that the patent's example names, and one more.
    private static readonly (string Country, string Region, double Latitude, double Longitude, string City)[] Places =
    [
        ("US", "arin", 37.34, -121.89, "San Jose"),
        ("US", "arin", 33.75, -84.39, "Atlanta"),
        ("EC", "lacnic", -0.18, -78.47, "Quito"),
        ("FR", "ripe", 48.86, 2.35, "Paris"),
        ("JP", "apnic", 35.68, 139.69, "Tokyo"),
        ("ZA", "afrinic", -26.20, 28.05, "Johannesburg"),
    ];

    public static string Region(int site) => Places[site % Places.Length].Region;
    public static string City(int site) => Places[site % Places.Length].City;

    public static string ConfigurationIn(string folder) => Path.Combine(folder, "pointsman.yaml");
    public static string ContentOf(string folder, int site) => Path.Combine(folder, "content", DemoTable.NameOf(site));

    public static void Write(string folder, DemoLayout layout)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(ConfigurationIn(folder), Configuration(layout));
        File.WriteAllText(Path.Combine(folder, "example.test.zone"), Zone(layout));
        File.WriteAllText(Path.Combine(folder, "subscribers.csv"), Subscribers);
        File.WriteAllText(Path.Combine(folder, "secret.key"), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, "secret.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var site in layout.Sites) WriteContent(ContentOf(folder, site), site);
    }

    // The same content at every site, but for one file that says where one is: how else would a person see it?
    private static void WriteContent(string root, int site)
    {
        Directory.CreateDirectory(root);
        File.WriteAllText(Path.Combine(root, "health"), "ok\n");
        File.WriteAllText(Path.Combine(root, "index.html"), "<!doctype html>\n<title>example.test</title>\n<h1>The same content, wherever you are sent</h1>\n");
        File.WriteAllText(Path.Combine(root, "where"), $"site {DemoTable.NameOf(site)}, {City(site)}\n");
        File.WriteAllText(Path.Combine(root, "page.txt"), string.Concat(Enumerable.Repeat("The same content at every site.\n", 512)));
    }

    // One network that the address registries would place in North America, and that its operator knows to be in Chile.
    private const string Subscribers =
        """
        prefix,country,latitude,longitude,name
        63.0.1.0/24,CL,-33.45,-70.67,a branch office in Chile

        """;

    private static string Zone(DemoLayout layout)
    {
        var zone = new StringBuilder(
            """
            $ORIGIN example.test.
            $TTL 300
            @        SOA  ns-a hostmaster 1 3600 600 86400 60
            """);
        foreach (var site in layout.Sites) zone.Append(CultureInfo.InvariantCulture, $"\n@        NS   ns-{DemoTable.NameOf(site).ToLowerInvariant()}");
        zone.Append("\n@        MX   10 mail\n@        TXT  \"v=spf1 mx -all\"\n@        CAA  0 issue \"ca.example.net\"\nmail     A    127.0.1.1\nalias    CNAME www\n_http._tcp SRV 0 0 80 www\n");
        foreach (var site in layout.Sites) zone.Append(CultureInfo.InvariantCulture, $"ns-{DemoTable.NameOf(site).ToLowerInvariant()}     A    {DemoLayout.AddressOf(site)}\n");
        return zone.ToString();
    }

    private static string Configuration(DemoLayout layout)
    {
        var yaml = new StringBuilder();
        yaml.Append("# Written by `pointsman demo`. Every node of the demo reads this one file.\n");
        yaml.Append("cluster: { name: demo, secret: secret.key }\n\nsites:\n");
        foreach (var site in layout.Sites)
        {
            var (country, region, latitude, longitude, city) = Places[site % Places.Length];
            var ways = layout.Sites.Where(tested => tested != site).Select(tested => $"{DemoTable.NameOf(tested)}: {DemoLayout.RelayAddress(site, tested)}");
            yaml.Append(CultureInfo.InvariantCulture, $$"""
                  {{DemoTable.NameOf(site)}}:                                       # {{city}}
                    id: {{site + 1}}
                    location: { country: {{country}}, region: {{region}}, latitude: {{latitude}}, longitude: {{longitude}} }
                    nodes: { {{DemoTable.NameOf(site).ToLowerInvariant()}}-1: { dns: ["{{layout.Dns(site)}}"], dssp: "{{layout.Dssp(site)}}", admin: "{{layout.Admin(site)}}" } }
                    probeThrough: { {{string.Join(", ", ways)}} }     # the long ways, held by relay processes

                """);
        }

        yaml.Append("\nservices:\n");
        AppendService(yaml, layout, Www, 1, "response-time", layout.Vip);
        AppendService(yaml, layout, Geo, 2, "geography, response-time", layout.GeoVip);
        yaml.Append(
            """

            zones:
              example.test: { file: example.test.zone }

            topology: { subscribers: subscribers.csv }

            dssp:
              interval: 10s
              certificate: "pki/{site}.crt"
              key: "pki/{site}.key"
              authority: pki/authority.crt

            """);
        return yaml.ToString();
    }

    private static void AppendService(StringBuilder yaml, DemoLayout layout, string name, int id, string metrics, Func<int, Model.Endpoint> vip)
    {
        // With geography the weights past the third place are 1: a zero there would win over geography [S5].
        var weights = id == 1 ? $"[{string.Join(", ", WwwWeights)}]" : "[4, 2, 1]";
        yaml.Append(CultureInfo.InvariantCulture, $$"""
              {{name}}:
                id: {{id}}
                ttl: 1m
                answers: 1
                policy: { metric: [{{metrics}}], weights: {{weights}}, fewSites: weights }
                probe: { http: { path: /health, expectStatus: 200, expectBody: ok }, interval: 2s, timeout: 1500ms, iterations: {{DemoLayout.ProbeIterations}}, fall: 2, rise: 2 }
                serverProbe: { http: { path: /health, expectStatus: 200, expectBody: ok }, interval: 1s, timeout: 1s, iterations: 1, fall: 2, rise: 1 }
                redirect: { to: address, drop: when-nothing-has-room }
                vips:

            """);
        foreach (var site in layout.Sites)
        {
            var servers = Enumerable.Range(0, DemoLayout.ServersPerSite).Select(server => $"{{ address: \"{layout.Server(site, server)}\" }}");
            yaml.Append(CultureInfo.InvariantCulture, $"      {DemoTable.NameOf(site)}: [ {{ address: \"{vip(site)}\", maxConnections: {DemoLayout.VipMaxConnections}, mode: tcp, balance: round-robin, servers: [ {string.Join(", ", servers)} ] }} ]\n");
        }
    }
}
