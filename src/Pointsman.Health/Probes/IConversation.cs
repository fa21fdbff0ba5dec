using System.Net.Sockets;

namespace Pointsman.Health.Probes;

/// <summary>What one protocol says and expects over a fresh connection. Stateless: one instance serves all probes at once.</summary>
internal interface IConversation
{
    /// <summary>What a probe that ran out of time was waiting for, in words.</summary>
    string Awaits { get; }

    /// <summary>One iteration, from just after the connect. The caller closes the socket. Socket errors and cancellation pass through.</summary>
    ValueTask<Spoken> SpeakAsync(Socket socket, ProbeTarget target, CancellationToken cancellation);
}

/// <summary>How one conversation went.</summary>
/// <param name="Failure">Why it is not what was expected; null = it is.</param>
/// <param name="Reply">What came, in a few words.</param>
/// <param name="SaysNothing">The failure says nothing of the target's health: it was full, and refused the probe as it refuses users.</param>
internal readonly record struct Spoken(string? Failure, string Reply, long BodyBytes = 0, long TransferMicros = 0, bool SaysNothing = false)
{
    public static Spoken Failed(string why) => new(why, "");
}
