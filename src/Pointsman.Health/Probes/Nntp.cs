using System.Globalization;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>NNTP [P4.2]: greeting, STARTTLS, login, a group with enough articles, an article that is there or is read, QUIT.</summary>
internal static class Nntp
{
    public static IEnumerable<Step> Speak(NntpCheck check, Heard heard)
    {
        // RFC 3977 §5.1: 200 and 201 differ in whether posting is allowed.
        yield return Step.Greeting(check.ExpectGreeting, "200", "201");
        var reply = $"{heard.Status} ready";
        if (check.StartTls is not null)
        {
            // RFC 4642 §2.2: no greeting follows the handshake.
            yield return Step.Command("STARTTLS", "382");
            yield return new Step.Secure();
        }

        if (check.Login is { } login)
        {
            // RFC 4643 §2.3: 381 asks for the password, 281 has had enough.
            yield return new Step.Exchange("the reply to AUTHINFO USER", $"AUTHINFO USER {login.User}", "381", "281");
            if (heard.Status == "381") yield return new Step.Exchange("the reply to AUTHINFO PASS", $"AUTHINFO PASS {login.Password.Reveal()}", "281");
            reply = "281 logged in";
        }

        if (!check.ExpectCapability.IsDefaultOrEmpty)
        {
            // RFC 3977 §5.2: a list up to a lone dot.
            yield return Step.Command("CAPABILITIES", "101") with { BlockAfter = "101" };
            foreach (var wanted in check.ExpectCapability)
            {
                if (!heard.Offers(wanted)) yield return new Step.Fail($"does not offer {wanted}");
            }
        }

        if (check.Group is { } group)
        {
            var select = Step.Command($"GROUP {group}", "211");
            // RFC 3977 §5.3: a server that serves both kinds of clients wants to be told that this one reads.
            yield return select with { Also = ["401"] };
            if (heard.Status == "401")
            {
                yield return new Step.Exchange("the reply to MODE READER", "MODE READER", "200", "201");
                yield return select;
            }

            // RFC 3977 §6.1.1: an estimate of the articles, the lowest number, the highest, the name.
            if (!long.TryParse(heard.Text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var articles)) yield return new Step.Fail("the reply to GROUP says no number of articles");
            if (articles < check.MinArticles) yield return new Step.Fail($"{group} has {articles} articles, expected {check.MinArticles} or more");
            reply = $"211 {group}, {articles} articles";
        }

        if (check.Article is { } article)
        {
            // RFC 3977 §6.2.4: STAT is ARTICLE without its text.
            yield return check.Fetch ? Step.Command($"ARTICLE {article}", "220") with { BlockAfter = "220", IsContent = true } : Step.Command($"STAT {article}", "223");
            reply = $"{heard.Status} {article}{(heard.IsCut ? ", first 1 MiB" : check.Fetch ? $", {heard.ContentBytes} bytes" : "")}";
        }

        yield return new Step.Well(reply);
        // What was not read to its end would be taken for the reply.
        if (!heard.IsCut) yield return Step.Goodbye("QUIT");
    }
}
