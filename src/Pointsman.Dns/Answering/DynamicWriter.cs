using System.Buffers.Binary;
using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.Answering;

/// <summary>
/// Asks the decision and writes what it chose: the sites' fragments in the order given, the best first [P1.2], as A, AAAA or HTTPS of the
/// same sites.
/// </summary>
internal sealed class DynamicWriter(int worker)
{
    private readonly AddressFragment?[] _fragments = new AddressFragment?[DynamicChoice.MaxFragments];

    /// <summary>False when the static zone alone is to answer [S17].</summary>
    public bool TryAnswer(
        IDynamicAnswers answers, int number, in Query query, ClientAddress source, long nowMicros, int place, Zone? zone,
        ref MessageWriter writer, ref Resolution result)
    {
        // [P2.2] The user's own address goes first, where the query carries it.
        var fromSubnet = query.Subnet.TryGetClient(out var client);
        if (!fromSubnet) client = source;
        var choice = new DynamicChoice(_fragments);
        answers.Choose(number, new DynamicQuery(query.Type, client, fromSubnet, worker, nowMicros), ref choice);
        if (choice.Verdict == DynamicVerdict.StaticOnly) return false;
        result.Reason = Reason.Of(choice.Reason);
        if (choice.Verdict == DynamicVerdict.ServFail)
        {
            Resolver.End(ref writer, ref result, QueryOutcome.ServFail);
            result.Rcode = Rcode.ServFail;
            result.Authoritative = false;
            return true;
        }
        result.Scope = choice.Scope;
        var mark = writer.Mark();
        if (choice.Verdict == DynamicVerdict.Answer && !TryWrite(choice.Fragments, query.Type, choice.TtlSeconds, place, ref writer))
        {
            // RFC 2181 §9: never part of a set.
            writer.Rewind(mark);
            result.Truncated = true;
            Resolver.End(ref writer, ref result, QueryOutcome.AnsweredDynamic);
        }
        else if (writer.Records > mark.Records) Resolver.End(ref writer, ref result, QueryOutcome.AnsweredDynamic);
        else
        {
            // RFC 7871 §7.4: resolvers take a negative answer for everybody's, so that is what it says; save where the decision itself has nothing for
            // this client and something for others: then the scope is the one thing that keeps a resolver from telling the others so.
            if (choice.Verdict != DynamicVerdict.NoData) result.Scope = 0;
            Resolver.Negative(zone, Rcode.NoError, ref writer, ref result);
        }
        return true;
    }

    private static bool TryWrite(ReadOnlySpan<AddressFragment?> fragments, RrType type, uint ttl, int place, ref MessageWriter writer)
    {
        for (var i = 0; i < fragments.Length; i++)
        {
            var fragment = fragments[i]!;
            var written = type switch
            {
                RrType.A => TryWriteAddresses(fragments[..i], fragment.IPv4, 4, type, ttl, place, ref writer),
                RrType.AAAA => TryWriteAddresses(fragments[..i], fragment.IPv6, 16, type, ttl, place, ref writer),
                _ => TryWriteHttps(fragment, i, ttl, place, ref writer),
            };
            if (!written) return false;
        }
        return true;
    }

    private static bool TryWriteAddresses(
        ReadOnlySpan<AddressFragment?> earlier, ReadOnlySpan<byte> addresses, int width, RrType type, uint ttl, int place, ref MessageWriter writer)
    {
        for (; !addresses.IsEmpty; addresses = addresses[width..])
        {
            var address = addresses[..width];
            // Two sites may share an address (anycast): a set holds no record twice (RFC 2181 §5).
            if (IsAmong(earlier, address)) continue;
            if (!writer.TryWriteHeader(place, type, ttl, width) || !writer.TryCopy(address)) return false;
        }
        return true;
    }

    private static bool IsAmong(ReadOnlySpan<AddressFragment?> earlier, ReadOnlySpan<byte> address)
    {
        foreach (var fragment in earlier)
            for (var known = (ReadOnlySpan<byte>)(address.Length == 4 ? fragment!.IPv4 : fragment!.IPv6); !known.IsEmpty; known = known[address.Length..])
                if (known[..address.Length].SequenceEqual(address)) return true;
        return false;
    }

    /// <summary>RFC 9460 §2.4.1: SvcPriority carries the order, so that it survives resolvers that shuffle. The target <c>.</c> is the owner itself.</summary>
    private static bool TryWriteHttps(AddressFragment fragment, int index, uint ttl, int place, ref MessageWriter writer)
    {
        if (fragment.HttpsParameters is not { } parameters) return true;
        Span<byte> start = stackalloc byte[3];
        BinaryPrimitives.WriteUInt16BigEndian(start, (ushort)(index + 1));
        start[2] = 0;
        return writer.TryWriteHeader(place, RrType.HTTPS, ttl, start.Length + parameters.Length) && writer.TryCopy(start) && writer.TryCopy(parameters);
    }
}
