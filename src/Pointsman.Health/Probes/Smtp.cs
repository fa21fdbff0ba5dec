using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>SMTP [P4.2]: banner, EHLO, STARTTLS and EHLO again, the capabilities asked for, QUIT. No mail is begun, so that nothing stays of a probe but a line in a log.</summary>
internal static class Smtp
{
    public static IEnumerable<Step> Speak(SmtpCheck check, Heard heard)
    {
        yield return Step.Greeting(check.ExpectGreeting, [.. check.ExpectCode.Select(code => code.ToString(CultureInfo.InvariantCulture))]);
        if (heard.Status != "220")
        {
            // RFC 5321 §3.1: whom the server greets with 554 may send QUIT and nothing else.
            yield return new Step.Well($"{heard.Status} as expected");
            yield return Step.Goodbye("QUIT");
            yield break;
        }

        var ehlo = $"EHLO {check.Ehlo ?? Literal(heard.LocalAddress)}";
        yield return Step.Command(ehlo, "250");
        if (check.StartTls is not null)
        {
            if (!heard.Offers("STARTTLS")) yield return new Step.Fail("does not offer STARTTLS");
            yield return Step.Command("STARTTLS", "220");
            yield return new Step.Secure();
            // RFC 3207 §4.2: the client forgets what it knew of the server, and says EHLO again.
            yield return Step.Command(ehlo, "250");
        }

        foreach (var wanted in check.ExpectCapability)
        {
            if (!heard.Offers(wanted)) yield return new Step.Fail($"does not offer {wanted}");
        }

        // RFC 5321 §4.1.1.1: the first word is the server's name; more may differ each time.
        yield return new Step.Well($"250 {heard.Lines[0].Split(' ')[0]}".TrimEnd());
        // RFC 5321 §4.1.1.10: the client does not close before its QUIT was answered.
        yield return Step.Goodbye("QUIT");
    }

    /// <summary>RFC 5321 §4.1.3: an address in place of a name stands in brackets, IPv6 behind its own tag.</summary>
    private static string Literal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
}
