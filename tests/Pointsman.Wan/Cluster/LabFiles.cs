using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pointsman.Wan.Network;

namespace Pointsman.Wan.Cluster;

/// <summary>What the laboratory's nodes and servers have on disk: one configuration for all, certificates made by the program's own commands, and nginx's files.</summary>
internal static class LabFiles
{
    public const int DnsPort = 53, DsspPort = 5390, WebPort = 80, AdminPort = 8080;
    public const int WwwHost = 10, FilesHost = 11;
    private static readonly int[] s_serverPorts = [8001, 8002];

    public static string Configuration(string folder) => Path.Combine(folder, "pointsman.yaml");

    public static void Write(string folder, string program, LaboratorySettings settings)
    {
        File.WriteAllText(Configuration(folder), Yaml(settings));
        File.WriteAllText(Path.Combine(folder, "secret.key"), new string('7', 64) + "\n");
        var pki = Path.Combine(folder, "pki");
        Run(program, ["pki", "init", "--dir", pki, "--cluster", "lab"]);
        for (var i = 0; i < settings.Sites.Count; i++) Run(program, ["pki", "issue", settings.Sites[i], "--dir", pki, "--address", WanAddress.Of4(i + 1, 1).ToString()]);
    }

    /// <summary>Writes the configuration of one site's nginx into a folder of its own, and returns that. One process: a worker would outlive a master that is killed.</summary>
    public static string WriteServers(string folder, string site, int place)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, $"nginx-{site}")).FullName;
        var listens = string.Concat(s_serverPorts.Select(port => $"listen {WanAddress.Of4(place, 1)}:{port}; ")) + $"listen {WanAddress.Of4(place, FilesHost)}:{WebPort};";
        File.WriteAllText(Path.Combine(own, "nginx.conf"), $$"""
            daemon off; master_process off; user root; pid nginx.pid; error_log stderr warn;
            events { worker_connections 512; }
            http {
              access_log off;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server { {{listens}} default_type text/plain; location = /health { return 200 "ok\n"; } location / { return 200 "site {{site}}\n"; } }
            }
            """);
        return own;
    }

    private static string Yaml(LaboratorySettings settings)
    {
        var yaml = new StringBuilder("cluster: { name: lab, secret: secret.key }\n\nsites:\n");
        foreach (var (index, site) in settings.Sites.Index())
        {
            var address = WanAddress.Of4(index + 1, 1);
            yaml.Append(CultureInfo.InvariantCulture, $"  {site}: {{ id: {index + 1}, nodes: {{ {site}-1: {{ dns: [\"{address}:{DnsPort}\"], dssp: \"{address}:{DsspPort}\", admin: \"127.0.0.1:{AdminPort}\" }} }} }}\n");
        }

        yaml.Append("\nservices:\n");
        foreach (var (index, service) in LabServices.Names.Index())
        {
            var probe = $"{{ http: {{ path: /health, expectBody: ok }}, interval: {Millis(settings.ProbeInterval)}, timeout: {Millis(settings.ProbeTimeout)}, fall: {settings.Fall}, rise: {settings.Rise}, holdDownMax: {Millis(settings.HoldDownMax)} }}";
            yaml.Append(CultureInfo.InvariantCulture, $$"""
                  {{service}}:
                    id: {{index + 1}}
                    ttl: 5s
                    policy: { weights: [6, 4, 2, 1], slowStart: 0s }
                    probe: {{probe}}
                    serverProbe: {{probe}}
                    vips:

                """);
            foreach (var (number, site) in settings.Sites.Index())
            {
                var servers = string.Join(", ", s_serverPorts.Select(port => $"{{ address: \"{WanAddress.Of4(number + 1, 1)}:{port}\" }}"));
                yaml.Append(index == LabServices.Www
                    ? $"      {site}: [ {{ address: \"{WanAddress.Of4(number + 1, WwwHost)}:{WebPort}\", mode: tcp, servers: [ {servers} ] }} ]\n"
                    : $"      {site}: [ {{ address: \"{WanAddress.Of4(number + 1, FilesHost)}:{WebPort}\" }} ]\n");
            }
        }

        yaml.Append(CultureInfo.InvariantCulture, $$"""

            dssp: { interval: {{Millis(settings.DsspInterval)}}, certificate: "pki/{site}.crt", key: "pki/{site}.key", authority: pki/authority.crt }

            """);
        return yaml.ToString();
    }

    private static string Millis(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0}ms");

    private static void Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', start.ArgumentList)}: {said.GetAwaiter().GetResult()}");
    }
}
