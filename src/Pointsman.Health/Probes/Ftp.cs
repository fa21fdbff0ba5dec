using System.Globalization;
using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// FTP [P4.2]: banner, AUTH TLS, login, the size of a file or its bytes, QUIT. Data comes over a second connection that the probe opens; where
/// to is the server's word only as far as the port goes: the address is that of the first one, else a server could aim every
/// site's probes at somebody else.
/// </summary>
internal static class Ftp
{
    private const int MostBytes = ReplyReader.MostContentBytes;

    public static IEnumerable<Step> Speak(FtpCheck check, Heard heard)
    {
        yield return Step.Greeting(check.ExpectGreeting, "220");
        if (check.StartTls is not null)
        {
            // RFC 4217: 234, and the handshake follows.
            yield return new Step.Exchange("the reply to AUTH TLS", "AUTH TLS", "234");
            yield return new Step.Secure();
        }

        // RFC 1635: anonymous, and by custom something like a mail address.
        yield return Step.Command($"USER {check.Login?.User ?? "anonymous"}", "331", "230");
        if (heard.Status == "331") yield return Step.Command($"PASS {check.Login?.Password.Reveal() ?? "pointsman@"}", "230", "202");
        var reply = "230 logged in";

        if (!check.ExpectCapability.IsDefaultOrEmpty)
        {
            // RFC 2389 §3.2: one feature a line, between a first and a last one.
            yield return Step.Command("FEAT", "211");
            foreach (var wanted in check.ExpectCapability)
            {
                if (!heard.Offers(wanted)) yield return new Step.Fail($"does not offer {wanted}");
            }
        }

        if (check.File is { } file)
        {
            // RFC 3659 §4: a size is that of the transfer type in force.
            yield return Step.Command("TYPE I", "200");
            if (!check.Fetch || check.ExpectSize >= MostBytes)
            {
                yield return Step.Command($"SIZE {file}", "213");
                if (!long.TryParse(heard.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) yield return new Step.Fail("the reply to SIZE is no number");
                if (check.ExpectSize is { } wanted && size != wanted) yield return new Step.Fail($"{file} has {size} bytes, expected {wanted}");
                reply = $"213 {file}, {size} bytes";
            }

            if (check.Fetch)
            {
                foreach (var step in Fetch(check, file, heard)) yield return step;
                reply = $"226 {file}, {(heard.IsCut ? "first 1 MiB" : $"{heard.ContentBytes} bytes")}";
            }
        }

        yield return new Step.Well(reply);
        yield return Step.Goodbye("QUIT");
    }

    private static IEnumerable<Step> Fetch(FtpCheck check, string file, Heard heard)
    {
        if (check.Tls is not null)
        {
            // RFC 4217: PBSZ comes first, and P protects the data as the commands are.
            yield return Step.Command("PBSZ 0", "200");
            yield return Step.Command("PROT P", "200");
        }

        yield return Step.Command("EPSV", "229") with { Also = ["500", "501", "502", "522"] };
        var port = heard.Status == "229" ? ExtendedPort(heard.Text) : null;
        if (heard.Status != "229")
        {
            yield return Step.Command("PASV", "227");
            port = PassivePort(heard.Text);
        }

        if (port is not { } open)
        {
            yield return new Step.Fail($"{(heard.Status == "229" ? "the reply to EPSV" : "the reply to PASV")} names no port");
            yield break;
        }

        yield return new Step.OpenData(open);
        yield return Step.Command($"RETR {file}", "150", "125");
        yield return new Step.ReadData();
        // A server whose transfer was cut short may call that a failure, and is not wrong.
        var end = new Step.Exchange("the end of the transfer", null, "226", "250");
        yield return heard.IsCut ? end with { Also = ["426", "450", "451"] } : end;
        if (check.ExpectSize is { } wanted && !heard.IsCut && heard.ContentBytes != wanted) yield return new Step.Fail($"{file} has {heard.ContentBytes} bytes, expected {wanted}");
        if (check.ExpectBody is { } text && heard.Kept.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) < 0)
        {
            var where = heard.ContentBytes > Heard.KeptBytes ? $"the first {Heard.KeptBytes / 1024} KiB" : $"the {heard.ContentBytes} bytes";
            yield return new Step.Fail($"'{Printable.Cut(text, 40)}' is not in {where} of {file}");
        }
    }

    /// <summary>RFC 2428 §3: <c>(|||6446|)</c>, where any other sign may stand for the bar.</summary>
    internal static int? ExtendedPort(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || open + 4 >= text.Length) return null;
        var bar = text[open + 1];
        if (char.IsAsciiDigit(bar) || text[open + 2] != bar || text[open + 3] != bar) return null;
        var close = text.IndexOf(bar, open + 4);
        return close < 0 ? null : Port(text[(open + 4)..close]);
    }

    /// <summary>RFC 959 §4.1.2: six numbers, of which the first four are an address that nobody here follows.</summary>
    internal static int? PassivePort(string text)
    {
        var start = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (start < 0) return null;
        var numbers = text[start..].TrimEnd(')', '.', ' ').Split(',');
        if (numbers.Length != 6) return null;
        return byte.TryParse(numbers[4], NumberStyles.None, CultureInfo.InvariantCulture, out var high)
            && byte.TryParse(numbers[5], NumberStyles.None, CultureInfo.InvariantCulture, out var low) ? Port(((high * 256) + low).ToString(CultureInfo.InvariantCulture)) : null;
    }

    private static int? Port(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
