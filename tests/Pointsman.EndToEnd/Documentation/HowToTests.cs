namespace Pointsman.EndToEnd.Documentation;

/// <summary>The files that the how-to pages tell a reader to write are files that the program accepts, as they stand.</summary>
public sealed class HowToTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pointsman-howto-").FullName;

    [Fact]
    public async Task The_configuration_that_the_page_builds_up_is_valid()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "pointsman.yaml"), string.Join("\n", Blocks("write-a-configuration.md", "yaml")));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "secret.key"), Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());
        var commands = Blocks("write-a-configuration.md", "text").SelectMany(block => block.Split('\n')).Where(line => line.StartsWith("pointsman pki", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, commands.Count);
        foreach (var command in commands.Append("pointsman check pointsman.yaml"))
        {
            var finished = await RunningProcess.RunAsync(ProgramUnderTest.File, command.Split(' ')[1..], TimeSpan.FromSeconds(60), _folder);
            Assert.True(finished.ExitCode == 0, $"$ {command}\n{finished}");
        }
    }

    [Theory]
    [InlineData("record-queries-with-dnstap.md", 2)]
    [InlineData("run-the-name-server.md", 6)]
    public async Task The_sections_that_a_page_adds_to_the_example_are_valid(string page, int count)
    {
        var example = Path.Combine(ProgramUnderTest.RepositoryFolder, "docs", "examples");
        foreach (var file in Directory.EnumerateFiles(example, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(example, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        await File.WriteAllBytesAsync(Path.Combine(_folder, "secret.key"), Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());
        foreach (var secret in (string[])["cookie.secret", "cookie.secret.old"]) await File.WriteAllTextAsync(Path.Combine(_folder, secret), "00112233445566778899aabbccddeeff\n");
        Directory.CreateDirectory(Path.Combine(_folder, "conf.d"));
        var sections = Blocks(page, "yaml").ToList();
        Assert.Equal(count, sections.Count);
        foreach (var section in sections)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "conf.d", "section.yaml"), section + "\n");
            var finished = await ProgramUnderTest.RunAsync("check", Path.Combine(_folder, "pointsman.yaml"));
            Assert.True(finished.ExitCode == 0, $"{section}\n{finished}");
        }
    }

    [Fact]
    public async Task The_zone_of_a_delegated_name_is_valid()
    {
        var zone = Blocks("delegate-a-name.md", "text").Single(block => block.StartsWith("$TTL", StringComparison.Ordinal));
        var file = Path.Combine(_folder, "www.example.com.zone");
        await File.WriteAllTextAsync(file, zone + "\n");
        var finished = await ProgramUnderTest.RunAsync("check-zone", "www.example.com", file);
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    /// <summary>The fenced blocks of one language, without the indentation that makes them part of a numbered step.</summary>
    private static IEnumerable<string> Blocks(string page, string language)
    {
        var fence = "```" + language;
        List<string>? block = null;
        foreach (var line in File.ReadAllLines(Path.Combine(ProgramUnderTest.RepositoryFolder, "docs", "how-to", page)))
        {
            if (line.Trim() == fence)
            {
                block = [];
            }
            else if (block is not null && line.Trim() == "```")
            {
                var least = block.Where(text => text.Trim().Length > 0).Min(text => text.Length - text.TrimStart().Length);
                yield return string.Join('\n', block.Select(text => text.Length >= least ? text[least..] : ""));
                block = null;
            }
            else
            {
                block?.Add(line);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
