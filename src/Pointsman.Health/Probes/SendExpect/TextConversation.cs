using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes.SendExpect;

/// <summary>What one of the text protocols says: its script, carried out over a probe's connection.</summary>
/// <param name="form">How it writes its replies.</param>
/// <param name="script">What is said and expected, one file per protocol.</param>
internal sealed class TextConversation<TCheck>(ReplyForm form, Func<TCheck, Heard, IEnumerable<Step>> script) : IConversation<TCheck>
    where TCheck : TextCheck
{
    public async ValueTask<Spoken> SpeakAsync(TCheck check, ProbeConnection connection, ProbeTarget target)
    {
        using var wire = new ProbeWire(connection, target, check);
        return await SpeakAsync(check, wire);
    }

    /// <summary>Over any wire.</summary>
    internal ValueTask<Spoken> SpeakAsync(TCheck check, IWire wire)
    {
        var heard = new Heard { LocalAddress = wire.LocalAddress };
        return new Dialogue(wire, form, heard, new Withheld(check.Login?.User, check.Login?.Password.Reveal())).RunAsync(script(check, heard));
    }
}
