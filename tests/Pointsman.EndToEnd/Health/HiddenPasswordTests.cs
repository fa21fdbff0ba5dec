using System.Text;

namespace Pointsman.EndToEnd.Health;

/// <summary>A node that knows a password, and a server that repeats it: it is nowhere to be found afterwards.</summary>
public sealed class HiddenPasswordTests
{
    private const string Password = "Tr0ub4dor-and-3";
    private static readonly TimeSpan s_ample = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("mission", "P4.2")]
    public async Task The_password_of_a_probe_is_in_nothing_that_a_node_writes_or_says()
    {
        var received = new StringBuilder();
        await using var server = new ScriptedServer(async connection =>
        {
            await connection.SendAsync("+OK ready\r\n");
            var line = new StringBuilder();
            var one = new byte[1];
            while (await connection.Socket.ReceiveAsync(one, connection.Stop) == 1)
            {
                line.Append((char)one[0]);
                if (one[0] != '\n') continue;
                lock (received) received.Append(line);
                await connection.SendAsync(line.ToString().StartsWith("USER", StringComparison.Ordinal) ? "+OK\r\n" : $"-ERR do not know '{line.ToString().Trim()}'\r\n");
                line.Clear();
            }
        });
        var folder = Directory.CreateTempSubdirectory("pointsman-password-");
        try
        {
            var (dns, admin, own) = (Loopback.NextEndPoint(), Loopback.NextEndPoint(), Loopback.NextEndPoint());
            string InFolder(string name) => Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(InFolder("pop3.password"), Password + "\n");
            File.SetUnixFileMode(InFolder("pop3.password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await ConfigureAsync("{ file: pop3.password }");
            await using var node = ProgramUnderTest.Start("run", "--config", InFolder("pointsman.yaml"), "--site", "a", "--state", InFolder("state"));
            await node.WaitForErrorAsync(" ready: ", s_ample);

            var said = new StringBuilder();
            Finished events;
            do
            {
                events = await AskAsync("events");
            }
            while (!events.Output.Contains("text not shown", StringComparison.Ordinal));

            await AskAsync("status");
            await AskAsync("sites", "-o", "json");
            await AskAsync("matrix", "mail.hidden.test", "-o", "json");
            await AskAsync("explain", "mail.hidden.test", "--client", "192.0.2.1", "-o", "json");
            using var http = new HttpClient();
            foreach (var page in new[] { "/", "/metrics", "/api/v1/status", "/api/v1/sites", "/api/v1/events", "/api/v1/openapi.json", "/api/v1/services/mail.hidden.test/matrix", "/api/v1/services/mail.hidden.test/table" })
                said.Append(await http.GetStringAsync(new Uri($"http://{admin}{page}")));
            said.Append(await File.ReadAllTextAsync($"/proc/{node.Id}/cmdline"));

            // Somebody writes it where it does not belong: the error does not repeat it either.
            await ConfigureAsync(Password);
            var reload = await ProgramUnderTest.RunAsync("reload", "--node", $"http://{admin}");
            Assert.NotEqual(0, reload.ExitCode);
            said.Append(reload).Append(await ProgramUnderTest.RunAsync("check", InFolder("pointsman.yaml")));
            await AskAsync("events");

            node.Signal("TERM");
            said.Append(await node.WaitForExitAsync(s_ample));
            foreach (var file in Directory.EnumerateFiles(InFolder("state"), "*", SearchOption.AllDirectories)) said.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));

            lock (received) Assert.Contains($"PASS {Password}\r\n", received.ToString(), StringComparison.Ordinal);
            Assert.Contains("text not shown: it repeats a password", said.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Password, said.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Tr0ub4", said.ToString(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)), said.ToString(), StringComparison.Ordinal);

            async Task<Finished> AskAsync(params string[] command)
            {
                var finished = await ProgramUnderTest.RunAsync([.. command, "--node", $"http://{admin}"]);
                Assert.True(finished.ExitCode == 0, finished.ToString());
                said.Append(finished);
                return finished;
            }

            Task ConfigureAsync(string password) => File.WriteAllTextAsync(InFolder("pointsman.yaml"), $$"""
                cluster: { name: hidden }
                sites:
                  a: { id: 1, nodes: { a1: { dns: ["{{dns}}"], admin: "{{admin}}" } } }
                  b: { id: 2, nodes: { b1: {} } }
                services:
                  mail.hidden.test:
                    id: 1
                    httpRedirect: false
                    probe: { pop3: { user: joe, password: {{password}} }, interval: 500ms, timeout: 400ms, fall: 1 }
                    vips:
                      a: { address: "{{own}}" }
                      b: { address: "{{server.Address}}" }
                """);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
