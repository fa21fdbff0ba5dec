using Pointsman.Node.Configuration.Keys;
using Pointsman.Node.Configuration.Shapes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration;

/// <summary>
/// Reads the main file, <c>conf.d/*.yaml</c> beside it and every file they name, checks all of it, and gives all or nothing [P5.8, S24]:
/// bytes → tree → as written → the model's facts → what holds between them → the files named. Each stage goes on past the errors of the
/// one before where it can, so that one run tells everything.
/// </summary>
internal static class ConfigurationLoader
{
    // 100 sites × 16 services with ten real servers each take some 3 MB.
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>From this machine's disk.</summary>
    public static LoadResult Load(string path, LoadedConfiguration? inForce = null) => Load(path, DiskFiles.Instance, inForce);

    /// <summary>Never throws for what is in the files; <paramref name="path"/> may be relative.</summary>
    /// <param name="inForce">What is served now: zones and geography tables whose files still hold the same are taken from it [S24].</param>
    public static LoadResult Load(string path, IFileSource files, LoadedConfiguration? inForce = null)
    {
        var findings = new Findings();
        var named = new NamedFiles(path, files, findings);
        if (ReadTree(path, files, named, findings) is not { } tree) return findings.ToResult(null);

        var written = RootKeys.Read(new Fields(RootKeys.Table, tree, "", findings));
        var cluster = ClusterBuilder.Build(written, named, findings);
        CrossChecks.Run(written, findings);

        var secrets = named.ReadSecrets(written.Cluster);
        var cookieSecrets = named.ReadCookieSecrets(written.Dns.Cookies.SecretFiles);
        // Side by side: they are what a start waits for.
        var loading = PlaceLoading.Begin(written, named, inForce);
        var zones = ZoneLoading.Load(written, named, files, findings, inForce, out var zoneSources);
        var places = loading.Finish(written, findings);
        if (places is not null) RuleChecks.Run(written, cluster, places, findings);
        if (findings.HasErrors || places is null) return findings.ToResult(null);
        return findings.ToResult(new LoadedConfiguration
        {
            Path = Path.GetFullPath(path),
            Cluster = cluster with { Digest = named.Digest },
            Zones = zones,
            Dns = written.Dns with { Cookies = written.Dns.Cookies with { Secrets = cookieSecrets } },
            Places = places,
            History = written.History,
            Sources = new ReadSources(loading.Sources, zoneSources),
            Secrets = secrets,
            Files = named.All,
        });
    }

    private static YamlMap? ReadTree(string path, IFileSource files, NamedFiles named, Findings findings)
    {
        var main = Path.GetFullPath(path);
        var tree = ReadOne(main);
        foreach (var extra in files.ListYaml(Path.Combine(Path.GetDirectoryName(main) ?? "/", "conf.d")))
        {
            var part = ReadOne(extra);
            if (tree is not null && part is not null) tree = YamlMerge.Join(tree, part, findings);
        }
        return tree;

        YamlMap? ReadOne(string file)
        {
            var shown = file == main ? path : named.Show(file);
            var read = files.Read(file, MaxBytes);
            if (read.Bytes is not { } bytes)
            {
                findings.Error(Mark.Whole(shown), "", read.Problem!);
                return null;
            }
            named.Cover("configuration", file, bytes);
            return YamlFile.Read(shown, bytes, findings);
        }
    }
}
