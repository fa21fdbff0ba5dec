using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>TCP open and close: what is probed where nothing else is configured [P4.2]. The connect has already said it all.</summary>
internal sealed class TcpConversation : IConversation<TcpCheck>
{
    public ValueTask<Spoken> SpeakAsync(TcpCheck check, ProbeConnection connection, ProbeTarget target) => new(new Spoken(null, "connected"));
}
