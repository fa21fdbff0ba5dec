using System.Net;
using Pointsman.Model.Probes;

namespace Pointsman.EndToEnd.Health.Servers;

/// <summary>IMAP and POP3 against dovecot.</summary>
public sealed class DovecotTests
{
    private const string Password = "le\"t me\\in 4";
    private static readonly ProbeLogin s_login = new("joe", new Secret(Password));
    private static readonly ProbeLogin s_wrong = new("joe", new Secret("let me in?"));

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task A_real_dovecot_is_well_wrong_frozen_and_gone_in_turn()
    {
        var dovecot = Peer.Require("dovecot");
        await using var server = RealServer.Prepare("dovecot");
        var (imap, imaps, pop3, pop3s) = (server.FreePort(), server.FreePort(), server.FreePort(), server.FreePort());
        var (uid, gid) = Environment.IsPrivilegedProcess ? ("nobody", "nogroup") : (Environment.UserName, Environment.UserName);
        Directory.CreateDirectory(server.At("run"));
        Directory.CreateDirectory(server.At("mail"));
        File.SetUnixFileMode(server.At("mail"), (UnixFileMode)0b111_111_111);
        server.Write("users", $"joe:{{PLAIN}}{Password}\n");
        server.Write("dovecot.conf", $$"""
            base_dir = {{server.At("run")}}
            state_dir = {{server.At("run")}}
            log_path = /dev/stderr
            listen = {{server.Address}}
            protocols = imap pop3
            ssl = yes
            ssl_cert = <{{server.At("cert.pem")}}
            ssl_key = <{{server.At("key.pem")}}
            disable_plaintext_auth = no
            auth_failure_delay = 0
            {{(Environment.IsPrivilegedProcess ? "" : $"default_internal_user = {uid}\ndefault_login_user = {uid}\ndefault_internal_group = {gid}")}}
            passdb {
              driver = passwd-file
              args = scheme=PLAIN {{server.At("users")}}
            }
            userdb {
              driver = static
              args = uid={{uid}} gid={{gid}} home={{server.At("mail")}}
            }
            mail_location = maildir:{{server.At("mail/joe")}}
            first_valid_uid = 1
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{imap.Port}}
              }
              inet_listener imaps {
                port = {{imaps.Port}}
              }
            }
            service pop3-login {
              chroot =
              inet_listener pop3 {
                port = {{pop3.Port}}
              }
              inet_listener pop3s {
                port = {{pop3s.Port}}
              }
            }
            service anvil {
              chroot =
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }

            """);
        await server.StartAsync(dovecot, ["-F", "-c", server.At("dovecot.conf")], imap);

        await ImapAsync(server, imap, imaps);
        await Pop3Async(server, pop3, pop3s);
        await server.FreezeAsync(imap, new ImapCheck());
        await server.EndAsync(imap, new ImapCheck());
        await RealServer.FailsAsync(pop3, new Pop3Check(), "connection refused");
    }

    private static async Task ImapAsync(RealServer server, IPEndPoint at, IPEndPoint tls)
    {
        var check = new ImapCheck();
        await RealServer.WellAsync(at, check, "OK");
        await RealServer.WellAsync(at, check with { ExpectGreeting = "Dovecot", ExpectCapability = ["STARTTLS", "AUTH=PLAIN"] }, "OK");
        await RealServer.WellAsync(at, check with { Tls = server.Tls, Login = s_login, ExpectCapability = ["IDLE", "MOVE"] }, "OK, logged in");
        await RealServer.WellAsync(tls, check with { Tls = server.Tls, TlsFromStart = true, Login = s_login }, "OK, logged in");

        await RealServer.FailsAsync(at, check with { ExpectCapability = ["MOVE"] }, "does not offer MOVE");
        await RealServer.FailsAsync(at, check with { ExpectGreeting = "Cyrus" }, "the greeting was 'OK ");
        await RealServer.FailsAsync(at, check with { Login = s_wrong }, "the reply to AUTHENTICATE was 'NO [AUTHENTICATIONFAILED] Authentication failed.', expected OK");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { ServerName = "other.test" } }, "the certificate is for server.test, not for other.test");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { CertificateDays = 30 } }, "the certificate expires on ");
    }

    private static async Task Pop3Async(RealServer server, IPEndPoint at, IPEndPoint tls)
    {
        var check = new Pop3Check();
        await RealServer.WellAsync(at, check, "+OK");
        await RealServer.WellAsync(at, check with { ExpectGreeting = "Dovecot", ExpectCapability = ["STLS", "SASL PLAIN"] }, "+OK");
        await RealServer.WellAsync(at, check with { Tls = server.Tls, Login = s_login, ExpectCapability = ["UIDL"] }, "+OK, logged in");
        await RealServer.WellAsync(tls, check with { Tls = server.Tls, TlsFromStart = true, Login = s_login }, "+OK, logged in");

        await RealServer.FailsAsync(at, check with { ExpectCapability = ["LANG"] }, "does not offer LANG");
        await RealServer.FailsAsync(at, check with { Login = s_wrong }, "the reply to PASS was '-ERR [AUTH] Authentication failed.', expected +OK");
        await RealServer.FailsAsync(at, check with { Tls = server.Tls with { ServerName = "other.test" } }, "the certificate is for server.test, not for other.test");
    }
}
