using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>dns.tcp</c>: what one client, and all of them together, may take of the node over TCP.</summary>
internal static class DnsTcpKeys
{
    private static readonly DnsTcpSettings standard = DnsTcpSettings.Default;

    private static readonly Key<int> connections = Optional("connections", new Whole(1, 1_000_000),
        "Connections in all; past them a new one takes the place of the one without a query for longest.", standard.Connections, "10000");
    private static readonly Key<int> perClient = Optional("perClient", new Whole(1, 1_000_000), "Connections from one IPv4 address or IPv6 /56; past them new ones are closed at once.", standard.PerClient, "500");
    private static readonly Key<TimeSpan?> idleTimeout = Optional("idleTimeout", new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        "How long a connection may stay without a query; told to clients that ask (RFC 7828).", standard.IdleTimeout, "20s");
    private static readonly Key<TimeSpan?> slowTimeout = Optional("slowTimeout", new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
        "How long a client may take to send one query once begun, or to take its answers.", standard.SlowTimeout, "5s");

    public static readonly KeyTable Table = new("dns.tcp", [connections, perClient, idleTimeout, slowTimeout]);

    public static DnsTcpSettings Read(Fields fields) => new(
        fields.Get(connections),
        fields.Get(perClient),
        fields.Get(idleTimeout) ?? standard.IdleTimeout,
        fields.Get(slowTimeout) ?? standard.SlowTimeout);
}
