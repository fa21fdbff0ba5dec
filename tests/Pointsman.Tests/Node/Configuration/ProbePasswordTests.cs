using Pointsman.Model.Probes;
using Pointsman.Node.Configuration;
using Pointsman.Node.Output;

namespace Pointsman.Tests.Node.Configuration;

/// <summary>Passwords of probes come from files or the environment, are checked when the configuration is, and are nowhere to be read.</summary>
public sealed class ProbePasswordTests
{
    private const string Cut = "    serverProbe: { interval: 2s, timeout: 500ms, fall: 2, rise: 1 }";
    private const string Password = "correct horse battery";

    [Theory]
    [InlineData(Password)]
    [InlineData(Password + "\n")]
    [InlineData(Password + "\r\n")]
    public void A_file_holds_the_password_with_or_without_an_end_of_line(string content)
    {
        var load = With("pop3: { user: joe, password: { file: p }, tls: {} }").With("p", content).Load();
        Assert.Empty(load.Findings);
        var check = Assert.IsType<Pop3Check>(load.Configuration!.Cluster.FindService("www.example.com")!.ServerProbe.Check);
        Assert.Equal(new ProbeLogin("joe", new Secret(Password)), check.Login);
        Assert.Contains("/etc/pointsman/p", load.Configuration.Files);
    }

    [Fact]
    public void A_variable_of_the_environment_holds_it_as_well()
    {
        const string name = "POINTSMAN_PASSWORD_OF_A_TEST";
        Environment.SetEnvironmentVariable(name, Password);
        var configuration = With($"imap: {{ user: joe, password: {{ env: {name} }}, tls: {{}} }}").Load().Configuration!;
        Assert.Equal(new ProbeLogin("joe", new Secret(Password)), ((ImapCheck)configuration.Cluster.FindService("www.example.com")!.ServerProbe.Check).Login);

        var digest = configuration.Cluster.Digest;
        Environment.SetEnvironmentVariable(name, "another");
        Assert.Equal(digest, With($"imap: {{ user: joe, password: {{ env: {name} }}, tls: {{}} }}").Load().Configuration!.Cluster.Digest);
        Environment.SetEnvironmentVariable(name, "a\nb");
        Assert.Contains($"password.env: the environment variable {name} must hold the password alone, on one line", Assert.Single(With($"imap: {{ user: joe, password: {{ env: {name} }}, tls: {{}} }}").Errors()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "'p' holds no password: it is empty")]
    [InlineData("\n", "'p' holds no password: it is empty")]
    [InlineData("secret-1\n\n", "'p' must hold the password alone, on one line: it has a line break or NUL in it")]
    [InlineData("secret-1\nQUIT", "'p' must hold the password alone, on one line: it has a line break or NUL in it")]
    [InlineData("secret-1\rQUIT", "'p' must hold the password alone, on one line: it has a line break or NUL in it")]
    [InlineData("secret\0-1", "'p' must hold the password alone, on one line: it has a line break or NUL in it")]
    public void What_is_no_password_is_told_with_its_place_and_without_itself(string content, string message)
    {
        var error = Assert.Single(With("pop3: { user: joe, password: { file: p }, tls: {} }").With("p", content).Errors());
        Assert.Equal($"pointsman.yaml:45:57: error: services.www.example.com.serverProbe.pop3.password.file: {message}", error);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_too_long_or_not_text_is_refused()
    {
        Assert.EndsWith("'p' must hold at most 256 bytes", Assert.Single(With("pop3: { user: joe, password: { file: p } }").With("p", new string('x', 257)).Errors()), StringComparison.Ordinal);
        Assert.EndsWith("'p': is too large (p)", Assert.Single(With("pop3: { user: joe, password: { file: p } }").With("p", new string('x', 300)).Errors()), StringComparison.Ordinal);
        Assert.EndsWith("'p' must hold text in UTF-8", Assert.Single(With("pop3: { user: joe, password: { file: p } }").With("p", [0xff, 0xfe]).Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_changes_with_the_password_and_does_not_have_its_hash_in_it()
    {
        var first = With("ftp: { user: joe, password: { file: p }, tls: {} }").With("p", "first").Load().Configuration!.Cluster.Digest;
        Assert.NotEqual(first, With("ftp: { user: joe, password: { file: p }, tls: {} }").With("p", "second").Load().Configuration!.Cluster.Digest);
        Assert.Equal(first, With("ftp: { user: joe, password: { file: p }, tls: {} }").With("p", "first").Load().Configuration!.Cluster.Digest);

        // What somebody would try who guesses: the same digest, with the plain hash of the password in it.
        var files = With("ftp: { user: joe, password: { file: p }, tls: {} }").With("p", "first");
        var guess = new NamedFiles("/etc/pointsman/pointsman.yaml", files, new Findings());
        guess.Cover("services.www.example.com.serverProbe.ftp.password.file", "/etc/pointsman/p", "first"u8);
        var real = new NamedFiles("/etc/pointsman/pointsman.yaml", files, new Findings());
        real.ReadPassword("services.www.example.com.serverProbe.ftp.password.file", new("p", default, ""), 100);
        Assert.NotEqual(guess.Digest, real.Digest);
    }

    [Fact]
    public void A_password_in_the_configuration_is_not_repeated_nor_is_its_line()
    {
        foreach (var check in new[] { "pop3: { user: joe, password: hunter2hunter2, colour: red }", "imap: { user: [], password: [hunter2hunter2] }" })
        {
            var load = With(check).Load();
            Assert.Equal(2, load.Errors.Count());
            var text = new StringWriter();
            load.Write(text, new Palette(false));
            Assert.DoesNotContain("hunter2", text.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_password_in_the_clear_and_a_file_for_everyone_are_warned_of()
    {
        Assert.Equal("pointsman.yaml:45:49: warning: services.www.example.com.serverProbe.pop3.password: goes over the network in the clear: 'tls: {}' protects it",
            Assert.Single(With("pop3: { user: joe, password: { file: p } }").With("p", Password).Warnings()));

        var folder = Directory.CreateTempSubdirectory("pointsman-password-");
        try
        {
            var file = Path.Combine(folder.FullName, "p");
            File.WriteAllText(file, Password);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, DiskFiles.Instance.Mode(file));
            Assert.Null(DiskFiles.Instance.Mode(file + ".gone"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var open = With("pop3: { user: joe, password: { file: p }, tls: {} }").With("p", Password);
        open.ModeOfAll = UnixFileMode.UserRead | UnixFileMode.OtherRead;
        Assert.Equal("pointsman.yaml:45:57: warning: services.www.example.com.serverProbe.pop3.password.file: 'p' may be read by everyone on this machine: chmod o-r", Assert.Single(open.Warnings()));
    }

    [Theory]
    [InlineData("<a@b>", true)]
    [InlineData("4711", true)]
    [InlineData("<>", false)]
    [InlineData("<a@b", false)]
    [InlineData("<a b>", false)]
    [InlineData("47,11", false)]
    [Trait("rfc", "3977 §3.6")]
    public void An_article_is_a_message_id_or_a_number(string article, bool isOne) =>
        Assert.Equal(isOne ? 0 : 1, With($"nntp: {{ group: g, article: '{article}' }}").Errors().Count());

    [Fact]
    public void Every_key_of_the_text_protocols_arrives_in_its_check()
    {
        var ftp = Check<FtpCheck>("ftp: { file: /f, fetch: true, expectSize: 5000000000, expectBody: ok, expectGreeting: hi, expectCapability: [UTF8, REST STREAM], tls: { start: connect, serverName: ftp.test, certificateDays: 7 } }");
        Assert.Equal(new FtpCheck
        {
            File = "/f",
            Fetch = true,
            ExpectSize = 5_000_000_000,
            ExpectBody = "ok",
            ExpectGreeting = "hi",
            ExpectCapability = ["UTF8", "REST STREAM"],
            TlsFromStart = true,
            Tls = new TlsSettings { ServerName = "ftp.test", CertificateDays = 7 },
        }, ftp);
        Assert.Equal(ftp.Tls, ftp.ImplicitTls);
        Assert.Equal(new NntpCheck { Group = "g", MinArticles = 2, Article = "7", Fetch = true, Tls = new TlsSettings() }, Check<NntpCheck>("nntp: { group: g, minArticles: 2, article: 7, fetch: true, tls: {} }"));
        Assert.Equal(new SmtpCheck { Ehlo = "[192.0.2.1]", ExpectCode = [220, 554], ExpectCapability = ["SIZE"] }, Check<SmtpCheck>("smtp: { ehlo: '[192.0.2.1]', expectCode: [220, 554], expectCapability: SIZE }"));
        Assert.Equal(new Pop3Check { Tls = new TlsSettings { Verify = false } }, Check<Pop3Check>("pop3: { tls: { verify: false } }"));
        Assert.Equal(new ImapCheck(), Check<ImapCheck>("imap: {}"));
        Assert.NotEqual(new ImapCheck(), new ImapCheck { ExpectCapability = ["IDLE"] });
    }

    [Fact]
    public void The_probes_of_the_how_to_are_good()
    {
        Environment.SetEnvironmentVariable("POP3_PASSWORD", Password);
        var probes = Tidy.SourceTree.Read("docs/how-to/check-more-than-a-port.md").Split("```yaml\n").Skip(1).Select(part => part.Split("```")[0]).Where(part => part.StartsWith("probe:", StringComparison.Ordinal)).ToList();
        Assert.True(probes.Count >= 6);
        foreach (var probe in probes)
        {
            var text = string.Join('\n', probe.TrimEnd('\n').Split('\n').Select(line => "    " + line)).Replace("    probe:", "    serverProbe:", StringComparison.Ordinal);
            var files = MemoryFiles.Good().With("pointsman.yaml", MemoryFiles.GoodText.Replace(Cut, text, StringComparison.Ordinal)).With("news.password", Password).With("imap.password", Password);
            Assert.Empty(files.Load().Findings.Select(finding => finding.ToString()));
        }
    }

    private static TCheck Check<TCheck>(string text)
        where TCheck : ProbeCheck
    {
        var load = With(text).Load();
        Assert.Empty(load.Findings);
        return Assert.IsType<TCheck>(load.Configuration!.Cluster.FindService("www.example.com")!.ServerProbe.Check);
    }

    private static MemoryFiles With(string check) =>
        MemoryFiles.Good().With("pointsman.yaml", MemoryFiles.GoodText.Replace(Cut, $"    serverProbe: {{ {check} }}", StringComparison.Ordinal));
}
