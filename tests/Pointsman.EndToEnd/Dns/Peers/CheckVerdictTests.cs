using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;

namespace Pointsman.EndToEnd.Dns.Peers;

/// <summary>
/// <c>check-zone</c> beside <c>named-checkzone</c>, <c>nsd-checkzone</c> and <c>kzonecheck</c> over good and bad files (<c>check-verdicts.txt</c>): the same verdict, or a
/// difference that is written down with its reason. A difference that is gone is told too.
/// </summary>
public sealed class CheckVerdictTests : IDisposable
{
    private const string Apex = "$TTL 300\n@ SOA ns h 1 7200 900 1209600 300\n@ NS ns\nns A 192.0.2.53\n";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-verdicts-");

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed record Block(string Title, string Text, bool Good, Dictionary<string, bool> Otherwise);

    private static IEnumerable<Block> Blocks()
    {
        var text = File.ReadAllText(Path.Combine(ProgramUnderTest.RepositoryFolder, "tests/Pointsman.EndToEnd/Dns/Peers/check-verdicts.txt"));
        foreach (var block in text.Split("\n## ").Skip(1))
        {
            var lines = block.TrimEnd('\n').Split('\n');
            var verdict = Array.FindIndex(lines, line => line is "= good" or "= bad");
            var body = string.Join('\n', lines[1..verdict]).Replace("\\r", "\r", StringComparison.Ordinal) + "\n";
            var otherwise = lines[(verdict + 1)..].Select(line => line.Split([' ', ':'], 3)).ToDictionary(words => words[0], words => words[1] == "good");
            yield return new Block(lines[0], body.StartsWith("bare\n", StringComparison.Ordinal) ? body[5..] : Apex + body, lines[verdict] == "= good", otherwise);
        }
    }

    [Fact, Trait("mission", "P1.1")]
    public async Task Check_zone_says_what_three_other_checkers_say_or_why_not()
    {
        var wrong = new StringBuilder();
        var count = 0;
        var path = Path.Combine(_folder.FullName, "check.test.zone");
        foreach (var block in Blocks())
        {
            count++;
            await File.WriteAllTextAsync(path, block.Text);
            // What the command prints and returns, another test shows: sixty starts would only take time.
            var ours = MasterFile.Load(DomainName.Parse("check.test"), path);
            if (ours.Zone is not null != block.Good || ours.Errors.IsEmpty != block.Good) wrong.Append($"{block.Title}: ours has {ours.Errors.Length} errors\n");
            if (ours.Errors.Any(error => error.Place.Line == 0 && !error.Message.StartsWith("the zone ", StringComparison.Ordinal))) wrong.Append($"{block.Title}: an error without a place\n");
            foreach (var (name, program, arguments) in ((string, string, string[])[])
                [("BIND", "named-checkzone", ["check.test", path]), ("NSD", "nsd-checkzone", ["check.test", path]), ("Knot", "kzonecheck", ["-o", "check.test", path])])
            {
                var good = (await Peer.RunAsync(program, TimeSpan.FromSeconds(30), arguments)).ExitCode == 0;
                if (good != block.Otherwise.GetValueOrDefault(name, block.Good)) wrong.Append($"{block.Title}: {name} says {(good ? "good" : "bad")}\n");
            }
        }
        Assert.True(count > 60, $"{count} blocks");
        Assert.True(wrong.Length == 0, wrong.ToString());
    }
}
