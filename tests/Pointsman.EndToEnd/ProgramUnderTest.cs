namespace Pointsman.EndToEnd;

/// <summary>
/// The built program, found from wherever the tests run: the folder with <c>Pointsman.slnx</c> is the root. It is the very file that
/// <c>./pointsman</c> executes, built along with these tests.
/// </summary>
internal static class ProgramUnderTest
{
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(60);

    public static string RepositoryFolder { get; } = FindRepository();

    public static string File { get; } = Path.Combine(RepositoryFolder, "artifacts", "bin", "Pointsman.Node", "release", "pointsman");

    /// <summary>Starts <c>pointsman ARGS…</c>; dispose it to kill it.</summary>
    public static RunningProcess Start(params string[] arguments) => RunningProcess.Start(File, arguments);

    /// <summary>Runs <c>pointsman ARGS…</c> to its end, for at most a minute.</summary>
    public static Task<Finished> RunAsync(params string[] arguments) => RunningProcess.RunAsync(File, arguments, s_ample);

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Pointsman.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException($"no Pointsman.slnx above {AppContext.BaseDirectory}");
    }
}
