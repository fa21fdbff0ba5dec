using System.Security.Cryptography.X509Certificates;
using Pointsman.Node.Commands;

namespace Pointsman.Tests.Node.Commands;

public sealed class PkiCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pointsman-pki-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Init_and_issue_make_a_chain_whose_keys_nobody_else_may_read()
    {
        Assert.Equal(0, (await Run("pki", "init", "--dir", folder, "--cluster", "example")).Code);
        var (code, output, _) = await Run("pki", "issue", "san-jose", "--dir", folder, "--address", "192.0.2.1", "-o", "json");
        Assert.Equal(0, code);
        Assert.Contains(PathOf("san-jose.crt"), output, StringComparison.Ordinal);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(PathOf("authority.crt"));
        using var node = X509Certificate2.CreateFromPemFile(PathOf("san-jose.crt"), PathOf("san-jose.key"));
        Assert.Equal(authority.Subject, node.Issuer);
        Assert.True(node.MatchesHostname("192.0.2.1"));
        if (OperatingSystem.IsWindows()) return;
        foreach (var key in (string[])["authority.key", "san-jose.key"]) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf(key)));
    }

    [Fact]
    public async Task What_is_there_is_overwritten_only_by_force()
    {
        await Run("pki", "init", "--dir", folder);
        var before = await File.ReadAllTextAsync(PathOf("authority.key"), TestContext.Current.CancellationToken);
        var (code, output, error) = await Run("pki", "init", "--dir", folder);
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains("authority.crt is there already; --force overwrites it", error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(PathOf("authority.key"), TestContext.Current.CancellationToken));
        Assert.Equal(0, (await Run("pki", "init", "--dir", folder, "--force")).Code);
        Assert.NotEqual(before, await File.ReadAllTextAsync(PathOf("authority.key"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("../escape", ExitCode.Usage, "must be letters, digits")]
    [InlineData("authority", ExitCode.Usage, "the authority's own name")]
    [InlineData(".", ExitCode.Usage, "must be letters, digits")]
    [InlineData("paris", ExitCode.Failed, "authority.crt: 'pointsman pki init --dir ")]
    public async Task A_bad_name_and_a_missing_authority_are_said_plainly(string site, int expected, string told)
    {
        var (code, output, error) = await Run("pki", "issue", site, "--dir", folder);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("999")]
    [InlineData("10.1")]
    [InlineData("192.0.2.0/24")]
    public async Task What_is_no_address_is_in_no_certificate(string text)
    {
        await Run("pki", "init", "--dir", folder);
        var (code, _, error) = await Run("pki", "issue", "paris", "--dir", folder, "--address", text);
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith($"error: --address: '{text}' is not an IP address", error, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("paris.crt")));
    }

    [Fact]
    public async Task A_damaged_authority_is_said_plainly()
    {
        await Run("pki", "init", "--dir", folder);
        await File.WriteAllTextAsync(PathOf("authority.key"), "no key", TestContext.Current.CancellationToken);
        var (code, _, error) = await Run("pki", "issue", "paris", "--dir", folder);
        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", error, StringComparison.Ordinal);
    }

    private string PathOf(string file) => Path.Combine(folder, file);

    private static async Task<(int Code, string Out, string Error)> Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
