using System.Text;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>How a protocol writes its replies.</summary>
internal enum ReplyForm { Ftp, Smtp, Nntp, Pop3, Imap }

/// <summary>
/// Puts lines together to replies, as each protocol has it. No sockets: a test can feed it anything. Bounded by lines and bytes; a line that
/// is none of the protocol's ends it with words that quote what came.
/// <code>
///   FTP    150 text        or  211-text … 211 text     what is between is free
///   SMTP   250 text        or  250-text … 250 text     every line has the code
///   NNTP   211 text            lines up to a lone dot, if the command asks for them
///   POP3   +OK text            likewise; or -ERR text
///   IMAP   * text … TAG OK text    or + text
/// </code>
/// </summary>
internal sealed class ReplyReader(ReplyForm form, Heard heard)
{
    /// <summary>Lines of one reply but for content: no greeting, help or list of capabilities comes near.</summary>
    public const int MostLines = 256;

    /// <summary>All lines of one reply together, but for content: they are kept, and many servers may answer at once.</summary>
    public const int MostTextBytes = 64 * 1024;

    /// <summary>Content that is counted; more says nothing more, and a probe is not to cost a site more than that.</summary>
    public const int MostContentBytes = HttpReplyReader.MostBodyBytes;

    private Step.Exchange asked = new("", null);
    private string tag = "";
    private int lines;
    private int textBytes;
    private bool inBlock;

    /// <summary>What is wrong, once the progress is <see cref="ReplyProgress.Nonsense"/>.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>What comes next answers <paramref name="exchange"/>.</summary>
    /// <param name="imapTag">What its command was marked with; of no meaning in the other forms.</param>
    public void Begin(Step.Exchange exchange, string imapTag)
    {
        (asked, tag, lines, textBytes, inBlock, Failure) = (exchange, imapTag, 0, 0, false, "");
        (heard.Status, heard.Text) = ("", "");
        heard.Lines.Clear();
    }

    public ReplyProgress Take(ReadOnlySpan<byte> line)
    {
        if (inBlock) return TakeBlockLine(line);
        if (IsTooMuch(line)) return ReplyProgress.Nonsense;
        // RFC 3977 §3.1, RFC 5321 §2.3.8: neither stands in a line; what follows would be shown as what it is not.
        if (line.IndexOfAny((byte)0, (byte)'\r') >= 0) return Nonsense($"has a NUL or a lone CR in it: {Quote(line)}");
        return form switch
        {
            ReplyForm.Pop3 => TakeIndicator(line),
            ReplyForm.Imap => TakeImap(line),
            _ => TakeCode(line),
        };
    }

    private ReplyProgress TakeCode(ReadOnlySpan<byte> line)
    {
        // RFC 5321 §4.2: three digits, alone or before a blank or hyphen; the text means nothing.
        var isCode = line.Length >= 3 && line[0] is >= (byte)'1' and <= (byte)'5' && line[..3].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-');
        var isFirst = heard.Status.Length == 0;
        if (!isCode && (isFirst || form != ReplyForm.Ftp)) return Nonsense($"was no reply: {Quote(line)}");
        var isSame = isFirst || (isCode && Encoding.ASCII.GetBytes(heard.Status).AsSpan().SequenceEqual(line[..3]));
        // RFC 5321 §4.2.1: the code is the same in every line.
        if (!isSame && form != ReplyForm.Ftp) return Nonsense($"changed from {heard.Status} to {Quote(line)}");
        var hasMore = line.Length > 3 && line[3] == (byte)'-';
        // RFC 3977 §3.1: the first line of a reply is the only one that has a code.
        if (hasMore && form == ReplyForm.Nntp) return Nonsense($"was no reply: {Quote(line)}");
        // RFC 959 §4.2: whatever stands between belongs to the text; the same code and a blank end it.
        if (!isSame)
        {
            heard.Lines.Add(Text(line));
            return ReplyProgress.More;
        }

        heard.Status = isFirst ? Encoding.ASCII.GetString(line[..3]) : heard.Status;
        heard.Text = Text(line.Length > 4 ? line[4..] : default);
        heard.Lines.Add(heard.Text);
        return hasMore ? ReplyProgress.More : Answered();
    }

    private ReplyProgress TakeIndicator(ReadOnlySpan<byte> line)
    {
        // RFC 1939 §3: +OK or -ERR, in capitals.
        var length = line.IndexOf((byte)' ') is >= 0 and var blank ? blank : line.Length;
        if (!line[..length].SequenceEqual("+OK"u8) && !line[..length].SequenceEqual("-ERR"u8)) return Nonsense($"was no reply: {Quote(line)}");
        heard.Status = length == 3 ? "+OK" : "-ERR";
        heard.Text = Text(line[length..]);
        heard.Lines.Add(heard.Text);
        return Answered();
    }

    private ReplyProgress TakeImap(ReadOnlySpan<byte> line)
    {
        // RFC 9051 §4.3: after a literal's length its bytes follow, whatever they look like. No reply to what a probe says has one.
        if (line.Length > 0 && line[^1] == (byte)'}') return Nonsense($"has a literal in it: {Quote(line)}");
        // RFC 9051 §7: untagged, tagged, or the request to go on.
        var text = Text(line);
        var words = text.Split(' ', 3);
        if (words[0] == "+" && asked.Expect.Contains("+")) return Replied("+", text.Length > 2 ? text[2..] : "");
        if (words.Length < 2) return Nonsense($"was no reply: {Quote(line)}");
        var (status, rest) = (words[1].ToUpperInvariant(), words.Length > 2 ? words[2] : "");
        if (words[0] != "*")
        {
            // RFC 9051 §2.2.2: a reply to the command bears the command's tag.
            if (tag.Length == 0 || words[0] != tag || status is not ("OK" or "NO" or "BAD")) return Nonsense($"was no reply: {Quote(line)}");
            return Replied(status, rest);
        }

        if (status == "CAPABILITY") heard.Lines.AddRange(rest.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        // RFC 9051 §7.1.5: BYE may come at any time, and then the server closes.
        if (status == "BYE" && asked.Expect.Length > 0) return Replied("BYE", rest);
        if (tag.Length > 0) return ReplyProgress.More;
        // RFC 9051 §7.1: the greeting is untagged.
        return status is "OK" or "PREAUTH" ? Replied(status, rest) : Nonsense($"was no greeting: {Quote(line)}");
    }

    private ReplyProgress Replied(string status, string text)
    {
        (heard.Status, heard.Text) = (status, text);
        heard.Lines.Add(text);
        return ReplyProgress.Complete;
    }

    private ReplyProgress Answered()
    {
        inBlock = asked.BlockAfter == heard.Status;
        return inBlock ? ReplyProgress.More : ReplyProgress.Complete;
    }

    private ReplyProgress TakeBlockLine(ReadOnlySpan<byte> line)
    {
        // RFC 3977 §3.1.1 and RFC 1939 §3: a lone dot ends it, a dot before a line's own dot is no part of it.
        if (line.Length == 1 && line[0] == (byte)'.') return ReplyProgress.Complete;
        if (line.Length > 1 && line[0] == (byte)'.') line = line[1..];
        if (asked.IsContent)
        {
            heard.ContentBytes += line.Length + 2;
            return heard.ContentBytes >= MostContentBytes ? ReplyProgress.Cut : ReplyProgress.More;
        }

        if (IsTooMuch(line)) return ReplyProgress.Nonsense;
        heard.Lines.Add(Text(line));
        return ReplyProgress.More;
    }

    private bool IsTooMuch(ReadOnlySpan<byte> line)
    {
        if (++lines > MostLines) Failure = $"has more than {MostLines} lines";
        else if ((textBytes += line.Length) > MostTextBytes) Failure = $"has more than {MostTextBytes / 1024} KiB of text";
        return Failure.Length > 0;
    }

    private ReplyProgress Nonsense(string why)
    {
        Failure = why;
        return ReplyProgress.Nonsense;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).Trim();

    private static string Quote(ReadOnlySpan<byte> bytes) => $"'{Text(bytes)}'";
}
