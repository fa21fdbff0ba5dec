using System.Diagnostics;
using System.Globalization;
using Pointsman.Health;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health;

/// <summary>External commands: what they find, what they say, and that nothing of them is left.</summary>
public sealed class CommandProbeTests
{
    [Theory]
    [InlineData("echo all is well", true, "all is well")]
    [InlineData("exit 0", true, "exit code 0")]
    [InlineData("echo first; echo 'lag 40 s' >&2; exit 3", false, "lag 40 s (exit code 3)")]
    [InlineData("exit 1", false, "exit code 1")]
    [InlineData("kill -9 $$", false, "ended by a signal")]
    [InlineData("echo $POINTSMAN_SERVICE $POINTSMAN_SITE $POINTSMAN_PORT $POINTSMAN_TIMEOUT_MS", true, "www.example.com paris 9 20000")]
    [InlineData("env | grep -c SECRET; true", true, "0")]
    [InlineData("cat; echo standard input is empty", true, "standard input is empty")]
    [InlineData("ls /proc/self/fd | tr '\\n' ' '", true, "0 1 2 3")]
    [InlineData("head -c 30000000 /dev/zero | tr '\\0' x; echo; echo end", true, "end")]
    [InlineData("grep -cE '^Sig(Blk|Ign):.*0000000$' /proc/self/status", true, "2")]
    [Trait("mission", "P4.2")]
    public async Task The_exit_code_decides_and_the_last_line_says_why(string script, bool isWell, string reason)
    {
        Environment.SetEnvironmentVariable("A_SECRET_OF_THE_NODE", "x");
        var result = await ProbeOf.RunAsync(Target(["/bin/sh", "-c", script], timeoutMs: 20_000));
        Assert.Equal((isWell, reason), (result.Succeeded, result.Reason));
    }

    [Theory]
    [InlineData("/nowhere/check", "there is no such program")]
    [InlineData("/", "it may not be executed")]
    [InlineData("/etc/passwd", "it may not be executed")]
    public async Task A_command_that_cannot_be_started_says_nothing_of_the_target(string program, string reason)
    {
        var result = await ProbeOf.RunAsync(Target([program]));
        Assert.Equal((ProbeVerdict.Inconclusive, $"not probed: cannot start {program}: {reason}"), (result.Verdict, result.Reason));
    }

    [Theory]
    [InlineData("sleep 300 & sleep 301 & echo $!; wait", "one that waits for its children")]
    [InlineData("trap '' TERM INT; sleep 302 & while :; do sleep 303; done", "one that does not want to go")]
    [InlineData("sleep 304 & while :; do echo flood; done", "one that never stops talking")]
    public async Task At_the_timeout_it_is_killed_with_all_that_it_started(string script, string what)
    {
        var before = Children();
        var result = await ProbeOf.RunAsync(Target(["/bin/sh", "-c", script], timeoutMs: 400)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((ProbeVerdict.Failed, "timeout after 400.0 ms while waiting for the command to end"), (result.Verdict, result.Reason));
        await NobodyOfAsync(before, what);
    }

    [Fact]
    public async Task What_it_leaves_behind_in_the_background_goes_with_it()
    {
        var before = Children();
        var result = await ProbeOf.RunAsync(Target(["/bin/sh", "-c", "sleep 305 & echo well"], timeoutMs: 20_000));
        Assert.Equal((true, "well"), (result.Succeeded, result.Reason));
        await NobodyOfAsync(before, "the background child");
    }

    [Fact]
    public async Task More_than_may_run_at_once_wait_for_their_turn()
    {
        var folder = Directory.CreateTempSubdirectory("pointsman-exec-");
        try
        {
            // Each notes how many run with it.
            var script = $"touch {folder.FullName}/run.$$; sleep 0.05; ls {folder.FullName} | grep -c run; rm {folder.FullName}/run.$$";
            var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ProbeOf.RunAsync(Target(["/bin/sh", "-c", script], timeoutMs: 50_000))));
            Assert.All(results, result => Assert.InRange(int.Parse(result.Reason, CultureInfo.InvariantCulture), 1, 16));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Commands_that_hang_do_not_make_others_look_down()
    {
        var hanging = Enumerable.Range(0, 16).Select(_ => ProbeOf.RunAsync(Target(["/bin/sleep", "306"], timeoutMs: 3000))).ToArray();
        var waited = await ProbeOf.RunAsync(Target(["/bin/true"], timeoutMs: 300));
        Assert.Equal((ProbeVerdict.Inconclusive, "not probed: 16 other commands took the whole of its time"), (waited.Verdict, waited.Reason));
        Assert.All(await Task.WhenAll(hanging), one => Assert.Equal(ProbeVerdict.Failed, one.Verdict));
    }

    private static ProbeTarget Target(Sequence<string> command, int timeoutMs = 3000) =>
        ProbeOf.Target(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 9), new ExecCheck { Command = command }, timeoutMs) with { SiteName = "paris" };

    // Neither a process nor a zombie: whoever sleeps so long was a command's.
    private static async Task NobodyOfAsync(HashSet<int> before, string what)
    {
        var watch = Stopwatch.StartNew();
        while (Children().Except(before).Any())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{what}: {string.Join(", ", Children().Except(before))} are left");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Every sleep of five minutes, and the shells of this process, zombies too.</summary>
    private static HashSet<int> Children()
    {
        var found = new HashSet<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var status = File.ReadAllText(Path.Combine(folder, "stat"));
                var isOurs = status.Contains("(sh)", StringComparison.Ordinal) && status[(status.LastIndexOf(')') + 4)..].Split(' ')[0] == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
                var isSleep = File.ReadAllText(Path.Combine(folder, "cmdline")).StartsWith("sleep\030", StringComparison.Ordinal);
                if (isSleep || isOurs) found.Add(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return found;
    }
}
