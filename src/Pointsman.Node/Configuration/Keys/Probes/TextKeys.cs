using System.Collections.Immutable;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary>The keys that the text protocols have in common.</summary>
internal static class TextKeys
{
    private const int MostCapabilities = 32;

    /// <summary>Text that goes on a line of its own protocol: no control characters, which would end the line or begin another.</summary>
    private static bool IsOneLine(string text, int most) => text.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(text) <= most && !text.Any(char.IsControl);

    public static Form<string> Line(int most) => new(FormattableString.Invariant($"text of 1–{most} bytes on one line"), text => (IsOneLine(text, most), text));

    private static readonly Form<string> capabilityText = new("a keyword, and after it parameters",
        text => (IsOneLine(text, 200) && text.All(c => c is >= ' ' and <= '~') && text[0] != ' ', text));

    private static readonly Key<string?> user = Optional("user", Line(256).OrNull(), "As whom to log in; goes with `password`.", null);
    private static readonly Key<WrittenPassword?> password = Optional("password", PasswordShape.Instance, "Where the password is.", null);
    private static readonly Key<string?> expectGreeting = Optional("expectGreeting", Line(200).OrNull(), "Text that the server's first words must contain.", null);
    private static readonly Key<ImmutableArray<Written<string>>> expectCapability = Optional("expectCapability",
        new ListOf<Written<string>>(capabilityText.Placed(), 1, MostCapabilities, orOne: true),
        "What the server must say it can do, such as `SIZE` or `AUTH PLAIN`: the keyword, with at least the parameters given. Asked for under TLS and after the login, where there are these.", []);

    private static readonly Key<bool> start = Optional("start", new Choice<bool>([("command", false), ("connect", true)]),
        "`command`: by the protocol's own command, in the middle (STARTTLS, STLS, AUTH TLS). `connect`: from the first byte, as on ports of its own.", false, "command");

    private static readonly KeyTable tlsTable = new("services.*.probe.*.tls", [start, .. TlsKeys.All]);

    private static readonly Key<WrittenTls?> tls = Optional("tls", new Section<WrittenTls?>(tlsTable, ReadTls), "Speak TLS; `{}` does for the defaults.", null);

    public static readonly ImmutableArray<Key> Login = [user, password];
    public static readonly ImmutableArray<Key> Others = [tls, expectGreeting, expectCapability];

    /// <summary>Fills the common part in, once the files are read.</summary>
    public static Func<ProbeFiles, TCheck, TCheck> Read<TCheck>(Fields fields)
        where TCheck : TextCheck
    {
        var (name, secret, secured, greeting, wanted) = (fields.Get(user), fields.Get(password), fields.Get(tls), fields.Get(expectGreeting), fields.Get(expectCapability));
        if (fields.Has(user) && !fields.Has(password)) fields.Findings.Error(fields.MarkOf(user), fields.At(user.Name), "goes with 'password'");
        if (fields.Has(password) && !fields.Has(user)) fields.Findings.Error(fields.MarkOf(password), fields.At(password.Name), "goes with 'user'");
        if (fields.Has(password) && !fields.Has(tls))
            fields.Findings.Warning(fields.MarkOf(password), fields.At(password.Name), "goes over the network in the clear: 'tls: {}' protects it");
        foreach (var one in wanted)
        {
            // RFC 3207 §4.2: under TLS it is not offered again; so in the others.
            if (secured is not null && one.Value.Split(' ')[0].ToUpperInvariant() is "STARTTLS" or "STLS")
                fields.Findings.Error(one.Mark, one.Path, $"{one.Value} is offered no more under TLS: 'tls' finds out by itself whether it is");
        }

        return (files, check) => check with
        {
            Login = name is not null && secret is not null && files.ReadPassword(secret) is { } read ? new ProbeLogin(name, read) : null,
            Tls = secured?.Settings(files),
            TlsFromStart = secured?.FromStart ?? false,
            ExpectGreeting = greeting,
            ExpectCapability = [.. wanted.Select(one => one.Value)],
        };
    }

    private static WrittenTls? ReadTls(Fields fields) => new(fields.Get(start), TlsKeys.Read(fields));

    private sealed record WrittenTls(bool FromStart, Func<ProbeFiles, TlsSettings> Settings);
}
