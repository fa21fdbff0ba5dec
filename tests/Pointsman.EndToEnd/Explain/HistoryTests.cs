using System.Text.Json.Nodes;

namespace Pointsman.EndToEnd.Explain;

/// <summary>A site dies, the policy changes, the node restarts: what was decided before each is decided again, to the letter.</summary>
public sealed class HistoryTests
{
    private const string Geography = "{ metric: [geography, response-time], fewSites: weights }";
    private const string Static = "{ metric: [static], order: [tokyo, atlanta, paris], fewSites: weights }";

    [Fact]
    [Trait("mission", "P8.1")]
    public async Task The_past_is_explained_as_it_was_after_an_event_a_reload_and_a_restart()
    {
        await using var node = new ExplainedNode();
        await node.ConfigureAsync(Geography);
        await node.StartAsync();
        await node.UntilAsync(answer => ExplainedNode.Sites(answer) == "paris");
        var healthy = await ExplainedNode.PastAsync();

        node.Kill("paris");
        await node.UntilAsync(answer => ExplainedNode.Sites(answer) == "atlanta");
        var dead = await ExplainedNode.PastAsync();
        var (before, after) = (await node.ExplainAsync("--at", healthy), await node.ExplainAsync("--at", dead));
        Assert.Equal(("paris", "atlanta/capacity tokyo/capacity"), (ExplainedNode.Sites(before), ExplainedNode.Excluded(before)));
        Assert.Equal(("atlanta", "paris/eligibility tokyo/capacity"), (ExplainedNode.Sites(after), ExplainedNode.Excluded(after)));
        Assert.Contains("observers see it down; my own probe of ", (string)after["excluded"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.True((double)before["snapshot"]!["ageSeconds"]! < 3);

        await node.ConfigureAsync(Static);
        await node.ReloadAsync();
        await node.UntilAsync(answer => ExplainedNode.Sites(answer) == "tokyo");
        var reloaded = await ExplainedNode.PastAsync();
        var changed = await node.ExplainAsync("--at", reloaded);
        Assert.Equal("tokyo", ExplainedNode.Sites(changed));
        await SameAsync();

        // In order, and then as by a crash.
        foreach (var signal in (string[])["TERM", "KILL"])
        {
            await node.StopAsync(signal);
            await node.StartAsync();
            await SameAsync();
        }

        Assert.DoesNotContain("history-", node.Said, StringComparison.Ordinal);

        async Task SameAsync()
        {
            foreach (var (at, was) in ((string, JsonNode)[])[(healthy, before), (dead, after)])
                Assert.Equal(was.ToJsonString(), (await node.ExplainAsync("--at", at)).ToJsonString());
            // Under another policy than that of before, whatever is in force now.
            Assert.Equal(changed.ToJsonString(), (await node.ExplainAsync("--at", reloaded)).ToJsonString());
        }
    }

    [Fact]
    public async Task A_damaged_and_a_foreign_file_cost_their_own_past_and_nothing_else()
    {
        await using var node = new ExplainedNode();
        await node.ConfigureAsync(Geography);
        await node.StartAsync();
        await node.UntilAsync(answer => ExplainedNode.Sites(answer) == "paris");
        var first = await ExplainedNode.PastAsync();
        await node.StopAsync("TERM");
        await node.StartAsync();
        var second = await ExplainedNode.PastAsync();
        await node.StopAsync("TERM");

        var files = Directory.GetFiles(node.HistoryFolder).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2, files.Length);
        var octets = await File.ReadAllBytesAsync(files[0]);
        octets.AsSpan(40, 60).Fill(0x55);
        await File.WriteAllBytesAsync(files[0], octets);
        await File.WriteAllTextAsync(Path.Combine(node.HistoryFolder, "000000000099.history"), "not ours");
        await node.StartAsync();

        var lost = await node.RunAsync("www.explained.test", "--client", "193.0.6.139", "--at", first);
        Assert.Equal(2, lost.ExitCode);
        Assert.Contains("damaged", lost.Error, StringComparison.Ordinal);
        Assert.Equal("paris", ExplainedNode.Sites(await node.ExplainAsync("--at", second)));
        Assert.Equal("paris", ExplainedNode.Sites(await node.ExplainAsync()));
        Assert.Equal(2, node.Said.Split(" history-damaged: ").Length - 1);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_told_with_what_can()
    {
        await using var node = new ExplainedNode();
        await node.ConfigureAsync(Geography, "history: { keep: 2m, bytes: 1MB }");
        await node.StartAsync();
        await node.UntilAsync(answer => ExplainedNode.Sites(answer) == "paris");
        string[] asked = ["--client", "193.0.6.139"];
        foreach (var (arguments, code, words) in ((string[], int, string)[])
        [
            (["www.explained.test", .. asked, "--at", "99h ago"], 2, "nothing is kept from"),
            (["www.explained.test", .. asked, "--at", "99h ago"], 2, "; kept is 20"),
            (["www.explained.test", .. asked, "--at", "half past two"], 2, "must be a time such as"),
            (["www.explained.test", .. asked, "--at", "2999-01-01"], 2, "must be a time such as"),
            (["www.explained.test", .. asked, "--at", "2999-01-01T00:00Z"], 2, "is yet to come"),
            (["ww.explained.test", .. asked], 1, "did you mean www.explained.test?"),
            (["ns.explained.test", .. asked], 1, "the zone explained.test. answers it from its file"),
            (["www.explained.test", "--client", "10.1"], 2, "must be an IP address, was '10.1'"),
            (["www.explained.test", .. asked, "--type", "MX"], 2, "must be A, AAAA or HTTPS, was 'MX'"),
            (["www.explained.test", .. asked, "--arrived-at", "pari"], 2, "did you mean paris?"),
            (["paris.www.explained.test", .. asked, "--arrived-at", "paris"], 2, "one site's own name"),
        ])
        {
            var finished = await node.RunAsync(arguments);
            Assert.True(finished.ExitCode == code && finished.Error.Contains(words, StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {finished}");
        }

        using var client = new HttpClient();
        using var refused = await client.GetAsync(new Uri($"{node.Url}/api/v1/explain?name=www.explained.test&client=nobody"));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        var document = JsonNode.Parse(await client.GetStringAsync(new Uri($"{node.Url}/api/v1/openapi.json")))!;
        Assert.NotNull(document["paths"]!["/api/v1/explain"]!["get"]!["responses"]!["400"]);
    }

    [Fact]
    public async Task Every_form_and_kind_of_question_is_answered_within_a_hundred_columns()
    {
        await using var node = new ExplainedNode();
        await node.ConfigureAsync(Geography);
        await node.StartAsync();
        await node.UntilAsync(answer => ExplainedNode.Sites(answer) == "paris");
        await ExplainedNode.PastAsync();
        foreach (var arguments in (string[][])[[], ["--details"], ["--at", "1s ago"], ["--type", "AAAA"], ["--type", "HTTPS"], ["--arrived-at", "tokyo"], ["-o", "yaml"]])
        {
            var finished = await node.RunAsync(["www.explained.test", "--client", "193.0.6.139", .. arguments]);
            Assert.True(finished.ExitCode == 0, finished.ToString());
            Assert.Contains("paris", finished.Output, StringComparison.Ordinal);
            Assert.All(finished.Output.Split('\n'), line => Assert.InRange(line.Length, 0, arguments.Contains("yaml") ? 400 : 100));
        }

        var one = await node.RunAsync("tokyo.www.explained.test", "--client", "193.0.6.139", "-o", "json");
        Assert.Equal("tokyo", ExplainedNode.Sites(JsonNode.Parse(one.Output)!));
        foreach (var key in (string[])["service", "client", "clientPrefix", "region", "class", "scope", "ttlSeconds", "sites", "excluded", "trace", "snapshot", "candidates"])
            Assert.NotNull((await node.ExplainAsync())[key]);
    }
}
