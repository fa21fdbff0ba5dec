using System.Globalization;
using System.Text;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>
/// A small zone of few labels, so that names collide: wildcards, empty non-terminals, delegations with and without glue, DNAMEs, chains and
/// circles of CNAMEs, all in mixed case. And questions about it: its names, what is above, beside and below them. Made by a seed alone.
/// </summary>
internal sealed class RandomZone
{
    private static readonly string[] s_labels = ["a", "b", "c", "*", "www", "_tcp", "d"];
    private static readonly string[] s_types = ["A", "A", "AAAA", "TXT", "MX", "SRV", "CNAME", "CNAME", "NS", "DNAME", "DS", "HTTPS"];
    private static readonly ushort[] s_asked = [1, 1, 28, 16, 15, 33, 5, 2, 39, 43, 6, 65, 12];

    private readonly Random _random;
    private readonly string _origin;
    private readonly List<string> _names = [];
    private readonly Dictionary<string, HashSet<string>> _typesOf = [];

    public RandomZone(int seed, string origin)
    {
        _random = new Random(seed);
        _origin = origin;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"$TTL {60 * _random.Next(1, 5)}\n@ SOA ns h 1 7200 900 1209600 {_random.Next(10, 400)}\n@ NS ns\nns A 192.0.2.53\n");
        _names.AddRange(["ns", "@"]);
        var count = _random.Next(4, 24);
        for (var i = 0; i < count; i++) Add(text);
        Text = text.ToString();
    }

    public string Text { get; }

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    private string Owner()
    {
        // Half of them below a name that is there already: that is where delegations, DNAMEs and wildcards meet.
        var labels = new List<string>();
        for (var i = _random.Next(1, 4); i > 0; i--) labels.Add(Pick(s_labels));
        if (_random.Next(2) == 0 && Pick([.. _names]) is var above and not "@") labels.Add(above);
        return string.Join('.', labels);
    }

    private string Target()
    {
        var name = _random.Next(6) switch
        {
            0 => Owner(),
            1 => $"{Pick(s_labels)}.{Pick([.. _names])}".Replace(".@", "", StringComparison.Ordinal),
            2 => "x.elsewhere.example.",
            _ => Pick([.. _names]),
        };
        return name;
    }

    private bool HasAbove(string owner, string type)
    {
        for (var dot = owner.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = owner.IndexOf('.', dot + 1))
            if (_typesOf.TryGetValue(owner[(dot + 1)..], out var types) && types.Contains(type)) return true;
        return false;
    }

    private void Add(StringBuilder text)
    {
        var owner = Owner();
        var type = Pick(s_types);
        var own = _typesOf.TryGetValue(owner, out var known) ? known : [];
        // What no server loads: a CNAME beside other data, names below a DNAME, a second DNAME.
        if (own.Contains("CNAME") || (type == "CNAME" && own.Count > 0) || (type == "DNAME" && own.Count > 0) || own.Contains("DNAME")) return;
        if (HasAbove(owner, "DNAME") || (type == "DNAME" && _names.Exists(n => n.EndsWith("." + owner, StringComparison.Ordinal)))) return;
        // A wildcard that delegates or redirects is undefined (RFC 4592 §4.2, RFC 6672 §3.3): each server has its own mind.
        if (owner.StartsWith('*') && type is "NS" or "DNAME" && owner.Contains('*', StringComparison.Ordinal)) return;
        // A DS without a delegation beside it is no error to any, and has no meaning either.
        if (type == "DS" && !own.Contains("NS")) return;
        if (own.Contains("NS") && type is not ("NS" or "DS" or "A" or "AAAA")) return;
        if (type == "NS" && own.Count > 0 && !own.Contains("NS")) return;
        // NSD and Knot take an address from a wildcard below a cut for glue; BIND and we do not (RFC 4592 §3.3 is for what is ours to answer).
        if (owner.StartsWith('*') && HasAbove(owner, "NS")) return;
        _typesOf[owner] = own;
        own.Add(type);
        _names.Add(owner);
        // A set of several records has one TTL; of these there is one alone.
        var ttl = type is "CNAME" or "DNAME" && _random.Next(2) == 0 ? string.Create(CultureInfo.InvariantCulture, $" {_random.Next(1, 1000)}") : "";
        var rdata = type switch
        {
            "A" => string.Create(CultureInfo.InvariantCulture, $"192.0.2.{_random.Next(256)}"),
            "AAAA" => string.Create(CultureInfo.InvariantCulture, $"2001:db8::{_random.Next(1, 10000)}"),
            "TXT" => string.Create(CultureInfo.InvariantCulture, $"\"t{_random.Next(10)}\""),
            "MX" => $"10 {Target()}",
            "SRV" => $"0 0 80 {Target()}",
            "NS" => _random.Next(3) == 0 ? Target() : $"ns{_random.Next(3)}.{owner}",
            "DS" => "1 13 2 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "HTTPS" => "1 . alpn=h2",
            _ => Target(),
        };
        text.Append(CultureInfo.InvariantCulture, $"{Cased(owner)}{ttl} {type} {rdata}\n");
        if (type == "NS" && rdata.EndsWith("." + owner, StringComparison.Ordinal) && _random.Next(4) > 0) AddGlue(text, rdata);
    }

    private void AddGlue(StringBuilder text, string server)
    {
        var own = _typesOf.TryGetValue(server, out var known) ? known : _typesOf[server] = [];
        if (own.Contains("CNAME") || own.Contains("DNAME") || own.Contains("NS")) return;
        own.Add("A");
        text.Append(CultureInfo.InvariantCulture, $"{server} A 192.0.2.{_random.Next(256)}\n");
    }

    private string Cased(string name) => string.Concat(name.Select(c => _random.Next(3) == 0 ? char.ToUpperInvariant(c) : c));

    /// <summary>Questions: a name in wire form, in random letters, and a type.</summary>
    public IEnumerable<(string Name, ushort Type)> Questions(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var name = Pick([.. _names]);
            var asked = _random.Next(6) switch
            {
                0 => $"{Pick(s_labels)}.{name}",
                1 => $"x.{Pick(s_labels)}.{name}",
                2 => name.Contains('.', StringComparison.Ordinal) ? name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..] : Pick(s_labels),
                3 => $"zz.{name}",
                _ => name,
            };
            asked = asked == "@" ? _origin : asked.EndsWith(".@", StringComparison.Ordinal) ? asked[..^1] + _origin : $"{asked}.{_origin}";
            yield return (Cased(asked), s_asked[_random.Next(s_asked.Length)]);
        }
    }
}
