using System.Collections.Immutable;
using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.smtp</c> [P4.2].</summary>
internal static class SmtpKeys
{
    private const int Greets = 220;

    private static readonly Form<string> ehloName = new("a host name, or an address in brackets",
        text => (text.Length is > 0 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':' or '[' or ']'), text),
        "^[A-Za-z0-9._:\\[\\]-]{1,255}$");

    private static readonly Key<string?> ehlo = Optional("ehlo", ehloName.OrNull(), "What EHLO says who asks.", null, "the prober's address in brackets");
    private static readonly Key<ImmutableArray<int>> expectCode = Optional("expectCode", new ListOf<int>(new Whole(200, 599), 1, 8, orOne: true),
        "Codes of the greeting that mean up. After another than 220 nothing is said but QUIT.", [Greets], "220");

    public static readonly CheckKey Smtp = new("smtp", new KeyTable("services.*.probe.smtp", [ehlo, expectCode, .. TextKeys.Others],
        ("user", "logging in to a mail server"), ("password", "logging in to a mail server")), Read,
        "Greet a mail server, as far as EHLO: no mail is begun.");

    private static WrittenCheck Read(Fields fields)
    {
        var codes = fields.Get(expectCode);
        if (!codes.Contains(Greets))
        {
            foreach (var key in (Key[])[ehlo, .. TextKeys.Others.Where(key => key.Name != "expectGreeting")])
                if (fields.Has(key)) fields.Findings.Error(fields.MarkOf(key), fields.At(key.Name), "makes no difference where the greeting is never 220: nothing is said after another");
        }

        var check = new SmtpCheck { Ehlo = fields.Get(ehlo), ExpectCode = codes };
        var complete = TextKeys.Read<SmtpCheck>(fields);
        return files => complete(files, check);
    }
}
