using System.Collections.Immutable;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary>Every protocol that a probe can speak, in the order of the reference: a line and a file per protocol.</summary>
internal static class CheckKeys
{
    public static readonly ImmutableArray<CheckKey> All =
    [
        HttpKeys.Http,
        HttpKeys.Https,
        TlsKeys.Handshake,
        TcpKeys.Tcp,
        UdpKeys.Udp,
        DnsKeys.Dns,
        FtpKeys.Ftp,
        NntpKeys.Nntp,
        SmtpKeys.Smtp,
        Pop3Keys.Pop3,
        ImapKeys.Imap,
        GrpcKeys.Grpc,
        ExecKeys.Exec,
    ];

    /// <summary>What users of such programs expect and this version does not have.</summary>
    public static readonly (string Key, string What)[] NotYet =
    [
        ("ldap", "LDAP probes"), ("mysql", "MySQL probes"), ("postgresql", "PostgreSQL probes"), ("redis", "Redis probes"),
    ];
}
