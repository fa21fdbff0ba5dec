using Pointsman.Model;

namespace Pointsman.EndToEnd.Switching;

/// <summary>A real server that is not ours: nginx in the foreground with a configuration of the test's own, on an address of its own. <c>/who</c> answers its name.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly RunningProcess _process;
    private readonly string _folder;
    private bool _killed;

    private NginxServer(RunningProcess process, string folder, Endpoint address) => (_process, _folder, Server) = (process, folder, new RealServer(address));

    public RealServer Server { get; }

    public static async Task<NginxServer> StartAsync(string name)
    {
        var nginx = Peer.Require("nginx");
        var folder = Directory.CreateTempSubdirectory("pointsman-nginx-").FullName;
        var address = new Endpoint(Loopback.NextAddress(), 8080);
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off; worker_processes 1; pid nginx.pid; error_log stderr notice;
            events { worker_connections 512; }
            http {
              access_log off; keepalive_timeout 60s;
              client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server { listen {{address}}; root .; default_type text/plain; location / { return 200 "{{name}}\n"; } }
            }
            """, TestContext.Current.CancellationToken);
        var process = RunningProcess.Start(nginx, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], folder);
        await process.WaitForErrorAsync("start worker process", TimeSpan.FromSeconds(10));
        return new NginxServer(process, folder, address);
    }

    /// <summary>At once and without a word, as a machine that loses its power.</summary>
    public async Task KillAsync()
    {
        if (!_killed) await _process.DisposeAsync();
        _killed = true;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
