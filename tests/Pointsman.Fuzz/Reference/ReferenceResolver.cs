namespace Pointsman.Fuzz.Reference;

/// <summary>
/// RFC 1034 §4.3.2 with RFC 4592 and RFC 6672, read from the top: from the apex down, one label at a time, over plain dictionaries. Dynamic
/// names lie over the zones: one is there for every client, so it hides what the zone would say of it and counts as existing for those around it.
/// </summary>
internal sealed class ReferenceResolver(IReadOnlyList<ReferenceZone> zones, IReadOnlyList<ReferenceDynamic> dynamics)
{
    private const int MostAliases = 16;
    private const int A = 1, Ns = 2, Cname = 5, Aaaa = 28, Dname = 39, Ds = 43, Https = 65, Any = 255, Hinfo = 13;

    private readonly Dictionary<string, ReferenceDynamic> _dynamics = dynamics.ToDictionary(d => d.Name);
    private readonly HashSet<string> _aboveDynamics = [.. dynamics.SelectMany(d => Ancestors(d.Name))];

    private static IEnumerable<string> Ancestors(string name)
    {
        for (; name.Length > 1; name = ReferenceName.Parent(name)) yield return name;
        yield return ReferenceName.Root;
    }

    public ReferenceAnswer Resolve(string name, int type, (bool IsIPv6, UInt128 Bits, int Length) client)
    {
        var answer = new ReferenceAnswer();
        var aliases = new List<string>();
        ReferenceZone? first = null;
        while (true)
        {
            var zone = ZoneOf(name, type);
            var dynamic = _dynamics.GetValueOrDefault(name);
            if (aliases.Count == 0)
            {
                first = zone;
                if (zone is null && dynamic is null)
                {
                    (answer.Rcode, answer.Reason) = (5, 20);
                    return answer;
                }
                answer.Authoritative = true;
            }
            else if (zone != first)
            {
                // An alias to the apex of its own zone stays there, also for DS: NSD, Knot and BIND have it so.
                if (ZoneOf(name, A) != first) return answer;
                zone = first;
            }

            if (dynamic is not null && AnswerDynamic(answer, dynamic, zone, name, type, client)) return answer;
            if (zone is null)
            {
                answer.IsNegative = true;
                return answer;
            }
            var target = Look(answer, zone, name, type, aliases);
            if (target is null) return answer;
            aliases.Add(name);
            name = target;
        }
    }

    /// <summary>The zone with the longest apex; for DS at an apex the zone above, where we have it (RFC 4035 §3.1.4.1).</summary>
    private ReferenceZone? ZoneOf(string name, int type)
    {
        var above = zones.Where(zone => ReferenceName.IsAtOrBelow(name, zone.Origin)).OrderByDescending(zone => zone.Origin.Length).ToList();
        if (type == Ds && above.Count > 1 && above[0].Origin == name) return above[1];
        return above.Count > 0 ? above[0] : null;
    }

    private static bool AnswerDynamic(
        ReferenceAnswer answer, ReferenceDynamic dynamic, ReferenceZone? zone, string name, int type, (bool IsIPv6, UInt128 Bits, int Length) client)
    {
        if (type == Any) answer.Answers.Add(AnySet(name));
        else if (type is not (A or Aaaa or Https))
        {
            if (type != Cname && zone?.Find(name, type) is { } beside) answer.Answers.Add(beside);
            else Negative(answer, zone, 0);
        }
        else
        {
            var choice = dynamic.Choose(client.IsIPv6, client.Bits, client.Length);
            if (choice.Verdict == ReferenceVerdict.StaticOnly) return false;
            answer.Reason = choice.Reason;
            if (choice.Verdict == ReferenceVerdict.ServFail)
            {
                (answer.Rcode, answer.Authoritative) = (2, false);
                return true;
            }
            var rdata = new List<string>();
            if (choice.Verdict == ReferenceVerdict.Answer)
            {
                for (var i = 0; i < choice.Sites.Length; i++)
                {
                    var site = choice.Sites[i];
                    rdata.AddRange(type == Https ? ReferenceDynamic.Https(site, i + 1) is { } https ? [https] : [] : type == A ? site.IPv4 : site.IPv6);
                }
            }
            // RFC 7871 §7.4: a negative answer is everybody's, unless the decision itself has nothing for this client.
            if (rdata.Count > 0 || choice.Verdict == ReferenceVerdict.NoData) answer.Scope = choice.Scope;
            if (rdata.Count == 0) Negative(answer, zone, 0);
            else
            {
                answer.FromDynamic = true;
                answer.Answers.Add(new(name, type, choice.Ttl, [.. rdata.Distinct()]));
            }
        }
        return true;
    }

    /// <summary>Step 3: down from the apex. Gives the name to go on with, or null when the answer is whole.</summary>
    private string? Look(ReferenceAnswer answer, ReferenceZone zone, string name, int type, List<string> aliases)
    {
        var encloser = zone.Origin;
        foreach (var node in Ancestors(name).TakeWhile(node => node != zone.Origin).Append(zone.Origin).Reverse())
        {
            if (!zone.Exists(node)) break;
            if (node != zone.Origin && zone.Find(node, Ns) is not null && !(node == name && type == Ds))
            {
                Refer(answer, zone, node, aliases.Count > 0);
                return null;
            }
            if (node != name && zone.Find(node, Dname) is { } dname) return Substitute(answer, dname, node, name, type, aliases);
            encloser = node;
        }
        var owner = name;
        if (encloser != name)
        {
            var exists = _aboveDynamics.Contains(name);
            // The closest encloser of the names that exist, be it by the zone or by a dynamic name.
            var closest = name;
            while (!zone.Exists(closest) && !_aboveDynamics.Contains(closest)) closest = ReferenceName.Parent(closest);
            owner = ReferenceName.Child("*", closest);
            if (exists || !zone.Exists(owner))
            {
                Negative(answer, zone, exists ? 0 : 3);
                return null;
            }
        }
        if (type == Any && zone.HasData(owner)) answer.Answers.Add(AnySet(name));
        else if (zone.Find(owner, type) is { } found) answer.Answers.Add(found with { Owner = name });
        else if (zone.Find(owner, Cname) is { } cname)
        {
            if (aliases.Contains(name) || aliases.Count == MostAliases) return null;
            answer.Answers.Add(cname with { Owner = name });
            return cname.Rdata[0];
        }
        else Negative(answer, zone, 0);
        return null;
    }

    private static string? Substitute(ReferenceAnswer answer, ReferenceSet dname, string node, string name, int type, List<string> aliases)
    {
        if (aliases.Contains(name) || aliases.Count == MostAliases) return null;
        if (!answer.Answers.Exists(set => set.Owner == node && set.Type == Dname)) answer.Answers.Add(dname);
        var made = name[..^node.Length] + ReferenceName.Lower(dname.Rdata[0]);
        if (made.Length > 255)
        {
            answer.Rcode = 6;
            return null;
        }
        answer.Answers.Add(new(name, Cname, dname.Ttl, [made]));
        return type is Cname or Any ? null : made;
    }

    private static void Refer(ReferenceAnswer answer, ReferenceZone zone, string cut, bool afterAlias)
    {
        answer.Authoritative = afterAlias;
        answer.IsReferral = true;
        var servers = zone.Find(cut, Ns)!;
        answer.Authority.Add(servers);
        foreach (var server in servers.Rdata)
        {
            var glue = ReferenceName.IsAtOrBelow(server, cut) ? answer.RequiredGlue : answer.OptionalGlue;
            if (zone.Find(server, A) is { } ipv4) glue.Add(ipv4);
            if (zone.Find(server, Aaaa) is { } ipv6) glue.Add(ipv6);
        }
    }

    /// <summary>RFC 4892: the server's own names, in the class CHAOS.</summary>
    public static ReferenceAnswer ResolveChaos(string name, int type, ReferenceSettings settings)
    {
        var answer = new ReferenceAnswer();
        var text = name switch
        {
            "\u0002id\u0006server\0" or "\u0008hostname\u0004bind\0" => settings.Identity,
            "\u0007version\u0006server\0" or "\u0007version\u0004bind\0" => settings.Version,
            _ => null,
        };
        if (text is null) (answer.Rcode, answer.Reason) = (5, 18);
        else
        {
            answer.Authoritative = true;
            answer.IsNegative = type is not (16 or Any);
            if (!answer.IsNegative) answer.Answers.Add(new(name, 16, 0, [(char)text.Length + text]));
        }
        return answer;
    }

    private static void Negative(ReferenceAnswer answer, ReferenceZone? zone, int rcode)
    {
        (answer.Rcode, answer.IsNegative) = (rcode, true);
        if (zone is not null) answer.Authority.Add(zone.NegativeSoa());
    }

    /// <summary>RFC 8482 §4.2.</summary>
    private static ReferenceSet AnySet(string name) => new(name, Hinfo, 3600, ["\u0007RFC8482\0"]);
}
