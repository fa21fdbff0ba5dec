using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>POP3 [P4.2]: greeting, STLS, login, capabilities, QUIT. Nothing in a mailbox is looked at or changed.</summary>
internal static class Pop3
{
    private const string Ok = "+OK";

    public static IEnumerable<Step> Speak(Pop3Check check, Heard heard)
    {
        yield return Step.Greeting(check.ExpectGreeting, Ok);
        if (check.StartTls is not null)
        {
            // RFC 2595 §4: STLS before the login; the server's consent is the last that comes in the clear.
            yield return Step.Command("STLS", Ok);
            yield return new Step.Secure();
        }

        if (check.Login is { } login)
        {
            // RFC 1939 §7: USER, and after consent PASS, which may hold blanks.
            yield return Step.Command($"USER {login.User}", Ok);
            yield return Step.Command($"PASS {login.Password.Reveal()}", Ok);
        }

        if (!check.ExpectCapability.IsDefaultOrEmpty)
        {
            // RFC 2449 §5: a list up to a lone dot; it may be another before and after the login, and under TLS.
            yield return Step.Command("CAPA", Ok) with { BlockAfter = Ok };
            foreach (var wanted in check.ExpectCapability)
            {
                if (!heard.Offers(wanted)) yield return new Step.Fail($"does not offer {wanted}");
            }
        }

        yield return new Step.Well(check.Login is null ? "+OK" : "+OK, logged in");
        yield return Step.Goodbye("QUIT");
    }
}
