using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>One datagram there and one back. What others send to the port never arrives: the socket is connected.</summary>
internal sealed class UdpConversation : IConversation<UdpCheck>
{
    public async ValueTask<Spoken> SpeakAsync(UdpCheck check, ProbeConnection connection, ProbeTarget target)
    {
        connection.Awaits = "the answer";
        await connection.SendAsync(check.Send.AsSpan().ToArray());
        var answer = await connection.ReadSomeAsync();
        if (answer.Span.IndexOf(check.Expect.AsSpan()) < 0) return Spoken.Failed($"answered {Quoted.Of(answer.Span)}, expected {Quoted.Of(check.Expect.AsSpan())}");
        return new Spoken(null, $"answered {Quoted.Of(answer.Span)}");
    }
}
