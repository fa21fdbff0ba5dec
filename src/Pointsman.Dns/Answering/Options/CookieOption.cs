using Pointsman.Dns.Cookies;
using Pointsman.Dns.Dynamic;

namespace Pointsman.Dns.Answering.Options;

/// <summary>DNS cookies (RFC 7873): looked at before anything is answered, given back with every answer to who showed one.</summary>
internal static class CookieOption
{
    /// <summary>Octets of the option in an answer.</summary>
    public const int Length = OptionWriter.HeaderLength + CookieSecrets.Length;

    /// <summary>
    /// Looks at the cookie of a query that has one: fills <see cref="Query.Cookie"/>, and gives the verdict that <paramref name="verdict"/>
    /// becomes by it.
    /// </summary>
    public static QueryVerdict Check(
        QueryVerdict verdict, ReadOnlySpan<byte> message, CookieSettings settings, CookieSecrets secrets, ClientAddress source, bool tcp, uint now, ref Query query)
    {
        // RFC 7873 §5.2.2: 8 octets of the client, and either none or 8 to 32 of a server.
        if (query.CookieLength is not (CookieSecrets.ClientLength or (>= 16 and <= 40)))
        {
            if (verdict == QueryVerdict.NotImp) return verdict;
            query.Fault = Reason.CookieMalformed;
            return QueryVerdict.FormErr;
        }
        query.Cookie = secrets.Check(message.Slice(query.CookiePlace, query.CookieLength), source, now);
        // RFC 7873 §5.4: a query for a cookie alone is told when the one it shows is none of ours.
        if (verdict == QueryVerdict.CookieOnly) return query.Cookie == CookieState.Bad ? QueryVerdict.BadCookie : verdict;
        // RFC 7873 §5.2.3: over TCP the address is proven without one; else who has no good cookie may be told to come back with the one that
        // goes with this answer. §5.2.4: a bad one counts as none.
        return settings.Required && !tcp && verdict is QueryVerdict.Ok or QueryVerdict.Chaos && query.Cookie < CookieState.Good ? QueryVerdict.BadCookie : verdict;
    }

    /// <summary>RFC 9018 §4.3: a good cookie goes back as it is until half its time is over; else the client gets a new one.</summary>
    public static void Write(ref OptionWriter writer, ReadOnlySpan<byte> message, CookieSecrets secrets, ClientAddress source, uint now, in Query query)
    {
        var target = writer.Add(OptionCode.Cookie, CookieSecrets.Length);
        var shown = message.Slice(query.CookiePlace, query.CookieLength);
        if (query.Cookie == CookieState.Good) shown.CopyTo(target);
        else secrets.Write(target, shown, source, now);
    }
}
