using System.Globalization;
using System.Net;

namespace Pointsman.EndToEnd.Dns.Reloading;

/// <summary>
/// A zone of 100,000 records is read again and again while a client asks: no query is lost, each is answered from one edition whole, a bad
/// file changes nothing, and what an earlier edition took is given back.
/// </summary>
public sealed class LargeZoneTests : IDisposable
{
    private const int Reloads = 20;
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(120);
    private readonly LargeZone _zone = new();
    private readonly IPEndPoint _dns = Loopback.NextEndPoint();

    public void Dispose() => _zone.Dispose();

    public static TheoryData<string> Programs => ["dns", "run"];

    private async Task<RunningProcess> StartAsync(string program)
    {
        _zone.Write(1);
        if (program == "dns")
        {
            var server = ProgramUnderTest.Start("dns", "--zone", $"large.test={_zone.File}", "--listen", _dns.ToString());
            await server.WaitForErrorAsync("serving ", s_ample);
            return server;
        }
        var vip = Loopback.NextEndPoint();
        await File.WriteAllTextAsync(_zone.PathOf("secret.key"), new string('k', 32));
        await File.WriteAllTextAsync(_zone.PathOf("pointsman.yaml"), $$"""
            cluster: { name: c, secret: secret.key }
            sites:
              a: { id: 1, nodes: { a-1: { dns: ["{{_dns}}"] } } }
            services:
              www.large.test: { id: 1, vips: { a: { address: "{{vip}}", servers: [ { address: "{{Loopback.NextEndPoint()}}" } ] } } }
            zones:
              large.test: { file: large.zone }
            """);
        var node = ProgramUnderTest.Start("run", "--config", _zone.PathOf("pointsman.yaml"), "--site", "a", "--state", _zone.PathOf("state"));
        await node.WaitForErrorAsync("started: ", s_ample);
        return node;
    }

    private static int Count(RunningProcess process, string text) => process.Error.Split(text).Length - 1;

    private static string Done(string program) => program == "dns" ? "reloaded " : " reloaded: ";

    private async Task ReloadAsync(RunningProcess process, string program, int edition)
    {
        var done = Count(process, Done(program));
        _zone.Write(edition);
        process.Signal("HUP");
        await process.WaitForAsync(() => Count(process, Done(program)) > done, $"read edition {edition}", s_ample);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_query_is_lost_while_it_is_read_again(string program)
    {
        await using var process = await StartAsync(program);
        using var stream = new QueryStream(_dns);
        for (var edition = 2; edition <= 4; edition++)
        {
            await ReloadAsync(process, program, edition);
            var before = stream.Answered;
            await process.WaitForAsync(() => stream.Answered > before || stream.Failure is not null, "answer", s_ample);
        }
        Assert.Equal([1, 2, 3, 4], await stream.EndAsync());
        Assert.Null(stream.Failure);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_bad_file_leaves_the_zone_that_is_served(string program)
    {
        await using var process = await StartAsync(program);
        using var stream = new QueryStream(_dns);
        _zone.WriteBad();
        process.Signal("HUP");
        await process.WaitForErrorAsync(program == "dns" ? "not reloaded: still serving " : " reload-refused: ", s_ample);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"large.zone:{LargeZone.BadLine}:8: error: "), process.Error, StringComparison.Ordinal);
        var before = stream.Answered;
        await process.WaitForAsync(() => stream.Answered > before + 100 || stream.Failure is not null, "answer", s_ample);
        await ReloadAsync(process, program, 2);
        var after = stream.Answered;
        await process.WaitForAsync(() => stream.Answered > after || stream.Failure is not null, "answer", s_ample);
        Assert.Equal([1, 2], await stream.EndAsync());
        Assert.Null(stream.Failure);
    }

    /// <summary>An edition takes 12 MB: of three that are not let go of this would tell.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Memory_does_not_grow_with_reloads(string program)
    {
        await using var process = await StartAsync(program);
        await ReloadAsync(process, program, 2);
        await ReloadAsync(process, program, 3);
        var first = ResidentKb(process);
        var allowed = first + Math.Max(first / 10, 30_000);
        for (var edition = 4; edition < 4 + Reloads; edition++) await ReloadAsync(process, program, edition);
        await process.WaitForAsync(() => ResidentKb(process) <= allowed, string.Create(CultureInfo.InvariantCulture, $"come back to {allowed} kB, from {first} kB before {Reloads} reloads"), s_ample);
    }

    private static long ResidentKb(RunningProcess process) =>
        long.Parse(File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}
