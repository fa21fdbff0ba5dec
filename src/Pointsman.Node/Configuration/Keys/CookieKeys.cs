using System.Collections.Immutable;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>dns.cookies</c>: DNS cookies (RFC 7873), by which a client proves that its address is its own.</summary>
internal static class CookieKeys
{
    private static readonly Key<ImmutableArray<Written<string>>> secrets = Optional("secrets", new ListOf<Written<string>>(Names.FilePath.Placed(), 1, 2, orOne: true),
        "A file of 32 hexadecimal digits (`openssl rand -hex 16`), the same at all nodes of a site, so that they accept each other's cookies. Two during a rotation: the first signs, both verify. "
        + "Sites may have different ones: the files are no part of the configuration's digest. Without any, each node makes its own and changes it every day.", []);
    private static readonly Key<bool> require = Optional("require", new Flag(),
        "Answers a client over UDP that shows a cookie but none of ours with BADCOOKIE and a new one, so that it asks again; who shows none is answered all the same.", false, "false");

    public static readonly KeyTable Table = new("dns.cookies", [secrets, require]);

    public static DnsCookieSettings Read(Fields fields) => new() { SecretFiles = fields.Get(secrets), Required = fields.Get(require) };
}
