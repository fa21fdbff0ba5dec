using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health.Servers;

/// <summary>FTP against vsftpd.</summary>
public sealed class VsftpdTests
{
    private const string Password = "guests-only-1";

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_vsftpd_is_well_wrong_frozen_and_gone_in_turn()
    {
        var vsftpd = Peer.Require("vsftpd");
        await using var server = RealServer.Prepare("vsftpd");
        var at = server.FreePort();
        server.Write("files/hello.txt", "hello world\n");
        server.Write("files/big.bin", new byte[3_000_000]);
        server.Write("passwords", Password + "\n");
        Directory.CreateDirectory(server.At("empty"));
        // The address that its replies name is nobody's here: a probe that followed it would not come back.
        server.Write("vsftpd.conf", $"""
            listen=YES
            listen_address={at.Address}
            listen_port={at.Port}
            background=NO
            run_as_launching_user={(Environment.IsPrivilegedProcess ? "NO" : "YES")}
            anonymous_enable=YES
            local_enable=NO
            anon_root={server.At("files")}
            secure_chroot_dir={server.At("empty")}
            secure_email_list_enable=YES
            email_password_file={server.At("passwords")}
            pasv_address=203.0.113.7
            seccomp_sandbox=NO
            xferlog_enable=NO
            delay_failed_login=0
            ssl_enable=YES
            allow_anon_ssl=YES
            force_local_data_ssl=NO
            force_local_logins_ssl=NO
            require_ssl_reuse=NO
            rsa_cert_file={server.At("cert.pem")}
            rsa_private_key_file={server.At("key.pem")}

            """);
        await server.StartAsync(vsftpd, [server.At("vsftpd.conf")], at);

        var check = new FtpCheck { Login = new ProbeLogin("anonymous", new Secret(Password)), ExpectGreeting = "vsFTPd" };
        await RealServer.WellAsync(at, check, "230 logged in");
        await RealServer.WellAsync(at, check with { File = "hello.txt", ExpectSize = 12, ExpectCapability = ["EPSV", "REST STREAM"] }, "213 hello.txt, 12 bytes");
        await RealServer.WellAsync(at, check with { File = "hello.txt", Fetch = true, ExpectSize = 12, ExpectBody = "world" }, "226 hello.txt, 12 bytes");
        var (_, reason, big) = await RealServer.ProbeAsync(at, check with { File = "big.bin", Fetch = true, ExpectSize = 3_000_000 });
        Assert.StartsWith("226 big.bin, first 1 MiB", reason, StringComparison.Ordinal);
        Assert.True(big.ThroughputBytesPerSecond > 0);

        await RealServer.FailsAsync(at, check with { File = "gone.txt" }, "the reply to SIZE was '550 Could not get file size.', expected 213");
        await RealServer.FailsAsync(at, check with { File = "gone.txt", Fetch = true }, "the reply to RETR was '550 Failed to open file.', expected 150 or 125");
        await RealServer.FailsAsync(at, check with { File = "hello.txt", ExpectSize = 13 }, "hello.txt has 12 bytes, expected 13");
        await RealServer.FailsAsync(at, check with { File = "hello.txt", Fetch = true, ExpectBody = "moon" }, "'moon' is not in the 12 bytes of hello.txt");
        await RealServer.FailsAsync(at, check with { ExpectCapability = ["MLST"] }, "does not offer MLST");
        await RealServer.FailsAsync(at, check with { ExpectGreeting = "ProFTPD" }, "the greeting was '220 (vsFTPd 3.0.", timeoutMs: 5000);
        await RealServer.FailsAsync(at, check with { Login = new ProbeLogin("anonymous", new Secret("not-this-one")) }, "the reply to PASS was '530 Login incorrect.', expected 230 or 202");

        var secured = check with { Tls = server.Tls, File = "hello.txt" };
        await RealServer.WellAsync(at, secured, "213 hello.txt, 12 bytes");
        await RealServer.WellAsync(at, secured with { Fetch = true, ExpectBody = "hello" }, "226 hello.txt, 12 bytes");
        await RealServer.FailsAsync(at, secured with { Tls = server.Tls with { ServerName = "other.test" } }, "the certificate is for server.test, not for other.test");

        await server.FreezeAsync(at, check);
        await server.EndAsync(at, check);
    }
}
