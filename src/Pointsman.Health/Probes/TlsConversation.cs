using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>Nothing is said inside TLS: the handshake, which is over when this is asked, was the check.</summary>
internal sealed class TlsConversation : IConversation<TlsCheck>
{
    public ValueTask<Spoken> SpeakAsync(TlsCheck check, ProbeConnection connection, ProbeTarget target)
    {
        var facts = connection.Clock.Tls!;
        var until = facts.CertificateUntil == default ? "" : FormattableString.Invariant($", certificate until {facts.CertificateUntil:yyyy-MM-dd}");
        return new(new Spoken(null, $"{facts.Protocol}{(facts.Inside.Length == 0 ? "" : ", ")}{facts.Inside}{until}"));
    }
}
