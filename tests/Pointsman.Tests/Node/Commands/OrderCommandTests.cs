using Pointsman.Node.Commands;
using Pointsman.Tests.Model;

namespace Pointsman.Tests.Node.Commands;

/// <summary>What can be said on the command line of an order, and what is refused before any node is asked.</summary>
public sealed class OrderCommandTests
{
    // 2026-01-31 12:00 UTC.
    [Theory]
    [InlineData("2h", "2026-01-31T14:00:00Z")]
    [InlineData("90m", "2026-01-31T13:30:00Z")]
    [InlineData("14:00", "2026-01-31T14:00:00Z")]
    [InlineData("11:00", "2026-02-01T11:00:00Z")]
    [InlineData("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    public void An_end_is_a_duration_a_time_of_day_that_comes_or_a_time(string text, string end)
    {
        Assert.True(OrderOptions.TryParseEnd(text, Overrides.Noon, out var read));
        Assert.Equal(DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), read);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("90")]
    [InlineData("10m ago")]
    [InlineData("2025-03-01T00:00:00Z")]
    [InlineData("9000h")]
    [InlineData("soon")]
    public void What_is_no_end_is_refused(string text) => Assert.False(OrderOptions.TryParseEnd(text, Overrides.Noon, out _));

    [Theory]
    [InlineData("paris", "paris", null)]
    [InlineData("paris/WWW.example.com.", "paris", "www.example.com")]
    public void A_site_or_one_of_its_services_is_meant(string what, string site, string? service) => Assert.Equal((site, service), OrderOptions.Split(what));

    [Theory]
    [InlineData("drain", "undrain", false, null)]
    [InlineData("force-down", "undrain", false, "pointsman force clear paris")]
    [InlineData("force-up", "undrain", false, "pointsman force clear paris")]
    [InlineData("drain", "force clear", false, "pointsman undrain paris")]
    [InlineData("force-up", "force clear", false, null)]
    [InlineData("force-down", "drain", false, "or --force")]
    [InlineData("force-down", "drain", true, null)]
    [InlineData("force-up", "drain", false, null)]
    [InlineData("force-down", "force-up", false, null)]
    public void Each_order_is_lifted_by_its_own_command(string held, string command, bool force, string? wayOut)
    {
        var why = OrderSending.WhyNot(new System.Text.Json.Nodes.JsonObject { ["site"] = "paris", ["kind"] = held, ["who"] = "ana" }, command, force);
        if (wayOut is null) Assert.Null(why);
        else Assert.Contains(wayOut, why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_has_an_end()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(ExitCode.Usage, await CommandLine.RunAsync(["drain", "paris", "--reason", new string('x', 201)], output, error));
        Assert.Contains("--reason: must have at most 200 characters, had 201", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "--until", "drain", "paris", "--until", "yesterday")]
    [InlineData(ExitCode.Usage, "--timeout", "drain", "paris", "--wait", "--timeout", "soon")]
    [InlineData(ExitCode.Usage, "at most 8784h from now", "drain", "paris", "--until", "9000h")]
    [InlineData(ExitCode.Usage, "--timeout goes with --wait", "drain", "paris", "--timeout", "20m")]
    [InlineData(ExitCode.Usage, "--sessions: must be a whole number, 0 or more, was '-1'", "drain", "paris", "--wait", "--sessions=-1")]
    [InlineData(ExitCode.Usage, "SITE[/SERVICE]: must be a site", "drain", "paris/")]
    [InlineData(ExitCode.Usage, "SITE[/SERVICE]: must be a site", "can-drain", "/www.example.com")]
    [InlineData(ExitCode.Usage, "SITE[/SERVICE]: must be a site", "failback", "paris/")]
    [InlineData(ExitCode.Usage, "SITE[/SERVICE]: must be a site", "force", "down", "")]
    [InlineData(ExitCode.Usage, "go together", "drain", "paris", "--operator-cert", "ana.crt")]
    [InlineData(ExitCode.Failed, "operator's certificate", "force", "down", "paris", "--operator-cert", "nowhere.crt", "--operator-key", "nowhere.key")]
    [InlineData(ExitCode.Usage, "a command is missing", "force")]
    [InlineData(ExitCode.NodeUnreachable, "no node answers", "drain", "paris", "--node", "http://127.0.0.1:1")]
    [InlineData(ExitCode.NodeUnreachable, "no node answers", "can-drain", "paris", "--node", "http://127.0.0.1:1")]
    public async Task A_mistake_is_said_plainly(int code, string told, params string[] line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(code, await CommandLine.RunAsync(line, output, error));
        Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }
}
