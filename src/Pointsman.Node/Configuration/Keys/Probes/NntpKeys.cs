using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.nntp</c> [P4.2].</summary>
internal static class NntpKeys
{
    private static readonly Form<string> groupName = new("the name of a group such as local.test",
        text => (text.Length is > 0 and <= 400 && text.All(c => c is > ' ' and < '\x7f' && !"*?,[]\\!".Contains(c, StringComparison.Ordinal)), text),
        "^[!-~]{1,400}$");

    private static readonly Form<string> articleName = new("a message-id in angle brackets, or a number",
        text => (IsMessageId(text) || IsNumber(text), text),
        "^(<[!-~]{1,248}>|[0-9]{1,10})$");

    private static readonly Key<string?> group = Optional("group", groupName.OrNull(), "A group that must be there.", null);
    private static readonly Key<long?> minArticles = Optional("minArticles", new WholeLong().OrNone(), "The fewest articles that the group must have, by the server's own count.", null, "0");
    private static readonly Key<string?> article = Optional("article", articleName.OrNull(), "An article that must be there: its message-id, or its number in `group`.", null);
    private static readonly Key<bool> fetch = Optional("fetch", new Flag(), "Read the article, or its first MiB, which gives the throughput; else it must only be there.", false, "false");

    public static readonly CheckKey Nntp = new("nntp", new KeyTable("services.*.probe.nntp", [group, minArticles, article, fetch, .. TextKeys.Login, .. TextKeys.Others]), Read,
        "Ask a news server for a group or an article.");

    private static WrittenCheck Read(Fields fields)
    {
        if (fields.Has(minArticles) && !fields.Has(group)) fields.Findings.Error(fields.MarkOf(minArticles), fields.At(minArticles.Name), "goes with 'group'");
        if (fields.Has(fetch) && !fields.Has(article)) fields.Findings.Error(fields.MarkOf(fetch), fields.At(fetch.Name), "goes with 'article'");
        var named = fields.Get(article);
        if (named is not null && IsNumber(named) && !fields.Has(group)) fields.Findings.Error(fields.MarkOf(article), fields.At(article.Name), "a number is one of a group's: goes with 'group'");
        var check = new NntpCheck { Group = fields.Get(group), MinArticles = fields.Get(minArticles) ?? 0, Article = named, Fetch = fields.Get(fetch) };
        var complete = TextKeys.Read<NntpCheck>(fields);
        return files => complete(files, check);
    }

    // RFC 3977 §3.6: at most 250 octets, the brackets among them.
    private static bool IsMessageId(string text) =>
        text.Length is > 2 and <= 250 && text[0] == '<' && text[^1] == '>' && text[1..^1].All(c => c is > ' ' and < '\x7f' and not '<' and not '>');

    private static bool IsNumber(string text) => text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit);
}
