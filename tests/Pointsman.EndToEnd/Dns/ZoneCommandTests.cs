using System.Net.Sockets;

namespace Pointsman.EndToEnd.Dns;

/// <summary><c>check-zone</c> and <c>dns</c> from outside: what they print, and their exit codes.</summary>
public sealed class ZoneCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pointsman-zone-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task A_good_zone_gives_the_count_of_its_records()
    {
        var finished = await ProgramUnderTest.RunAsync("check-zone", "example.com", Write("good.zone", NameServer.Zone()));
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Contains("example.com. 75 records", finished.Output, StringComparison.Ordinal);
        Assert.Equal("", finished.Error);
        var json = await ProgramUnderTest.RunAsync("check-zone", "example.com", Write("good.zone", NameServer.Zone()), "-o", "json");
        Assert.Contains("\"records\": 75", json.Output.Replace("\":75", "\": 75", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_zone_gives_every_error_with_line_and_column_and_exit_code_3()
    {
        var path = Write("bad.zone", "$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nbad A 192.0.2.\nworse MX foo\n");
        foreach (var arguments in (string[][])[["check-zone", "example.com", path], ["dns", "--zone", $"example.com={path}", "--listen", "127.0.0.1:0"]])
        {
            var finished = await ProgramUnderTest.RunAsync(arguments);
            Assert.True(finished.ExitCode == 3, finished.ToString());
            Assert.Contains($"{path}:4:7: error: ", finished.Error, StringComparison.Ordinal);
            Assert.Contains($"{path}:5:10: error: ", finished.Error, StringComparison.Ordinal);
            Assert.Equal("", finished.Output);
        }
    }

    [Fact]
    public async Task Zones_may_be_listed_in_a_file()
    {
        Write("one.zone", NameServer.Zone());
        var list = Write("zones.list", "# ours\nexample.com\tone.zone\n\nexample.net\tone.zone\n");
        await using var process = ProgramUnderTest.Start("dns", "--zone-list", list, "--listen", "127.0.0.1:0");
        await process.WaitForErrorAsync("serving 2 zones, 150 records on 127.0.0.1:", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Every_mistake_in_a_list_of_zones_is_told_with_its_line()
    {
        Write("one.zone", NameServer.Zone());
        var list = Write("zones.list", "example.com one.zone\nexample.net\tone.zone\nEXAMPLE.net\tone.zone\na..b\tone.zone\n");
        var finished = await ProgramUnderTest.RunAsync("dns", "--zone-list", list, "--listen", "127.0.0.1:0");
        Assert.Equal(3, finished.ExitCode);
        Assert.Equal(
            $"{list}:1: error: expected ORIGIN, tab, FILE, was 'example.com one.zone'\n{list}:3: error: the zone EXAMPLE.net. is given twice\n{list}:4: error: 'a..b' is not a domain name\n",
            finished.Error);
    }

    [Fact]
    public async Task A_port_in_use_is_told_by_address_and_port()
    {
        var zone = Write("good.zone", NameServer.Zone());
        var endPoint = Loopback.NextEndPoint();
        using var other = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(endPoint);
        other.Listen();
        var finished = await ProgramUnderTest.RunAsync("dns", "--zone", $"example.com={zone}", "--listen", endPoint.ToString());
        Assert.True(finished.ExitCode == 1, finished.ToString());
        Assert.Contains($"cannot listen on {endPoint} (TCP)", finished.Error, StringComparison.Ordinal);
    }
}
