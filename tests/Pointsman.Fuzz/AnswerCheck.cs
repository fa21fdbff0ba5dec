using Pointsman.Dns.Answering;
using Pointsman.Fuzz.Packets;
using Pointsman.Fuzz.Reference;

namespace Pointsman.Fuzz;

/// <summary>All that must hold of one answer, whatever the query was; and, where the query was sound, that it is the right one.</summary>
internal sealed class AnswerCheck(Packet packet, ReferenceQuery query, byte[] reply, int length, ReferenceClient client, ReferenceSettings settings)
{
    private const int NameServerIdOption = 3, SubnetOption = 8, CookieOption = 10, KeepaliveOption = 11, PaddingOption = 12, ExtendedErrorOption = 15;

    /// <summary>What of an OPT record is never left out: the record, client subnet, cookie.</summary>
    private const int OptMost = 11 + 24 + 28;

    /// <summary>The option of an extended error with the longest text, and the header of the identity's.</summary>
    private const int ReasonMost = 6 + 64 + 4;

    /// <summary>What who may be forged gets in any case.</summary>
    private const int SmallAnswer = 512;

    /// <summary>How the server itself says that the query ended; null = not just once.</summary>
    public required QueryOutcome? Counted { get; init; }

    /// <summary>Null = no rate is limited.</summary>
    public required ReferenceLedger? Ledger { get; init; }
    public required long NowMicros { get; init; }


    public QueryOutcome Outcome { get; private set; }
    public bool Truncated { get; private set; }

    /// <summary>Null, or the first thing that is wrong.</summary>
    public string? FindWrong(ReferenceResolver resolver)
    {
        Outcome = QueryOutcome.Dropped;
        if (query.Fate == Fate.Drop) return length == 0 ? null : "answered what must be dropped";
        var unproven = !client.Tcp && query.Cookie is not (CookieProof.Good or CookieProof.GoodButOld);
        var verdict = unproven && Ledger is not null ? Ledger.Judge(client.Address, NowMicros) : RateVerdict.Pass;
        var came = Counted switch { QueryOutcome.RateDropped => RateVerdict.Drop, QueryOutcome.RateSlipped => RateVerdict.Slip, _ => RateVerdict.Pass };
        if (verdict != RateVerdict.Any && came != verdict) return $"{came} by its rate, {verdict} is due";
        if (came == RateVerdict.Drop)
        {
            Outcome = QueryOutcome.RateDropped;
            return length == 0 ? null : "dropped for its rate, and yet there is an answer";
        }
        if (length == 0) return $"no answer, but {query.Fate} is due";
        var limit = client.Tcp ? 65535 : Math.Min(query.Payload, settings.Payload);
        if (length > limit) return $"{length} octets, {limit} are allowed";
        if (ReferenceMessage.Read(reply, length, out var answer) is { } broken) return $"the answer is broken: {broken}";
        Truncated = (answer.Flags & 0x0200) != 0;
        if ((Frame(answer) ?? Options(answer, limit)) is { } found) return found;
        if (came == RateVerdict.Slip) return Slipped(answer);
        if (settings.TruncateUnproven && unproven && length > SmallAnswer && length > 3 * packet.Length) return $"{length} octets for {packet.Length} of a client that may be forged";
        _mayBeEmptied = settings.TruncateUnproven && unproven && Truncated && IsEmpty(answer);
        return query.Fate switch
        {
            Fate.Answer => Contents(answer, resolver.Resolve(ReferenceName.Lower(query.Name!), query.Type, query.Client() ?? client.Prefix()), limit),
            Fate.Chaos => Contents(answer, ReferenceResolver.ResolveChaos(ReferenceName.Lower(query.Name!), query.Type, settings), limit),
            _ => Refusal(answer, limit),
        };
    }

    private bool _mayBeEmptied;

    private static bool IsEmpty(ReferenceMessage answer) => answer.Answers.Count + answer.Authority.Count + answer.Additional.Count == 0;

    /// <summary>Empty, and truncated unless it is an error, which nobody would repeat over TCP.</summary>
    private string? Slipped(ReferenceMessage answer)
    {
        Outcome = QueryOutcome.RateSlipped;
        if (!IsEmpty(answer)) return "records in a slipped answer";
        if (answer.Options.Exists(option => option.Code == ExtendedErrorOption)) return "a reason in a slipped answer";
        return Truncated == (answer.Rcode == 0) ? null : $"slipped with rcode {answer.Rcode} and TC {Truncated}";
    }

    /// <summary>Header and question (RFC 1035 §4.1.1): id, opcode and RD go back as they came; RA, Z, AD and CD are not ours to set.</summary>
    private string? Frame(ReferenceMessage answer)
    {
        if (reply[0] != packet.Octets[0] || reply[1] != packet.Octets[1]) return "another id";
        var sent = ReferenceMessage.Number(packet.Octets, 2);
        if ((answer.Flags & ~0x060F) != (0x8000 | (sent & 0x7900))) return $"flags {answer.Flags:x4} in reply to {sent:x4}";
        if (Truncated && client.Tcp && length < 60000) return "truncated over TCP";
        if (answer.Questions == 0) return query.Name is null || query.Fate is Fate.NotImp ? null : "the question is missing";
        if (query.Name is null) return "a question where none was read";
        return answer.QuestionEnd == query.QuestionEnd && reply.AsSpan(12, query.QuestionEnd - 12).SequenceEqual(packet.Octets.AsSpan(12, query.QuestionEnd - 12))
            ? null
            : "the question is not the one that was asked, to the letter";
    }

    private string? Options(ReferenceMessage answer, int limit)
    {
        // RFC 6891 §7: OPT in reply to OPT, and only then.
        if (answer.HasOpt != query.HasOpt) return answer.HasOpt ? "an OPT record that nobody asked for" : "the OPT record is missing";
        if (!answer.HasOpt) return answer.Rcode > 15 ? "an extended rcode without OPT" : null;
        if (answer.Payload != settings.Payload || answer.Version != 0) return $"payload {answer.Payload}, version {answer.Version}";
        if (answer.OptFlags != (query.DnssecOk ? 0x8000 : 0)) return $"EDNS flags {answer.OptFlags:x4}";
        var seen = new HashSet<int>();
        foreach (var (code, value) in answer.Options)
        {
            if (!seen.Add(code)) return $"option {code} twice";
            var right = code switch
            {
                NameServerIdOption => settings.Identity is { } identity && query.Option(code) is not null && System.Text.Encoding.UTF8.GetString(value) == identity,
                SubnetOption => query.Option(code) is { } subnet && SameButScope(subnet, value),
                CookieOption => query.Cookie != CookieProof.None && IsCookieDue(query.Option(code)!, value),
                KeepaliveOption => client.Tcp && query.Option(code) is not null && value.Length == 2,
                PaddingOption => client.Tcp && query.Option(code) is not null && settings.PaddingBlock > 0 && value.All(octet => octet == 0) && (length % settings.PaddingBlock == 0 || length == limit),
                ExtendedErrorOption => value.Length >= 2,
                _ => false,
            };
            if (!right) return $"option {code} with {Convert.ToHexStringLower(value)}";
        }
        // What the client needs is always there; the rest where there is room.
        if (query.Option(SubnetOption) is not null && !seen.Contains(SubnetOption)) return "the client subnet is not echoed";
        if (query.Cookie != CookieProof.None && !seen.Contains(CookieOption)) return "the cookie is missing";
        bool Missing(int code, int size) => query.Option(code) is not null && !seen.Contains(code) && length + 4 + size <= limit;
        if (settings.Identity is { } due && Missing(NameServerIdOption, due.Length)) return "the name server's id is missing";
        if (client.Tcp && Missing(KeepaliveOption, 2)) return "the keepalive is missing";
        return client.Tcp && settings.PaddingBlock > 0 && Missing(PaddingOption, 0) ? "the padding is missing" : null;
    }

    /// <summary>RFC 9018 §4.3: a good cookie goes back as it is, anybody else gets one made now.</summary>
    private bool IsCookieDue(byte[] shown, byte[] given) =>
        given.AsSpan().SequenceEqual(query.Cookie == CookieProof.Good ? shown : settings.Cookies!.Make(shown, client.Address, client.WallSeconds));

    /// <summary>The extended error is the one due; it may be left out only where there is no room.</summary>
    private string? Reason(ReferenceMessage answer, int? due, int limit)
    {
        if (!answer.HasOpt) return null;
        var value = answer.Options.Find(option => option.Code == ExtendedErrorOption).Value;
        if (value is null) return due is null || length + 6 > limit ? null : $"the extended error {due} is missing";
        return ReferenceMessage.Number(value, 0) == due ? null : $"the extended error {ReferenceMessage.Number(value, 0)}, {due} is due";
    }

    private static bool SameButScope(byte[] sent, byte[] came) =>
        sent.Length == came.Length && sent.AsSpan(0, 3).SequenceEqual(came.AsSpan(0, 3)) && sent.AsSpan(4).SequenceEqual(came.AsSpan(4));

    private string? Refusal(ReferenceMessage answer, int limit)
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
        // Which fault of several made it malformed is not for the reference to say.
        if (query.Fate is Fate.Refused or Fate.NotImp && Reason(answer, query.Reason, limit) is { } wrong) return wrong;
        return answer.Answers.Count + answer.Authority.Count + answer.Additional.Count == 0 ? null : "records in a refusal";
    }

    private static int Scope(ReferenceMessage answer)
    {
        foreach (var (code, value) in answer.Options)
            if (code == SubnetOption) return value[3];
        return 0;
    }

    private string? Contents(ReferenceMessage answer, ReferenceAnswer due, int limit)
    {
        // An answer that was taken back because the client may be forged says nothing but TC; it ends as what it was.
        if (_mayBeEmptied && due.Size() + query.QuestionEnd + OptMost + (settings.Identity?.Length ?? 0) + ReasonMost > SmallAnswer)
        {
            // Where its chain was cut before cannot be seen any more.
            Outcome = Counted == OutcomeOf(CutChain(due)) ? Counted.Value : OutcomeOf(due);
            return answer.Rcode is 0 || answer.Rcode == due.Rcode ? null : $"rcode {answer.Rcode} and TC";
        }
        if (Truncated && IsChainCut(answer, due)) due = CutChain(due);
        Outcome = OutcomeOf(due);
        if (answer.Class != 0 && answer.Class != query.Class) return $"class {answer.Class}";
        if (answer.Rcode != due.Rcode) return $"rcode {answer.Rcode}, {due.Rcode} is due";
        if ((answer.Flags & 0x0400) != 0 != due.Authoritative) return "AA is wrong";
        var scope = query.Client() is { } user ? Math.Min(due.Scope, user.IsIPv6 ? 128 : 32) : 0;
        if (Scope(answer) != scope) return $"scope {Scope(answer)}, {scope} is due";
        if (Reason(answer, due.Reason, limit) is { } wrongReason) return wrongReason;

        // Of answer and authority either all is there, or TC says that it is not; a set is never cut in two (RFC 2181 §9).
        var whole = SameSets(answer.Answers, due.Answers, out var wrong) & SameSets(answer.Authority, due.Authority, out var wrongToo)
            & SameSets(answer.Additional, [.. due.RequiredGlue, .. due.OptionalGlue], out var wrongGlue);
        if ((wrong ?? wrongToo ?? wrongGlue) is { } found) return found;
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
