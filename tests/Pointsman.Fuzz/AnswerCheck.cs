using Pointsman.Dns.Answering;
using Pointsman.Fuzz.Packets;
using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz;

/// <summary>All that must hold of one answer, whatever the query was; and, where the query was sound, that it is the right one.</summary>
internal sealed class AnswerCheck(Packet packet, ReferenceQuery query, byte[] reply, int length, bool tcp, int payloadLimit, string? nameServerId)
{
    private const int NameServerIdOption = 3, SubnetOption = 8, CookieOption = 10, KeepaliveOption = 11, PaddingOption = 12, ExtendedErrorOption = 15;
    private const int PaddingBlock = 468;

    public QueryOutcome Outcome { get; private set; }
    public bool Truncated { get; private set; }

    /// <summary>Null, or the first thing that is wrong.</summary>
    public string? FindWrong(ReferenceResolver resolver, (bool IsIPv6, UInt128 Bits, int Length) source)
    {
        Outcome = QueryOutcome.Dropped;
        if (query.Fate == Fate.Drop) return length == 0 ? null : "answered what must be dropped";
        if (length == 0) return $"no answer, but {query.Fate} is due";
        var limit = tcp ? 65535 : Math.Min(query.Payload, payloadLimit);
        if (length > limit) return $"{length} octets, {limit} are allowed";
        if (ReferenceMessage.Read(reply, length, out var answer) is { } broken) return $"the answer is broken: {broken}";
        Truncated = (answer.Flags & 0x0200) != 0;
        return Frame(answer) ?? Options(answer) ?? (query.Fate == Fate.Answer ? Contents(answer, resolver, source, limit) : Refusal(answer));
    }

    /// <summary>Header and question (RFC 1035 §4.1.1): id, opcode and RD go back as they came; RA, Z, AD and CD are not ours to set.</summary>
    private string? Frame(ReferenceMessage answer)
    {
        if (reply[0] != packet.Octets[0] || reply[1] != packet.Octets[1]) return "another id";
        var sent = ReferenceMessage.Number(packet.Octets, 2);
        if ((answer.Flags & ~0x060F) != (0x8000 | (sent & 0x7900))) return $"flags {answer.Flags:x4} in reply to {sent:x4}";
        if (Truncated && tcp && length < 60000) return "truncated over TCP";
        if (answer.Questions == 0) return query.Name is null || query.Fate == Fate.NotImp ? null : "the question is missing";
        if (query.Name is null) return "a question where none was read";
        return answer.QuestionEnd == query.QuestionEnd && reply.AsSpan(12, query.QuestionEnd - 12).SequenceEqual(packet.Octets.AsSpan(12, query.QuestionEnd - 12))
            ? null
            : "the question is not the one that was asked, to the letter";
    }

    private string? Options(ReferenceMessage answer)
    {
        // RFC 6891 §7: OPT in reply to OPT, and only then.
        if (answer.HasOpt != query.HasOpt) return answer.HasOpt ? "an OPT record that nobody asked for" : "the OPT record is missing";
        if (!answer.HasOpt) return answer.Rcode > 15 ? "an extended rcode without OPT" : null;
        if (answer.Payload != payloadLimit || answer.Version != 0) return $"payload {answer.Payload}, version {answer.Version}";
        if (answer.OptFlags != (query.DnssecOk ? 0x8000 : 0)) return $"EDNS flags {answer.OptFlags:x4}";
        var seen = new HashSet<int>();
        foreach (var (code, value) in answer.Options)
        {
            if (!seen.Add(code)) return $"option {code} twice";
            var wrong = code switch
            {
                NameServerIdOption => nameServerId is null || query.Option(code) is null || System.Text.Encoding.UTF8.GetString(value) != nameServerId,
                SubnetOption => query.Option(code) is not { } subnet || !SameButScope(subnet, value),
                CookieOption => query.Option(code) is not { } cookie || !ReferenceQuery.IsCookie(cookie) || value.Length != 24 || !value.AsSpan(0, 8).SequenceEqual(cookie.AsSpan(0, 8)),
                PaddingOption => !tcp || query.Option(code) is null || Array.Exists(value, octet => octet != 0) || (length % PaddingBlock != 0 && length != 65535),
                KeepaliveOption => !tcp || query.Option(code) is null || value.Length != 2,
                ExtendedErrorOption => value.Length < 2,
                _ => true,
            };
            if (wrong) return $"option {code} with {Convert.ToHexStringLower(value)}";
        }
        if (query.Option(CookieOption) is { } shown && ReferenceQuery.IsCookie(shown) && !seen.Contains(CookieOption)) return "the cookie is missing";
        if (tcp && query.Option(PaddingOption) is not null && !seen.Contains(PaddingOption) && length + 4 <= 65535) return "the padding is missing";
        if (query.Fate != Fate.Answer) return null;
        // Who the server is never costs the answer its place: it may be left out where there is no room.
        var left = (tcp ? 65535 : Math.Min(query.Payload, payloadLimit)) - length - 4;
        if (query.Option(SubnetOption) is not null && !seen.Contains(SubnetOption)) return "the client subnet is not echoed";
        if (nameServerId is not null && left >= nameServerId.Length && query.Option(NameServerIdOption) is not null && !seen.Contains(NameServerIdOption)) return "the name server's id is missing";
        return tcp && left >= 2 && query.Option(KeepaliveOption) is not null && !seen.Contains(KeepaliveOption) ? "the keepalive is missing" : null;
    }

    private static bool SameButScope(byte[] sent, byte[] came) =>
        sent.Length == came.Length && sent.AsSpan(0, 3).SequenceEqual(came.AsSpan(0, 3)) && sent.AsSpan(4).SequenceEqual(came.AsSpan(4));

    private string? Refusal(ReferenceMessage answer)
    {
        (var rcode, Outcome) = query.Fate switch
        {
            Fate.FormErr => (1, QueryOutcome.FormErr),
            Fate.NotImp => (4, QueryOutcome.NotImp),
            Fate.BadVers => (16, QueryOutcome.BadVers),
            Fate.BadCookie => (23, QueryOutcome.BadCookie),
            Fate.CookieOnly => (0, QueryOutcome.CookieOnly),
            _ => (5, QueryOutcome.Refused),
        };
        if (answer.Rcode != rcode) return $"rcode {answer.Rcode}, {query.Fate} is due";
        if ((answer.Flags & 0x0600) != 0) return "AA or TC in a refusal";
        if (Scope(answer) > 0) return "a scope in a refusal";
        return answer.Answers.Count + answer.Authority.Count + answer.Additional.Count == 0 ? null : "records in a refusal";
    }

    private static int Scope(ReferenceMessage answer)
    {
        foreach (var (code, value) in answer.Options)
            if (code == SubnetOption) return value[3];
        return 0;
    }

    private string? Contents(ReferenceMessage answer, ReferenceResolver resolver, (bool IsIPv6, UInt128 Bits, int Length) source, int limit)
    {
        var due = resolver.Resolve(ReferenceName.Lower(query.Name!), query.Type, query.Client() ?? source);
        if (Truncated && IsChainCut(answer, due)) due = CutChain(due);
        Outcome = OutcomeOf(due);
        if (answer.Rcode != due.Rcode) return $"rcode {answer.Rcode}, {due.Rcode} is due";
        if ((answer.Flags & 0x0400) != 0 != due.Authoritative) return "AA is wrong";
        // RFC 7871 §7.4: a negative answer is everybody's.
        var scope = !due.IsNegative && query.Client() is { } client ? Math.Min(due.Scope, client.IsIPv6 ? 128 : 32) : 0;
        if (Scope(answer) != scope) return $"scope {Scope(answer)}, {scope} is due";
        var reason = answer.Options.Find(option => option.Code == ExtendedErrorOption).Value;
        // Out of every zone: "not authoritative". Where there is no room for a reason, there is none.
        var dueReason = due.Rcode == 5 ? 20 : due.Reason;
        if (answer.HasOpt && dueReason != (reason is null ? null : ReferenceMessage.Number(reason, 0)) && (reason is not null || length + 6 <= limit)) return "the extended error is wrong";

        // Of answer and authority either all is there, or TC says that it is not; a set is never cut in two (RFC 2181 §9).
        var whole = SameSets(answer.Answers, due.Answers, out var wrong) & SameSets(answer.Authority, due.Authority, out var wrongToo)
            & SameSets(answer.Additional, [.. due.RequiredGlue, .. due.OptionalGlue], out var wrongGlue);
        if ((wrong ?? wrongToo ?? wrongGlue) is { } found) return found;
        const int OptMost = 11 + 24 + 28;
        // As if nothing were compressed: what fits so fits in any case.
        var fits = due.Size() + query.QuestionEnd + (query.HasOpt ? OptMost : 0) <= limit;
        if (!Truncated) return whole || (!fits && OnlyOptionalMissing(answer, due)) ? null : "records are missing without TC";
        return fits ? "truncated although all would fit" : null;
    }

    /// <summary>An alias did not fit: where the chain would have led cannot show in rcode, scope or authority.</summary>
    private static bool IsChainCut(ReferenceMessage answer, ReferenceAnswer due)
    {
        var came = answer.Answers.Count;
        foreach (var set in due.Answers)
        {
            if (came < set.Rdata.Count) return set.Type is 5 or 39;
            came -= set.Rdata.Count;
        }
        return false;
    }

    private static ReferenceAnswer CutChain(ReferenceAnswer due)
    {
        var cut = new ReferenceAnswer { Authoritative = true };
        cut.Answers.AddRange(due.Answers);
        return cut;
    }

    private static bool OnlyOptionalMissing(ReferenceMessage answer, ReferenceAnswer due) =>
        answer.Answers.Count == due.Answers.Sum(set => set.Rdata.Count) && answer.Authority.Count == due.Authority.Sum(set => set.Rdata.Count)
        && due.RequiredGlue.TrueForAll(set => answer.Additional.Exists(record => record.Owner == set.Owner && record.Type == set.Type));

    private static QueryOutcome OutcomeOf(ReferenceAnswer due) => due switch
    {
        { Rcode: 2 } => QueryOutcome.ServFail,
        { Rcode: 3 } => QueryOutcome.NxDomain,
        { Rcode: 5 } => QueryOutcome.Refused,
        { Rcode: 6 } => QueryOutcome.YxDomain,
        { IsReferral: true } => QueryOutcome.Referral,
        { IsNegative: true } => QueryOutcome.NoData,
        { FromDynamic: true } => QueryOutcome.AnsweredDynamic,
        _ => QueryOutcome.Answered,
    };

    /// <summary>
    /// True when <paramref name="came"/> is just <paramref name="due"/>, set by set in this order. <paramref name="wrong"/> = something is there
    /// that must not be, or half of a set is.
    /// </summary>
    private static bool SameSets(List<ReferenceRecord> came, List<ReferenceSet> due, out string? wrong)
    {
        wrong = null;
        var at = 0;
        var whole = true;
        foreach (var set in due)
        {
            var count = set.Rdata.Count;
            if (at >= came.Count || came[at].Owner != set.Owner || came[at].Type != set.Type)
            {
                whole = false;
                continue;
            }
            if (at + count > came.Count) wrong = $"part of the set {ReferenceName.Text(set.Owner)} TYPE{set.Type}";
            else
            {
                for (var i = 0; i < count; i++)
                {
                    var record = came[at + i];
                    if (record.Owner != set.Owner || record.Type != set.Type) wrong = $"part of the set {ReferenceName.Text(set.Owner)} TYPE{set.Type}";
                    else if (record.Ttl != set.Ttl) wrong = $"TTL {record.Ttl} of {ReferenceName.Text(set.Owner)} TYPE{set.Type}, {set.Ttl} is due";
                    else if (record.Rdata != set.Rdata[i] && !set.Rdata.Contains(record.Rdata)) wrong = $"a record of {ReferenceName.Text(set.Owner)} TYPE{set.Type} that its set has not";
                }
            }
            if (wrong is not null) return false;
            at += count;
        }
        if (at < came.Count) wrong = $"{ReferenceName.Text(came[at].Owner)} TYPE{came[at].Type}, which has no place there";
        return whole && wrong is null;
    }
}
