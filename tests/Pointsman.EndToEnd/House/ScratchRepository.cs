using System.Text;

namespace Pointsman.EndToEnd.House;

/// <summary>
/// A copy of the repository's scripts with a stand-in for <c>dotnet</c> that "builds" in a tenth of a second: it writes down that it was
/// called and makes the files that a build would. So what the scripts do around a build can be tested many times over, and
/// a real build is left to <c>./test</c> itself.
/// </summary>
internal sealed class ScratchRepository : IDisposable
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(60);
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public ScratchRepository()
    {
        Folder = Directory.CreateTempSubdirectory("pointsman-house-").FullName;
        foreach (var script in new[] { "pointsman", "test", ".ci/building.sh", ".ci/peers.sh" })
        {
            var copy = PathOf(script);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(ProgramUnderTest.RepositoryFolder, script), copy);
        }
        Write("global.json", """{ "sdk": { "version": "10.0.100" } }""");
        Write("src/Chapter/Idea.cs", "// one idea");
        Write("src/Chapter/Other.cs", "// another");
        Write("tests/peers.txt", "");
        // What "the program" does: it shows its arguments and ends with the code that the first of them names.
        WriteDotnet("""
            mkdir -p "$root/artifacts/bin/Pointsman.Node/release"
            printf '#!/bin/sh\nprintf "<%%s>" "$@"; echo; exit "${1:-0}"\n' > "$root/artifacts/bin/Pointsman.Node/release/pointsman"
            chmod +x "$root/artifacts/bin/Pointsman.Node/release/pointsman"
            """);
    }

    public string Folder { get; }

    /// <summary>How often the stand-in was asked to build.</summary>
    public int Builds => File.Exists(PathOf("builds.log")) ? File.ReadAllLines(PathOf("builds.log")).Length : 0;

    public string PathOf(string relative) => Path.Combine(Folder, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(relative))!);
        File.WriteAllText(PathOf(relative), text);
    }

    /// <summary>Replaces what the stand-in does on <c>dotnet build</c>: lines of bash that find the repository in <c>$root</c>.</summary>
    public void WriteDotnet(string onBuild)
    {
        Write("tools/dotnet", $$"""
            #!/usr/bin/env bash
            set -e
            root='{{Folder}}'
            case "$1" in
              --version) echo 10.0.100 ;;
              format) ;;
              build)
                echo build >> "$root/builds.log"
                sleep 0.1
                {{onBuild}}
                ;;
            esac
            """);
        File.SetUnixFileMode(PathOf("tools/dotnet"), Executable);
    }

    /// <summary>A test program that writes a report of these counts, or none when <paramref name="report"/> is false, and ends with <paramref name="exitCode"/>.</summary>
    public string TestProgram(string name, int passed, int failed, int skipped, int exitCode, bool report = true)
    {
        var script = new StringBuilder("#!/usr/bin/env bash\n");
        if (report)
        {
            script.Append($"""echo '<assemblies><assembly id="1" name="{name}" total="{passed + failed + skipped}" passed="{passed}" failed="{failed}" skipped="{skipped}" errors="0" not-run="0"></assembly></assemblies>' > artifacts/test-results/{name}.xml{'\n'}""");
        }
        script.Append($"exit {exitCode}\n");
        return $"mkdir -p \"$root/artifacts/bin/{name}/release\"\ncat > \"$root/artifacts/bin/{name}/release/{name}\" <<'END'\n{script}END\nchmod +x \"$root/artifacts/bin/{name}/release/{name}\"\n";
    }

    public Task<Finished> RunAsync(string script, params string[] arguments)
        => RunningProcess.RunAsync(script, arguments, s_ample, Folder, EnvironmentWith(PathOf("tools") + ":" + Environment.GetEnvironmentVariable("PATH")));

    public static Dictionary<string, string?> EnvironmentWith(string path, params (string Name, string? Value)[] more)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = path,
            ["DOTNET_ROOT"] = null,
            ["POINTSMAN_NO_BUILD"] = null,
        };
        foreach (var (name, value) in more) environment[name] = value;
        return environment;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
