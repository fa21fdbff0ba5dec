using System.Collections.Immutable;
using Pointsman.Model;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary>As written; its service and site are known from where it stands.</summary>
internal sealed record WrittenVip(
    Mark Mark,
    string Path,
    Written<Endpoint>? Address,
    int? MaxConnections,
    int? TargetConnections,
    VipMode Mode,
    Balance Balance,
    Persistence? Persistence,
    bool Disabled,
    ImmutableArray<WrittenServer> Servers);

internal sealed record WrittenServer(Written<Endpoint>? Address, int? MaxConnections, int Weight, bool Disabled);

/// <summary>The VIPs of <c>services.*.vips.*</c> and their hunt groups [P6.1–P6.5].</summary>
internal static class VipKeys
{
    // More real servers behind one address than this are a mistake, or want a balancer of their own.
    private const int MaxServers = 1000;

    private static readonly Whole connections = new(1, 10_000_000);

    private static readonly Key<Written<Endpoint>?> serverAddress = RequiredOrNone("address", "Where the real server listens.");
    private static readonly Key<int?> serverMaxConnections = Optional("maxConnections", connections.OrNone(), "MaxConns of the real server; without it no limit.", null);
    private static readonly Key<int> serverWeight = Optional("weight", new Whole(1, 1000), "Its share, for `balance` weighted and least-connections.", 1, "1");

    private static readonly Key<bool> serverDisabled = Optional("disabled", new Flag(), "true: out of use: neither probed nor given connections, but shown.", false, "false");

    public static readonly KeyTable ServerTable = new("services.*.vips.*.servers", [serverAddress, serverMaxConnections, serverWeight, serverDisabled],
        ("tls", "TLS towards real servers"), ("backup", "servers that only stand in"));

    private static readonly Key<string> by = Required("by", new Choice<string>([("client", "client")], ["cookie", "tls-session", "header"]),
        "What makes two connections belong together: the client's address.");
    private static readonly Key<TimeSpan?> @for = Required("for", new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        "How long a silent client keeps its real server.");

    public static readonly KeyTable PersistenceTable = new("services.*.vips.*.persistence", [by, @for]);

    private static readonly Key<Written<Endpoint>?> address = RequiredOrNone("address", "The VIP: the address that DNS answers with, and the port of the service.");
    private static readonly Key<int?> maxConnections = Optional("maxConnections", connections.OrNone(), "MaxConns of the VIP; without it no limit.", null);
    private static readonly Key<int?> targetConnections = Optional("targetConnections", connections.OrNone(),
        "As many connections as the site wants to have; past it, it takes a smaller part of the users whose turn it is. Without it four fifths of `maxConnections`.", null);
    private static readonly Key<bool> disabled = Optional("disabled", new Flag(),
        "true: out of use: not probed, not handed to, but shown; connections that come all the same are served.", false, "false");
    private static readonly Key<VipMode> mode = Optional("mode", new Choice<VipMode>([("tcp", VipMode.Tcp)], ["http", "https", "udp", "tls"]), "How the VIP is served.", VipMode.Tcp, "tcp");
    private static readonly Key<Balance> balance = Optional("balance",
        new Choice<Balance>([("round-robin", Balance.RoundRobin), ("weighted", Balance.Weighted), ("least-connections", Balance.LeastConnections)]),
        "How the hunt group is walked.", Balance.LeastConnections, "least-connections");
    private static readonly Key<Persistence?> persistence = Optional("persistence", new Section<Persistence?>(PersistenceTable, ReadPersistence),
        "Keeps a client at its real server; without it each connection is chosen anew.", null);
    private static readonly Key<ImmutableArray<WrittenServer>> servers = Optional("servers", new ListOf<WrittenServer>(new Section<WrittenServer>(ServerTable, ReadServer), 0, MaxServers),
        "The hunt group. With none, something else serves the VIP: it is probed and answered, never listened on.", [], "[]");

    public static readonly KeyTable Table = new("services.*.vips.*", [address, maxConnections, targetConnections, disabled, mode, balance, persistence, servers],
        ("tls", "TLS at the VIP"), ("certificate", "TLS at the VIP"), ("bandwidth", "bandwidth limits"), ("filter", "packet filters"));

    public static WrittenVip Read(Fields fields)
    {
        var (max, target) = (fields.Get(maxConnections), fields.Get(targetConnections));
        if (target > max)
            fields.Findings.Error(fields.MarkOf(targetConnections), fields.At("targetConnections"), FormattableString.Invariant($"must be at most maxConnections ({max}), was {target}"));
        return new(fields.Mark, fields.Path, fields.Get(address), max, target, fields.Get(mode), fields.Get(balance), fields.Get(persistence), fields.Get(disabled), fields.Get(servers));
    }

    private static WrittenServer ReadServer(Fields fields) => new(fields.Get(serverAddress), fields.Get(serverMaxConnections), fields.Get(serverWeight), fields.Get(serverDisabled));

    private static Persistence? ReadPersistence(Fields fields)
    {
        // Only one kind exists so far; reading it is what refuses the others.
        _ = fields.Get(by);
        return fields.Get(@for) is { } time ? new Persistence(time) : null;
    }

    private static Key<Written<Endpoint>?> RequiredOrNone(string name, string meaning) => Required(name, Names.Endpoint.Placed().OrNone(), meaning);
}
