namespace Pointsman.EndToEnd;

/// <summary>
/// A program that is not ours and that a test needs: dig, unbound, curl, nginx. <c>./test</c> installs what <c>tests/peers.txt</c>
/// lists; where that was not possible the test is skipped, and says which program it missed.
/// </summary>
internal static class Peer
{
    private static readonly string[] s_alsoIn = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The full path of <paramref name="program"/>, or the running test is skipped.</summary>
    public static string Require(string program)
    {
        var path = Find(program);
        Assert.SkipWhen(path is null, $"{program} is not installed: ./test as root installs it (tests/peers.txt)");
        return path!;
    }

    /// <summary>Runs a peer to its end, or skips the running test when it is not installed.</summary>
    public static Task<Finished> RunAsync(string program, TimeSpan deadline, params string[] arguments)
        => RunningProcess.RunAsync(Require(program), arguments, deadline);

    private static string? Find(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(s_alsoIn) // an ordinary user's PATH lacks the folders of daemons
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
