using System.Globalization;
using System.Text;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>
/// Random zones, random questions: what NSD, Knot and BIND agree on (two of three) is what we answer. Compared are the RCODE, AA, the answer,
/// the authority section of referrals and negative answers, and the glue. <c>POINTSMAN_ZONES=2000</c> makes it long; a failure names its seed.
/// </summary>
public sealed class SameAnswerTests : IDisposable
{
    private const int QuestionsPerZone = 40;

    /// <summary>Zones that one set of servers loads at once.</summary>
    private const int Batch = 100;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-same-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [Fact, Trait("rfc", "1034 §4.3.2"), Trait("rfc", "4592 §3.3.1"), Trait("rfc", "6672 §3.1"), Trait("mission", "P1.1")]
    public async Task Random_zones_are_answered_as_most_name_servers_do()
    {
        var (first, zones) = (Number("POINTSMAN_SEED", 1), Number("POINTSMAN_ZONES", 60));
        var tally = new Tally();
        for (var seed = first; seed < first + zones; seed += Batch) await CompareAsync(seed, Math.Min(Batch, first + zones - seed), tally);
        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
        Assert.True(tally.Wrong.Count == 0, $"{tally}\n{string.Join('\n', tally.Wrong.Take(20))}");
        // A test that compares nothing shows nothing.
        Assert.True(tally.Compared >= zones * QuestionsPerZone * 9 / 10, tally.ToString());
    }

    private static string[] Origins(int seed)
    {
        var origin = FormattableString.Invariant($"z{seed}.test");
        return seed % 3 == 0 ? [origin, "a." + origin] : [origin];
    }

    private sealed class Tally
    {
        public int Compared, Unanimous, Undecided, MadeGlue;
        public List<string> Wrong { get; } = [];
        public override string ToString() => FormattableString.Invariant($"{Compared} answers compared, {Unanimous} of them unanimous, {Undecided} without a majority, {MadeGlue} with glue by wildcard, {Wrong.Count} of ours differ");
    }

    private async Task CompareAsync(int seed, int count, Tally tally)
    {
        var zones = new List<(RandomZone Zone, ServedZone Served, int Seed)>();
        // A zone of its own below every third one, delegated there or not.
        foreach (var (i, origin) in Enumerable.Range(0, count).SelectMany(i => Origins(seed + i).Select(origin => (i, origin))))
        {
            var zone = new RandomZone(seed + i + (origin.StartsWith('z') ? 0 : 1_000_000), origin);
            var path = Path.Combine(_folder.FullName, origin);
            await File.WriteAllTextAsync(path, zone.Text);
            zones.Add((zone, new ServedZone(origin, path), seed + i));
        }
        const string ready = "ready.test";
        var readyFile = Path.Combine(_folder.FullName, ready);
        await File.WriteAllTextAsync(readyFile, "$TTL 60\n@ SOA ns h 1 1 1 1 1\n@ NS ns\nns A 192.0.2.1\n");
        var served = zones.Select(z => z.Served).Append(new ServedZone(ready, readyFile)).ToList();

        await using var ours = await ZoneServer.StartAsync(ServerKind.Pointsman, served, ready);
        await using var nsd = await ZoneServer.StartAsync(ServerKind.Nsd, served, ready);
        await using var knot = await ZoneServer.StartAsync(ServerKind.Knot, served, ready);
        await using var bind = await ZoneServer.StartAsync(ServerKind.Bind, served, ready);
        var connections = ((ZoneServer[])[ours, nsd, knot, bind]).Select(s => new DnsConnection(s.EndPoint)).ToArray();
        foreach (var (zone, _, own) in zones)
            foreach (var (name, type) in zone.Questions(QuestionsPerZone)) Compare(connections, name, type, own, zone, tally);
        foreach (var connection in connections) connection.Dispose();
    }

    private static void Compare(DnsConnection[] connections, string name, ushort type, int seed, RandomZone zone, Tally tally)
    {
        var wire = WireName.Parse(name);
        var answers = connections.Select(c => c.Ask(wire, type)).ToArray();
        var shown = answers.Select(Show).ToArray();
        var most = shown[1..].GroupBy(s => s).OrderByDescending(g => g.Count()).First();
        if (most.Count() < 2)
        {
            tally.Undecided++;
            return;
        }
        tally.Compared++;
        if (most.Count() == 3) tally.Unanimous++;
        // The question comes back in its own letters.
        var echoed = answers[0].Question.AsSpan(0, wire.Length).SequenceEqual(wire);
        if (most.Key == shown[0] && echoed) return;
        // An address that a wildcard makes is glue to NSD and Knot, and none to BIND and us: it is not what RFC 9471 §2 calls glue.
        if (echoed && shown[0] == shown[^1] && shown.Select(s => s[..s.LastIndexOf(';')]).Distinct().Count() == 1)
        {
            tally.MadeGlue++;
            return;
        }
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"--- POINTSMAN_SEED={seed} POINTSMAN_ZONES=1: {name} TYPE{type}\n{zone.Text}");
        foreach (var (server, answer) in Enum.GetNames<ServerKind>().Zip(shown)) text.Append(CultureInfo.InvariantCulture, $"  {server}: {answer}\n");
        tally.Wrong.Add(text.ToString());
    }

    /// <summary>What is compared, in one line. NS beside a positive answer and what is more than glue is each server's own taste.</summary>
    private static string Show(WireAnswer answer)
    {
        static string Section(IEnumerable<WireRecord> records) => string.Join(" | ", records.Select(r => Lower(r).ToString()).Order(StringComparer.Ordinal).Distinct());
        var referral = answer.Authority.Exists(r => r.Type == 2) && !answer.Authority.Exists(r => r.Type == 6) && (answer.Answers.Count == 0 || !answer.IsAuthoritative || EndsInAlias(answer));
        var negative = answer.Authority.Exists(r => r.Type == 6);
        return $"rcode {answer.Rcode}{(answer.IsAuthoritative ? " aa" : "")}; {Section(answer.Answers)}; "
            + (referral || negative ? Section(answer.Authority.Where(r => r.Type is 2 or 6)) : "") + "; "
            + (referral ? Section(answer.Additional.Where(r => answer.Authority.Exists(ns => WireName.Show(ns.Rdata) == r.Owner))) : "");
    }

    private static bool EndsInAlias(WireAnswer answer) => answer.Answers.TrueForAll(r => r.Type is 5 or 39);

    /// <summary>Knot and NSD give names inside RDATA back in lower case.</summary>
    private static WireRecord Lower(WireRecord record) => record.Type is 2 or 5 or 6 or 15 or 33 or 39
        ? record with { Rdata = [.. record.Rdata.Select(octet => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet)] }
        : record;
}
