using System.Net.Sockets;

namespace Pointsman.Health.Probes;

/// <summary>TCP open and close: what is probed where nothing else is configured [P4.2]. The connect has already said it all.</summary>
internal sealed class TcpConversation : IConversation
{
    public string Awaits => "nothing";

    public ValueTask<Spoken> SpeakAsync(Socket socket, ProbeTarget target, CancellationToken cancellation) => new(new Spoken(null, "connected"));
}
