using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Dssp;

/// <summary>What DSSP promises, by real node processes.</summary>
public sealed class LiveMeshTests
{
    [Fact]
    [Trait("mission", "P5.7")]
    public async Task A_node_that_speaks_only_version_1_and_two_that_speak_2_compute_one_table()
    {
        await using var mesh = new NodeMesh("a", "b", "c");
        await mesh.ConfigureAsync("a", dssp: "versions: 1", cluster: "generation: 7");
        await mesh.ConfigureAsync("b", cluster: "generation: 8");
        await mesh.ConfigureAsync("c", cluster: "generation: 8");
        await mesh.StartAsync("a", "b", "c");
        await mesh.UntilEqualAsync("a", "b", "c");
        await mesh.UntilAsync(async () => Reply(await mesh.GetAsync("b", "dssp?site=c"), "c") is not null, "b hears c's good replies");
        var heard = await mesh.AskAsync("b", "dssp", "dump");
        Assert.Equal((1, 2), ((int)heard["peers"]!["a"]!["version"]!, (int)heard["peers"]!["c"]!["version"]!));
        Assert.Null(Reply(heard, "a"));
        // Which of two that differ is the older, wherever one looks, and nobody is down for it.
        await mesh.UntilAsync(async () => (string?)(await mesh.GetAsync("b", "status"))["peers"]!["a"]!["olderConfiguration"] == "theirs", "b knows whose configuration is the older");
        Assert.Contains("site a has configuration", mesh.Node("b").Error, StringComparison.Ordinal);
        Assert.Contains("that of a is the older", mesh.Node("b").Error, StringComparison.Ordinal);
        Assert.Contains("pointsman_dssp_configuration_differs{site=\"a\"} 1", await mesh.MetricsAsync("b"), StringComparison.Ordinal);

        // Bad news from the old one are news to the new ones.
        mesh.Cut("a", "c");
        mesh.Cut("b", "c");
        await mesh.UntilAsync(async () => State(await mesh.TableAsync("b"), "c") == "down" && State(await mesh.TableAsync("a"), "c") == "down", "both see c down and their votes count");
        await mesh.UntilAsync(async () => (string)(await mesh.TableAsync("a"))["digest"]! == (string)(await mesh.TableAsync("b"))["digest"]! && (string)(await mesh.TableAsync("b"))["digest"]! == (string)(await mesh.TableAsync("c"))["digest"]!, "equal tables");
    }

    [Fact]
    [Trait("mission", "P5.6")]
    public async Task A_node_that_lost_its_disk_and_whose_clock_went_back_is_heard_again()
    {
        await using var mesh = new NodeMesh("a", "b");
        // Its clock was ten years ahead: what the others remember of it is far above what its new life begins with.
        Directory.CreateDirectory(mesh.StateFolder("b"));
        var ahead = (ulong)TimeProvider.System.GetUtcNow().AddYears(10).ToUnixTimeMilliseconds();
        await StoreAsync(mesh.StateFolder("b"), ahead);
        await mesh.StartAsync("a", "b");
        await mesh.UntilAsync(async () => await IncarnationAsync(mesh) > ahead, "a hears b with its stored incarnation");
        var before = await IncarnationAsync(mesh);
        await mesh.KillAsync("b");
        Directory.Delete(mesh.StateFolder("b"), recursive: true);
        await mesh.StartAsync("b");
        await mesh.UntilAsync(async () => await IncarnationAsync(mesh) > before, "a hears b's new life");
        Assert.Empty((await mesh.GetAsync("a", "dssp?site=b"))["peers"]!["b"]!["refused"]!.AsObject());
        await mesh.UntilEqualAsync("a", "b");
    }

    [Fact]
    [Trait("mission", "P4.4")]
    public async Task What_a_node_sees_down_it_does_not_hand_to_while_the_table_and_the_others_stay()
    {
        await using var mesh = new NodeMesh("a", "b", "c", "d");
        await mesh.StartAsync("a", "b", "c", "d");
        await mesh.UntilEqualAsync("a", "b", "c", "d");
        await mesh.UntilAsync(async () => await mesh.AnsweredAsync("a") == "a b c d", "a answers all");
        mesh.Cut("a", "c");
        await mesh.UntilAsync(async () => await mesh.AnsweredAsync("a") == "a b d", "a leaves out what it sees down");
        Assert.Equal("a b c d", await mesh.AnsweredAsync("b"));
        await mesh.UntilEqualAsync("a", "b", "c", "d");
        await mesh.UntilAsync(async () => mesh.Node("b").Error.Contains("a cannot reach c", StringComparison.Ordinal), "b suspects c and looks itself");
        Assert.Equal("up", (string)(await mesh.GetAsync("b", "sites"))["sites"]!["c"]!["vips"]![0]!["seen"]!);

        // More than half at once: a may be the sick one. Its votes are muted, its own answers are as it sees.
        mesh.Cut("a", "b");
        mesh.Cut("a", "d");
        await mesh.UntilAsync(async () => (bool)(await mesh.GetAsync("a", "status"))["isolated"]!, "a thinks itself cut off");
        await mesh.UntilAsync(async () => await mesh.AnsweredAsync("a") == "a", "a answers itself");
        await mesh.UntilAsync(async () => (bool)(await mesh.GetAsync("b", "dssp?site=a"))["peers"]!["a"]!["word"]!["votesMuted"]!, "b knows that a's votes do not count");
        Assert.Equal("a b c d", await mesh.AnsweredAsync("b"));
        mesh.Heal("a", "b");
        mesh.Heal("a", "c");
        mesh.Heal("a", "d");
        await mesh.UntilAsync(async () => await mesh.AnsweredAsync("a") == "a b c d", "all is as before");
    }

    [Fact]
    public async Task The_dump_shows_what_was_said_and_heard_and_takes_one_site()
    {
        await using var mesh = new NodeMesh("a", "b");
        await mesh.StartAsync("a", "b");
        await mesh.UntilEqualAsync("a", "b");
        await mesh.UntilAsync(async () => (await mesh.GetAsync("a", "dssp"))["peers"]!["b"]!["word"]!["tables"]?.AsObject().Count == 1, "b tells its tables");
        var all = await mesh.AskAsync("a", "dssp", "dump");
        var peer = all["peers"]!["b"]!;
        Assert.Equal(("a", "1–2", true, 2), ((string)all["site"]!, (string)all["versions"]!, (bool)peer["connected"]!, (int)peer["version"]!));
        Assert.Contains((string)peer["stream"]!["dialledBy"]!, (string[])["a", "b"]);
        Assert.Equal("CN=Pointsman mesh b", (string)peer["stream"]!["certificate"]!["subject"]!);
        Assert.Equal("a", (string)peer["word"]!["observations"]![0]!["site"]!);
        Assert.Equal(1000, Math.Round((double)peer["word"]!["periodSeconds"]! * 1000));
        Assert.True((bool)(await mesh.GetAsync("a", "status"))["peers"]!["b"]!["sameTables"]!);

        var text = await ProgramUnderTest.RunAsync("dssp", "dump", "b", "--node", mesh.Url("a"));
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("stream.certificate.fingerprint: ", text.Output, StringComparison.Ordinal);
        Assert.Matches("SERVICE +SITE +ADDRESS +STATE", text.Output);
        var own = await ProgramUnderTest.RunAsync("dssp", "dump", "a", "--node", mesh.Url("a"));
        Assert.Contains("word.sequence: ", own.Output, StringComparison.Ordinal);
        var unknown = await ProgramUnderTest.RunAsync("dssp", "dump", "nowhere", "--node", mesh.Url("a"));
        Assert.NotEqual(0, unknown.ExitCode);
        Assert.Contains("there is no site 'nowhere'; the configuration has a, b", unknown.Error, StringComparison.Ordinal);
    }

    private static string? Reply(JsonNode dump, string peer) => (string?)dump["peers"]![peer]!["word"]?["observations"]!.AsArray().FirstOrDefault()?["reply"];

    private static string State(JsonNode table, string site) => (string)table["sites"]![site]!["state"]!;

    private static async Task<ulong> IncarnationAsync(NodeMesh mesh) => (ulong?)(await mesh.GetAsync("a", "dssp?site=b"))["peers"]!["b"]!["word"]?["incarnation"] ?? 0;

    /// <summary>As a node of this version stores it.</summary>
    private static async Task StoreAsync(string folder, ulong incarnation)
    {
        var body = $$"""{"Incarnation":{{incarnation}},"SavedAt":"2026-01-01T00:00:00+00:00","LastGood":{},"Held":[]}""";
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)));
        await File.WriteAllTextAsync(Path.Combine(folder, "state.json"), $"pointsman-state 1 {sum}\n{body}");
    }
}
