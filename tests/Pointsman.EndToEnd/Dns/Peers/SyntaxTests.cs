using System.Globalization;
using System.Text;
using Pointsman.Dns.Wire;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>
/// Every way to write a record, in <c>syntax.zone</c> and the files that it includes; and what BIND alone reads, $GENERATE and relative
/// origins, in <c>generate.zone</c>. Which names and types there are is BIND's word (<c>named-compilezone</c>); the sets must then be the same everywhere.
/// </summary>
public sealed class SyntaxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-syntax-");

    public SyntaxTests()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(ProgramUnderTest.RepositoryFolder, "tests/Pointsman.EndToEnd/Dns/Peers"), "*.zone"))
            File.Copy(file, In(Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string file) => Path.Combine(_folder.FullName, file);

    [Fact, Trait("rfc", "1035 §5"), Trait("rfc", "1035 §5.1"), Trait("rfc", "2308 §4"), Trait("mission", "P1.1")]
    public Task A_master_file_means_what_it_means_to_NSD_Knot_and_BIND() => SameAsync("syntax.test", "syntax.zone", ServerKind.Nsd, ServerKind.Knot, ServerKind.Bind);

    [Fact]
    public Task GENERATE_and_relative_origins_mean_what_they_mean_to_BIND() => SameAsync("gen.test", "generate.zone", ServerKind.Bind);

    private async Task SameAsync(string origin, string file, params ServerKind[] peers)
    {
        var sets = await SetsAsync(origin, In(file));
        Assert.True(sets.Count > 20, $"{sets.Count} sets");
        ServedZone[] zones = [new(origin, In(file))];
        await using var ours = await ZoneServer.StartAsync(ServerKind.Pointsman, zones, origin);
        foreach (var kind in peers)
        {
            await using var peer = await ZoneServer.StartAsync(kind, zones, origin);
            using var left = new DnsConnection(ours.EndPoint);
            using var right = new DnsConnection(peer.EndPoint);
            var wrong = new StringBuilder();
            foreach (var (owner, type) in sets)
            {
                var (mine, its) = (Show(left.Ask([.. owner.Wire], (ushort)type)), Show(right.Ask([.. owner.Wire], (ushort)type)));
                if (mine != its) wrong.Append(CultureInfo.InvariantCulture, $"{owner} {type}\n  Pointsman: {mine}\n  {kind}: {its}\n");
            }
            Assert.True(wrong.Length == 0, wrong.ToString());
        }
    }

    private static string Show(WireAnswer answer) => $"rcode {answer.Rcode}: " + string.Join(" | ", answer.Answers.Select(r => r.ToString()).Order(StringComparer.Ordinal));

    private static async Task<List<(DomainName Owner, RrType Type)>> SetsAsync(string origin, string path)
    {
        var finished = await Peer.RunAsync(
            "named-compilezone", TimeSpan.FromSeconds(30), "-k", "ignore", "-i", "none", "-w", Path.GetDirectoryName(path)!, "-o", "-", origin, path);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var sets = new HashSet<(DomainName, RrType)>();
        foreach (var line in finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split((char[])[' ', '\t'], 5, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 5 && RrTypeText.TryParse(words[3], out var type)) sets.Add((DomainName.Parse(words[0]), type));
        }
        return [.. sets];
    }
}
