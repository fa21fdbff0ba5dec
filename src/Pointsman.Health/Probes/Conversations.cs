using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>The one table from what an operator wrote to who speaks it: a line per protocol.</summary>
internal static class Conversations
{
    private delegate ValueTask<Spoken> Speaker(ProbeCheck check, ProbeConnection connection, ProbeTarget target);

    private static readonly Dictionary<Type, Speaker> table = new()
    {
        [typeof(TcpCheck)] = Of(new TcpConversation()),
        [typeof(HttpCheck)] = Of(new HttpConversation()),
    };

    public static ValueTask<Spoken> SpeakAsync(ProbeConnection connection, ProbeTarget target)
    {
        var check = target.Settings.Check;
        return table[check.GetType()](check, connection, target);
    }

    private static Speaker Of<TCheck>(IConversation<TCheck> conversation)
        where TCheck : ProbeCheck =>
        (check, connection, target) => conversation.SpeakAsync((TCheck)check, connection, target);
}
