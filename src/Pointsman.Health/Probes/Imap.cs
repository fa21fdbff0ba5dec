using System.Text;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>IMAP [P4.2]: greeting, STARTTLS, login, capabilities, LOGOUT. No mailbox is opened.</summary>
internal static class Imap
{
    private const string Ok = "OK";

    public static IEnumerable<Step> Speak(ImapCheck check, Heard heard)
    {
        yield return Step.Greeting(check.ExpectGreeting, Ok, "PREAUTH");
        var isLoggedIn = heard.Status == "PREAUTH";
        if (check.StartTls is not null)
        {
            // RFC 9051 §7.1.4: TLS can no longer be asked for then, and who wants it hangs up: somebody on the way may have put that greeting in.
            if (isLoggedIn) yield return new Step.Fail("the greeting was PREAUTH: TLS can no longer be asked for");
            yield return Step.Command("STARTTLS", Ok);
            yield return new Step.Secure();
        }

        if (check.Login is { } login && !isLoggedIn)
        {
            yield return Step.Command("CAPABILITY", Ok);
            foreach (var step in LogIn(login, heard)) yield return step;
            isLoggedIn = true;
        }

        if (!check.ExpectCapability.IsDefaultOrEmpty)
        {
            // RFC 9051 §6.1.1: other capabilities under TLS and after the login.
            yield return Step.Command("CAPABILITY", Ok);
            foreach (var wanted in check.ExpectCapability)
            {
                if (!heard.Offers(wanted)) yield return new Step.Fail($"does not offer {wanted}");
            }
        }

        yield return new Step.Well(isLoggedIn ? "OK, logged in" : "OK");
        yield return Step.Goodbye("LOGOUT");
    }

    private static List<Step> LogIn(ProbeLogin login, Heard heard)
    {
        var plain = Withheld.Plain(login.User, login.Password.Reveal());
        if (heard.Offers("AUTH=PLAIN"))
        {
            var authenticate = new Step.Exchange("the reply to AUTHENTICATE", "AUTHENTICATE PLAIN", "+");
            // RFC 4959 §3: where the server says so, the answer may come along with the question.
            if (heard.Offers("SASL-IR")) return [authenticate with { Line = $"AUTHENTICATE PLAIN {plain}", Expect = [Ok] }];
            // RFC 9051 §6.2.2: else the server asks for it.
            return [authenticate, new Step.Exchange("the reply to the password", plain, Ok) { Continues = true }];
        }

        // RFC 9051 §6.2.3: LOGIN is not tried where the server forbids it.
        if (heard.Offers("LOGINDISABLED")) return [new Step.Fail("allows no login: LOGINDISABLED, and no AUTH=PLAIN")];
        var (user, password) = (login.User, login.Password.Reveal());
        if (Ascii.IsValid(user) && Ascii.IsValid(password)) return [Step.Command($"LOGIN {Quoted(user)} {Quoted(password)}", Ok)];
        // RFC 9051 §4.3: what a quoted string cannot hold goes as a literal, once the server asks for it.
        return
        [
            new Step.Exchange("the reply to LOGIN", $"LOGIN {{{Encoding.UTF8.GetByteCount(user)}}}", "+"),
            new Step.Exchange("the reply to LOGIN", $"{user} {{{Encoding.UTF8.GetByteCount(password)}}}", "+") { Continues = true },
            new Step.Exchange("the reply to LOGIN", password, Ok) { Continues = true },
        ];
    }

    /// <summary>RFC 9051 §4.3: a backslash before quotes and backslashes.</summary>
    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
