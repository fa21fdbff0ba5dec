using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>What one protocol says and expects over a fresh connection. Stateless: one instance serves all probes at once.</summary>
/// <typeparam name="TCheck">What an operator wrote of it.</typeparam>
internal interface IConversation<in TCheck>
    where TCheck : ProbeCheck
{
    /// <summary>
    /// One iteration, from just after the connect and an implicit TLS handshake. The caller closes the connection. Socket errors, a broken
    /// TLS stream and cancellation pass through; they become words elsewhere.
    /// </summary>
    ValueTask<Spoken> SpeakAsync(TCheck check, ProbeConnection connection, ProbeTarget target);
}

/// <summary>How one conversation went.</summary>
/// <param name="Failure">Why it is not what was expected; null = it is.</param>
/// <param name="Reply">What came, in a few words.</param>
/// <param name="SaysNothing">The failure says nothing of the target's health: it is this node's own.</param>
/// <param name="IsFull">A VIP of the cluster was full, and refused the probe as it refuses users.</param>
/// <param name="IsBusy">It answered that it can take no more users now.</param>
internal readonly record struct Spoken(string? Failure, string Reply, long BodyBytes = 0, long TransferMicros = 0, bool SaysNothing = false, bool IsFull = false, bool IsBusy = false)
{
    public static Spoken Failed(string why) => new(why, "");
}
