using Pointsman.Health.Probes.SendExpect;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>The one table from what an operator wrote to who carries it out: a line per protocol.</summary>
internal static class Conversations
{
    private delegate ValueTask<Spoken> Iteration(ProbeTarget target, ProbeClock clock);

    private static readonly Dictionary<Type, Iteration> table = new()
    {
        [typeof(TcpCheck)] = Over(new TcpConversation()),
        [typeof(UdpCheck)] = Over(new UdpConversation()),
        [typeof(TlsCheck)] = Over(new TlsConversation()),
        [typeof(HttpCheck)] = Over(new HttpConversation()),
        [typeof(GrpcCheck)] = Over(new GrpcConversation()),
        [typeof(DnsCheck)] = Over(new DnsConversation()),
        [typeof(FtpCheck)] = Over(new TextConversation<FtpCheck>(ReplyForm.Ftp, Ftp.Speak)),
        [typeof(NntpCheck)] = Over(new TextConversation<NntpCheck>(ReplyForm.Nntp, Nntp.Speak)),
        [typeof(SmtpCheck)] = Over(new TextConversation<SmtpCheck>(ReplyForm.Smtp, Smtp.Speak)),
        [typeof(Pop3Check)] = Over(new TextConversation<Pop3Check>(ReplyForm.Pop3, Pop3.Speak)),
        [typeof(ImapCheck)] = Over(new TextConversation<ImapCheck>(ReplyForm.Imap, Imap.Speak)),
        [typeof(ExecCheck)] = static (target, clock) => CommandRun.IterateAsync((ExecCheck)target.Settings.Check, target, clock),
    };

    /// <summary>One iteration of the target's check, from its start.</summary>
    public static ValueTask<Spoken> IterateAsync(ProbeTarget target, ProbeClock clock) => table[target.Settings.Check.GetType()](target, clock);

    private static Iteration Over<TCheck>(IConversation<TCheck> conversation)
        where TCheck : ProbeCheck
    {
        return IterateAsync;

        async ValueTask<Spoken> IterateAsync(ProbeTarget target, ProbeClock clock)
        {
            using var connection = await ProbeConnection.OpenAsync(target, clock);
            if (target.Settings.Check.ImplicitTls is { } tls && await connection.StartTlsAsync(tls, target) is { } failure) return Spoken.Failed(failure);
            return await conversation.SpeakAsync((TCheck)target.Settings.Check, connection, target);
        }
    }
}
