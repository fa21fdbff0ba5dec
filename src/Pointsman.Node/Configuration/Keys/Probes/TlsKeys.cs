using System.Collections.Immutable;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary>How a probe speaks TLS, the same keys for every protocol: beside a protocol's own keys, or in a section of its own. And the handshake alone, <c>services.*.probe.tls</c>.</summary>
internal static class TlsKeys
{
    private static readonly Key<string?> serverName = Optional("serverName", Names.Host.OrNull(), "The name asked for (SNI) and looked for in the certificate; without it the service's name.", null);
    private static readonly Key<bool> verify = Optional("verify", new Flag(), "false: any certificate will do.", true, "true");
    private static readonly Key<Written<string>?> authority = Optional("authority", Names.FilePath.Placed().OrNone(),
        "A file with the certificates of the only authorities to trust, in PEM form; without it, those of the machine.", null);
    private static readonly Key<int?> certificateDays = Optional("certificateDays", new Whole(1, 3650).OrNone(),
        "Fails when the certificate is valid for fewer days than these; `verify: false` does not turn it off.", null);

    public static readonly ImmutableArray<Key> All = [serverName, verify, authority, certificateDays];

    private static readonly Key<ImmutableArray<string>> protocols = Optional("protocols", new ListOf<string>(Names.Protocol, 1, 16, orOne: true),
        "Protocols offered inside (ALPN), the best first; the server must take one.", [], "[]");

    public static readonly CheckKey Handshake = new("tls", new KeyTable("services.*.probe.tls", [.. All, protocols]), ReadHandshake, "A TLS handshake, and nothing inside.");

    /// <summary>Of a section whose table has <see cref="All"/> among its keys.</summary>
    public static Func<ProbeFiles, TlsSettings> Read(Fields fields)
    {
        var read = new TlsSettings { ServerName = fields.Get(serverName), Verify = fields.Get(verify), CertificateDays = fields.Get(certificateDays) };
        var file = fields.Get(authority);
        if (file is not null && !read.Verify)
            fields.Findings.Error(fields.MarkOf(authority), fields.At("authority"), "makes no difference with verify: false: leave one of the two out");
        return files => read.Verify ? read with { Authority = files.ReadAuthority(file) } : read;
    }

    private static WrittenCheck ReadHandshake(Fields fields)
    {
        var tls = Read(fields);
        Sequence<string> offered = new(fields.Get(protocols));
        return files => new TlsCheck { Tls = tls(files) with { Protocols = offered } };
    }
}
