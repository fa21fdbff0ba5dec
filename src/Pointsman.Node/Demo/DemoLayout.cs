using System.Net;
using Pointsman.Model;

namespace Pointsman.Node.Demo;

/// <summary>
/// Which process listens where. Site number i (A = 1) has the address 127.0.i.1 for everything that it offers; the relay on the way from
/// tester t to tested site s listens on 127.(100 + t).s.1 at the tested VIPs' ports.
/// </summary>
internal sealed record DemoLayout(int SiteCount, int PortBase)
{
    public const int DefaultPortBase = 5300;
    public const int ServersPerSite = 2;

    /// <summary>The VIPs' MaxConns: small, so that the tour can fill one.</summary>
    public const int VipMaxConnections = 60;

    /// <summary>Iterations of one probe: two, so that a probe is a little more than one exchange and still short.</summary>
    public const int ProbeIterations = 2;

    private int DnsPort => PortBase;
    private int DsspPort => PortBase + 90;
    private int VipPort => PortBase + 2700;
    private int GeoVipPort => PortBase + 2701;
    private int AdminPort => PortBase + 2780;
    private int ServerPort => PortBase + 3700;

    public IEnumerable<int> Sites => Enumerable.Range(0, SiteCount);
    public IReadOnlyList<int> VipPorts => [VipPort, GeoVipPort];

    public static IPAddress AddressOf(int site) => new([127, 0, (byte)(site + 1), 1]);
    public static IPAddress RelayAddress(int tester, int tested) => new([127, (byte)(100 + tester + 1), (byte)(tested + 1), 1]);

    public Endpoint Dns(int site) => new(AddressOf(site), DnsPort);
    public Endpoint Dssp(int site) => new(AddressOf(site), DsspPort);
    public Endpoint Vip(int site) => new(AddressOf(site), VipPort);
    public Endpoint GeoVip(int site) => new(AddressOf(site), GeoVipPort);
    public Endpoint Admin(int site) => new(AddressOf(site), AdminPort);
    public Endpoint Server(int site, int server) => new(AddressOf(site), ServerPort + server);
    public string AdminUrl(int site) => $"http://{Admin(site)}";

    /// <summary>Every address that must be free, with what wants it.</summary>
    public IEnumerable<(Endpoint Address, string For)> All()
    {
        foreach (var site in Sites)
        {
            var name = DemoTable.NameOf(site);
            yield return (Dns(site), $"site {name}, DNS");
            yield return (Dssp(site), $"site {name}, DSSP");
            yield return (Vip(site), $"site {name}, VIP of www.example.test");
            yield return (GeoVip(site), $"site {name}, VIP of geo.example.test");
            yield return (Admin(site), $"site {name}, admin");
            for (var server = 0; server < ServersPerSite; server++) yield return (Server(site, server), $"site {name}, real server {server + 1}");
            foreach (var tested in Sites.Where(tested => tested != site))
            {
                foreach (var port in VipPorts) yield return (new Endpoint(RelayAddress(site, tested), port), $"the way from {name} to {DemoTable.NameOf(tested)}");
            }
        }
    }
}
