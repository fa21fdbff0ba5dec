using System.Globalization;
using System.Text;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>
/// Every type in many forms (<c>every-type.txt</c>), served by NSD, Knot, BIND and us from the same master file: what we send is, octet by octet,
/// what most of them send. Then the same records in generic form (RFC 3597), which must come out alike.
/// </summary>
public sealed class EveryTypeTests : IDisposable
{
    private const string Origin = "types.test";
    private const string Apex = "$TTL 300\n@ SOA ns hostmaster 1 7200 900 1209600 300\n@ NS ns\nns A 192.0.2.53\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-types-");

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed record Line(string Owner, string Type, string Rdata, string[] Not, bool OnlyUs)
    {
        public bool IsFor(ServerKind kind) => kind == ServerKind.Pointsman || (!OnlyUs && !Not.Contains(kind.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private static List<Line> Lines()
    {
        var lines = new List<Line>();
        foreach (var text in File.ReadLines(Path.Combine(ProgramUnderTest.RepositoryFolder, "tests/Pointsman.EndToEnd/Dns/Peers/every-type.txt")))
        {
            if (text.StartsWith('#')) continue;
            var note = text.LastIndexOf(" ; not ", StringComparison.Ordinal);
            var onlyUs = text.EndsWith(" ; only us", StringComparison.Ordinal);
            var record = onlyUs ? text[..^10] : note < 0 ? text : text[..note];
            var words = record.Split(' ', 2);
            lines.Add(new Line(
                string.Create(CultureInfo.InvariantCulture, $"r{lines.Count}"), words[0], words.Length > 1 ? words[1] : "",
                note < 0 ? [] : text[(note + 7)..].Split(' '), onlyUs));
        }
        return lines;
    }

    private async Task<ServedZone> WriteAsync(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(path, Apex + string.Concat(lines.Select(line => line + "\n")));
        return new ServedZone(Origin, path);
    }

    private static ushort NumberOf(string type) => (ushort)(Pointsman.Dns.Wire.RrTypeText.TryParse(type, out var known) ? known : throw new FormatException(type));

    /// <summary>The RDATA that a server gives for each line, by owner; a delegation's NS stands in the authority section.</summary>
    private static async Task<Dictionary<string, string>> AskAllAsync(ServerKind kind, ServedZone zone, IReadOnlyList<Line> lines)
    {
        await using var server = await ZoneServer.StartAsync(kind, [zone], Origin);
        using var connection = new DnsConnection(server.EndPoint);
        var found = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var type = NumberOf(line.Type);
            var owner = $"{line.Owner}.{Origin}";
            var answer = connection.Ask(WireName.Parse(owner), type);
            var records = answer.Answers.Concat(answer.Authority).Where(r => r.Type == type && r.Owner == owner + ".").ToList();
            found[line.Owner] = records.Count == 1 ? Convert.ToHexStringLower(records[0].Rdata) : FormattableString.Invariant($"{records.Count} records, rcode {answer.Rcode}");
        }
        return found;
    }

    [Fact, Trait("rfc", "3597 §4"), Trait("rfc", "3597 §5"), Trait("mission", "P1.1")]
    public async Task Every_type_is_served_octet_by_octet_as_most_name_servers_do()
    {
        var lines = Lines();
        var found = new Dictionary<ServerKind, Dictionary<string, string>>();
        foreach (var kind in Enum.GetValues<ServerKind>())
        {
            var own = lines.Where(line => line.IsFor(kind)).ToList();
            found[kind] = await AskAllAsync(kind, await WriteAsync($"{kind}.zone", own.Select(line => $"{line.Owner} {line.Type} {line.Rdata}")), own);
        }
        var wrong = new StringBuilder();
        var compared = 0;
        foreach (var line in lines)
        {
            var ours = found[ServerKind.Pointsman][line.Owner];
            var peers = found.Where(f => f.Key != ServerKind.Pointsman && f.Value.ContainsKey(line.Owner)).Select(f => f.Value[line.Owner]).ToList();
            var most = peers.GroupBy(p => p).OrderByDescending(g => g.Count()).FirstOrDefault();
            if (most is null ? !ours.All(char.IsAsciiHexDigit) : most.Key != ours)
            {
                wrong.Append(CultureInfo.InvariantCulture, $"{line.Owner} {line.Type} {line.Rdata}\n");
                foreach (var (kind, all) in found) wrong.Append(CultureInfo.InvariantCulture, $"    {kind}: {all.GetValueOrDefault(line.Owner, "-")}\n");
            }
            compared += peers.Count;
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(compared > 3 * 120, $"only {compared} comparisons");

        // The very same octets, written as TYPEn \# and as the known type \#.
        var generic = lines.Where(line => found[ServerKind.Pointsman][line.Owner].All(char.IsAsciiHexDigit)).ToList();
        foreach (var name in (Func<Line, string>[])[line => line.Type, line => FormattableString.Invariant($"TYPE{NumberOf(line.Type)}")])
        {
            var zone = await WriteAsync("generic.zone", generic.Select(line =>
            {
                var hex = found[ServerKind.Pointsman][line.Owner];
                return FormattableString.Invariant($"{line.Owner} {name(line)} \\# {hex.Length / 2} {hex}");
            }));
            var again = await AskAllAsync(ServerKind.Pointsman, zone, generic);
            Assert.All(generic, line => Assert.Equal(found[ServerKind.Pointsman][line.Owner], again[line.Owner]));
        }
    }
}
