using System.Text;
using Pointsman.Node.Configuration;
using Pointsman.Tests.Tidy;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>The configuration that the documentation shows is one that works.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void The_documented_example_loads_without_error_or_warning()
    {
        var load = ConfigurationLoader.Load(Path.Combine(SourceTree.Folder, "docs", "examples", "pointsman.yaml"), new DocumentedFiles());
        Assert.Empty(load.Findings.Select(finding => finding.ToString()));
        Assert.Equal((3, 1, 1), (load.Configuration!.Cluster.Sites.Length, load.Configuration.Cluster.Services.Length, load.Configuration.Zones.Length));
    }

    [Fact]
    public void The_steps_of_the_how_to_make_one_configuration_that_loads()
    {
        var steps = new StringBuilder();
        var inside = false;
        foreach (var line in SourceTree.Lines("docs/how-to/write-a-configuration.md"))
        {
            if (line.Trim().StartsWith("```", StringComparison.Ordinal)) inside = line.Trim() == "```yaml";
            else if (inside) steps.Append(line.Length > 3 ? line[3..] : "").Append('\n');
        }
        Assert.Contains("services:", steps.ToString(), StringComparison.Ordinal);
        var files = new MemoryFiles().With("pointsman.yaml", steps.ToString()).With("secret.key", new string('k', 32));
        Assert.Empty(files.Errors());
        Assert.NotNull(files.Load().Configuration);
    }

    /// <summary>The disk, and a secret: nobody puts one into a repository.</summary>
    private sealed class DocumentedFiles : IFileSource
    {
        public FileRead Read(string path, long maxBytes) =>
            Path.GetFileName(path) == "secret.key" ? FileRead.Of(Encoding.ASCII.GetBytes(new string('k', 32))) : DiskFiles.Instance.Read(path, maxBytes);

        public IReadOnlyList<string> ListYaml(string folder) => DiskFiles.Instance.ListYaml(folder);
    }
}
