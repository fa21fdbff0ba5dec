using System.Runtime.CompilerServices;
using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.Answering;

/// <summary>
/// RFC 1034 §4.3.2, over static zones and the dynamic names that lie upon them [P1.1]. The tree already knows each name's cut, so the search
/// is: the exact name or its closest encloser, then what stands there. Aliases are followed within the zone, up to a bound.
/// </summary>
internal sealed class Resolver(int worker)
{
    /// <summary>More aliases than that help nobody: a resolver gives up as well (RFC 1034 §3.6.2 allows chains, sets no length).</summary>
    private const int MaxAliases = 16;

    private readonly NameBuffer[] _substituted = [new(), new()];
    private readonly int[] _dnamesWritten = new int[MaxAliases + 1]; // by their place in the zone
    private readonly int[] _ownersWritten = new int[MaxAliases + 1];
    private readonly DynamicWriter _dynamic = new(worker);

    public CompressionTable Names { get; } = new();

    /// <summary>Where one step of the chain leads.</summary>
    private enum Step { Done, Follow }

    /// <summary>The name being looked up, and where it already stands in the answer.</summary>
    private ref struct Target
    {
        public NameView Name;
        public int Place;
        public int Aliases;
    }

    public void Resolve(DnsContents contents, in NameView question, in Query query, ClientAddress source, long nowMicros, ref MessageWriter writer, ref Resolution result)
    {
        var target = new Target { Name = question, Place = MessageWriter.QuestionPlace };
        Zone? first = null;
        result.NameLabels = question.Labels;
        // Bounded: each turn but the last adds one alias.
        while (true)
        {
            var zone = contents.Zones.Find(target.Name, query.Type);
            var number = contents.Names.Find(target.Name);
            if (target.Aliases == 0)
            {
                first = zone;
                if (zone is null && number < 0)
                {
                    (result.Rcode, result.Outcome, result.Reason) = (Rcode.Refused, QueryOutcome.Refused, Reason.OutOfZone);
                    return;
                }
                result.Authoritative = true;
            }
            // A chain that ends at its own zone's apex stays in that zone, also for DS.
            else if (!ReferenceEquals(zone, first) && ReferenceEquals(contents.Zones.Find(target.Name, RrType.None), first)) zone = first;
            else if (!ReferenceEquals(zone, first))
            {
                // What another zone says, the client asks for itself: it would not believe it here (RFC 2181 §5.4.1).
                End(ref writer, ref result, QueryOutcome.Answered);
                return;
            }

            var exists = number != DynamicNames.None;
            if (number >= 0)
            {
                if (query.Type is RrType.A or RrType.AAAA or RrType.HTTPS)
                {
                    if (_dynamic.TryAnswer(contents.Dynamic!, number, query, source, nowMicros, target.Place, zone, ref writer, ref result)) return;
                }
                else
                {
                    AnswerBeside(zone, target, query.Type, ref writer, ref result);
                    return;
                }
            }
            if (zone is null)
            {
                End(ref writer, ref result, QueryOutcome.NoData);
                return;
            }
            if (Look(contents, zone, exists, query.Type, ref target, ref writer, ref result) == Step.Done) return;
        }
    }

    /// <summary>A type that is not chosen per client, at a dynamic name: the static zone's at that very owner, else NODATA; never NXDOMAIN.</summary>
    private static void AnswerBeside(Zone? zone, Target target, RrType type, ref MessageWriter writer, ref Resolution result)
    {
        if (type == RrType.ANY) AnswerAny(target.Place, ref writer, ref result);
        else if (type != RrType.CNAME && zone?.FindNode(target.Name)?.Find(type) is { } set) WriteAnswer(set, target.Place, ref writer, ref result);
        else Negative(zone, Rcode.NoError, ref writer, ref result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Step Look(DnsContents contents, Zone zone, bool exists, RrType type, ref Target target, ref MessageWriter writer, ref Resolution result)
    {
        var node = zone.FindClosest(target.Name, out var below);
        if (node.Cut is { } cut && !(cut == node && below == 0 && type == RrType.DS))
        {
            StandsFor(target, cut.Name.Labels, ref result);
            if (cut.Delegation is { } delegation)
            {
                Refer(cut, delegation, target.Aliases, ref writer, ref result);
                return Step.Done;
            }
            return FollowDname(cut, cut.Dname!.Value, target.Name.Labels - cut.Name.Labels, type, ref target, ref writer, ref result);
        }
        if (below > 0)
        {
            StandsFor(target, target.Name.Labels - below, ref result);
            if (node.Dname is { } dname) return FollowDname(node, dname, below, type, ref target, ref writer, ref result);
            // RFC 4592 §2.2.2: a wildcard covers no name that exists, nor one below it; dynamic names exist.
            if (exists || node.Wildcard is not { } wildcard || AnyExists(contents.Names, target.Name, below))
            {
                StandsFor(target, exists ? target.Name.Labels : zone.Origin.Labels, ref result);
                Negative(zone, exists ? Rcode.NoError : Rcode.NxDomain, ref writer, ref result);
                return Step.Done;
            }
            node = wildcard;
            if (node.Delegation is { } delegation && type != RrType.DS)
            {
                Refer(node, delegation, target.Aliases, ref writer, ref result);
                return Step.Done;
            }
        }
        if (type == RrType.ANY && node.HasSets)
        {
            AnswerAny(target.Place, ref writer, ref result);
            return Step.Done;
        }
        if (node.Find(type) is { } set)
        {
            WriteAnswer(set, target.Place, ref writer, ref result);
            return Step.Done;
        }
        if (node.Cname is { } cname) return FollowCname(node, cname, ref target, ref writer, ref result);
        Negative(zone, Rcode.NoError, ref writer, ref result);
        return Step.Done;
    }

    /// <summary>Of a chain the first link counts: it is what was asked.</summary>
    private static void StandsFor(in Target target, int labels, ref Resolution result)
    {
        if (target.Aliases == 0) result.NameLabels = labels;
    }

    private static bool AnyExists(DynamicNames names, NameView name, int below)
    {
        for (var skipped = 1; skipped < below; skipped++)
            if (names.Find(name, skipped) != DynamicNames.None) return true;
        return false;
    }

    private Step FollowCname(ZoneNode node, RrSet cname, ref Target target, ref MessageWriter writer, ref Resolution result)
    {
        // An alias already given closes a circle: nothing new would follow.
        if (_ownersWritten.AsSpan(0, target.Aliases).Contains(target.Place) || target.Aliases == MaxAliases)
            return Stop(ref writer, ref result);
        if (!writer.TryWrite(cname, target.Place)) return Truncate(ref writer, ref result);
        _dnamesWritten[target.Aliases] = ZoneStore.Nothing;
        _ownersWritten[target.Aliases++] = target.Place;
        target.Name = node.AliasTarget.View;
        target.Place = writer.LastNamePlace;
        return Step.Follow;
    }

    private Step FollowDname(ZoneNode node, RrSet dname, int keptLabels, RrType type, ref Target target, ref MessageWriter writer, ref Resolution result)
    {
        if (_ownersWritten.AsSpan(0, target.Aliases).Contains(target.Place) || target.Aliases == MaxAliases)
            return Stop(ref writer, ref result);
        // One DNAME may be used again further down the chain, but a set stands in an answer once.
        if (!_dnamesWritten.AsSpan(0, target.Aliases).Contains(node.At) && !writer.TryWriteOwned(dname)) return Truncate(ref writer, ref result);
        _dnamesWritten[target.Aliases] = node.At;
        var made = _substituted[target.Aliases & 1];
        if (!made.TrySubstitute(target.Name, keptLabels, node.AliasTarget.View))
        {
            // RFC 6672 §2.2: the name that would come out is too long.
            End(ref writer, ref result, QueryOutcome.YxDomain);
            result.Rcode = Rcode.YxDomain;
            return Step.Done;
        }
        // RFC 6672 §3.1: the synthesised CNAME has the DNAME's TTL.
        if (!writer.TryWriteCname(target.Place, dname.Ttl, made.View, out var place)) return Truncate(ref writer, ref result);
        // The CNAME itself was asked for, or whatever there is: that is it.
        if (type is RrType.CNAME or RrType.ANY) return Stop(ref writer, ref result);
        _ownersWritten[target.Aliases++] = target.Place;
        target.Name = made.View;
        target.Place = place;
        return Step.Follow;
    }

    private static Step Stop(ref MessageWriter writer, ref Resolution result)
    {
        End(ref writer, ref result, QueryOutcome.Answered);
        return Step.Done;
    }

    private static Step Truncate(ref MessageWriter writer, ref Resolution result)
    {
        result.Truncated = true;
        return Stop(ref writer, ref result);
    }

    private static void WriteAnswer(RrSet set, int place, ref MessageWriter writer, ref Resolution result)
    {
        if (!writer.TryWrite(set, place)) result.Truncated = true;
        End(ref writer, ref result, QueryOutcome.Answered);
    }

    /// <summary>RFC 8482 §4.2: a HINFO that says so stands for all types; it keeps ANY from being an amplifier.</summary>
    private static void AnswerAny(int place, ref MessageWriter writer, ref Resolution result)
    {
        var rdata = "\u0007RFC8482\0"u8;
        if (!writer.TryWriteHeader(place, RrType.HINFO, 3600, rdata.Length) || !writer.TryCopy(rdata)) result.Truncated = true;
        End(ref writer, ref result, QueryOutcome.Answered);
    }

    /// <summary>RFC 1034 §4.3.2 step 3b: not our data; say whose it is. AA belongs to the first name of the answer (RFC 1035 §4.1.1).</summary>
    private static void Refer(ZoneNode cut, RrSet delegation, int aliases, ref MessageWriter writer, ref Resolution result)
    {
        result.Authoritative = aliases > 0;
        result.Outcome = QueryOutcome.Referral;
        result.Answers = writer.StartSection();
        if (!writer.TryWriteOwned(delegation))
        {
            result.Truncated = true;
            return;
        }
        result.Authorities = writer.StartSection();
        for (var i = 0; i < cut.GlueSets; i++)
        {
            if (writer.TryWriteOwned(cut.Glue(i))) continue;
            // RFC 9471 §3.1: in-domain glue that does not fit is a truncated answer; other glue is left out in silence.
            result.Truncated |= i < cut.RequiredGlue;
        }
        result.Additionals = writer.StartSection();
    }

    /// <summary>NODATA or NXDOMAIN, with the SOA that says how long to believe it (RFC 2308 §3).</summary>
    internal static void Negative(Zone? zone, Rcode rcode, ref MessageWriter writer, ref Resolution result)
    {
        result.Rcode = rcode;
        result.Outcome = rcode == Rcode.NxDomain ? QueryOutcome.NxDomain : QueryOutcome.NoData;
        result.Answers = writer.StartSection();
        if (zone is not null && !writer.TryWriteOwned(zone.NegativeSoa)) result.Truncated = true;
        result.Authorities = writer.StartSection();
    }

    internal static void End(ref MessageWriter writer, ref Resolution result, QueryOutcome outcome)
    {
        result.Outcome = outcome;
        result.Answers = writer.StartSection();
    }
}
