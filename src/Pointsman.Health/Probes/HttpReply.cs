using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// What came back, in whichever version of HTTP, and whether it is what was expected. Pure. A text or a pattern is looked for in what was
/// kept of the body, its first 64 KiB.
/// </summary>
/// <param name="Missing">The first field expected that did not come; null = all came.</param>
/// <param name="IsCut">Of a good reply, only the beginning of the body was read.</param>
internal readonly record struct HttpReply(int Status, string ReasonPhrase, bool IsVipFull, HttpField? Missing, string? Location, long BodyBytes, bool IsCut)
{
    /// <summary>It says when to come again.</summary>
    public bool HasRetryAfter { get; init; }

    /// <summary>How far into a body text is looked for.</summary>
    public const int KeptBodyBytes = 64 * 1024;

    private const int QuotedChars = 40;

    // Common patterns take a thousandth of it. Nothing can be cancelled meanwhile, and the probes of others wait for the thread.
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(500);

    // By the text itself: a reload brings a new text, and the old one's automaton goes with it.
    private static readonly ConditionalWeakTable<string, Regex> patterns = [];

    /// <summary>RFC 9110 §15.4: the codes that name another place for the same thing.</summary>
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308;

    public string Words
    {
        get
        {
            if (Status == 200 && ReasonPhrase == "OK") return "200 OK";
            return string.Create(CultureInfo.InvariantCulture, $"{Status} {ReasonPhrase}").TrimEnd();
        }
    }

    public Spoken Judge(HttpCheck check, ReadOnlySpan<byte> kept, long transferMicros)
    {
        if (!check.IsExpected(Status) && IsVipFull) return Spoken.Failed($"{Words}: the VIP is full") with { IsFull = true };
        // RFC 9110 §15.6.4: 503 with Retry-After is a server that is overloaded for now, and says so.
        if (!check.IsExpected(Status) && ((Status == 503 && HasRetryAfter) || check.IsOverloaded(Status))) return Spoken.Failed($"{Words}: it takes no more users now") with { IsBusy = true };
        if (!check.IsExpected(Status)) return Spoken.Failed($"status {Words}, expected {Expected(check)}{(Location is null ? "" : $" (it leads to {Short(Location)})")}");
        if (Missing is { } field) return Spoken.Failed($"{Words}, but no header {field.Name} with '{Short(field.Value)}'");
        if (check.ExpectBody is { } text && kept.IndexOf(Encoding.UTF8.GetBytes(text)) < 0) return Spoken.Failed($"{Words}, but '{Short(text)}' is not {Where} of its body");
        if (check.ExpectBodyMatches is { } pattern && MatchFault(MatcherOf(pattern), kept) is { } fault) return Spoken.Failed($"{Words}, but {fault}");
        return new Spoken(null, IsCut ? $"{Words}, first 1 MiB" : Words, BodyBytes, transferMicros);
    }

    private string Where => BodyBytes > KeptBodyBytes ? $"in the first {KeptBodyBytes / 1024} KiB" : string.Create(CultureInfo.InvariantCulture, $"in {BodyBytes} bytes");

    // Without backtracking the time is linear in the body, whatever the server sends; but each character costs as many steps as the pattern has places at once.
    internal string? MatchFault(Regex matcher, ReadOnlySpan<byte> kept)
    {
        try
        {
            return matcher.IsMatch(Encoding.UTF8.GetString(kept)) ? null : $"nothing matches '{Short(matcher.ToString())}' {Where} of its body";
        }
        catch (RegexMatchTimeoutException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"looking for '{Short(matcher.ToString())}' {Where} of its body took more than {matcher.MatchTimeout.TotalMilliseconds:0} ms");
        }
    }

    private static Regex MatcherOf(string pattern) =>
        patterns.GetValue(pattern, static text => new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LongestMatch));

    private static string Short(string text) => text.Length <= QuotedChars ? text : text[..QuotedChars] + "…";

    private static string Expected(HttpCheck check) =>
        string.Join(", ", check.ExpectStatus.Select(static range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
}
