using System.Collections.Immutable;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.http</c> [P4.2].</summary>
internal static class HttpKeys
{
    private static readonly HttpCheck defaults = new();

    private static readonly Key<string> path = Optional("path", Names.HttpPath, "What is asked for, by GET.", defaults.Path, "/");
    private static readonly Key<string?> host = Optional("host", Names.Host.OrNull(), "The Host header; without it the service's name.", null);
    private static readonly Key<ImmutableArray<(int First, int Last)>> expectStatus = Optional("expectStatus",
        new ListOf<(int First, int Last)>(new StatusRange(), 1, 16, orOne: true), "The status codes that mean up.", defaults.ExpectStatus, "200");
    private static readonly Key<string?> expectBody = Optional("expectBody", Names.ShortText.OrNull(), "Text that the body must contain.", null);

    public static readonly CheckKey Http = new("http",
        new KeyTable("services.*.probe.http", [path, host, expectStatus, expectBody],
            ("headers", "headers of one's own"), ("method", "methods other than GET"), ("tls", "HTTPS probes")),
        Read, "Ask for a page.");

    private static WrittenCheck Read(Fields fields)
    {
        var check = new HttpCheck
        {
            Path = fields.Get(path),
            Host = fields.Get(host),
            ExpectStatus = fields.Get(expectStatus),
            ExpectBody = fields.Get(expectBody),
        };
        return _ => check;
    }
}
