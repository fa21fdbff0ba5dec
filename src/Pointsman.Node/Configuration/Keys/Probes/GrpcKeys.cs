using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.grpc</c>: the standard health service.</summary>
internal static class GrpcKeys
{
    private static readonly Key<string> service = Optional("service", new Form<string>("the full name of a gRPC service such as shop.v1.Orders",
        static text => (text.Length is > 0 and <= 127 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/'), text)),
        "The service asked about; without it the server as a whole.", "");
    private static readonly Key<Func<ProbeFiles, TlsSettings>?> tls = Optional("tls",
        new Section<Func<ProbeFiles, TlsSettings>?>(new KeyTable("services.*.probe.grpc.tls", TlsKeys.All), TlsKeys.Read),
        "Over TLS; without it, HTTP/2 in plain text.", (Func<ProbeFiles, TlsSettings>?)null);

    public static readonly CheckKey Grpc = new("grpc", new KeyTable("services.*.probe.grpc", [service, tls]), Read, "Ask the health service of gRPC (`grpc.health.v1.Health/Check`).");

    private static WrittenCheck Read(Fields fields)
    {
        var check = new GrpcCheck { Service = fields.Get(service) };
        var inside = fields.Get(tls);
        return inside is null ? _ => check : files => check with { Tls = inside(files) with { Protocols = ["h2"] } };
    }
}
