using System.Buffers.Binary;
using System.Security.Cryptography;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>
/// One DNS question, over UDP or TCP. What does not answer it (another id, another question) is passed over, as a resolver does: it may be
/// late, or forged; the answer may still come. Own code, small: a probe and the name server proper share no failure.
/// </summary>
internal sealed class DnsConversation : IConversation<DnsCheck>
{
    // More than a network mixes up; a flood of them is a reason of its own.
    private const int MostStrangers = 64;

    public async ValueTask<Spoken> SpeakAsync(DnsCheck check, ProbeConnection connection, ProbeTarget target)
    {
        connection.Awaits = "the answer";
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        var query = DnsQuery.Write(id, check);
        await connection.SendAsync(check.OverTcp ? WithLength(query) : query);
        for (var strangers = 0; strangers < MostStrangers; strangers++)
        {
            var (message, failure) = check.OverTcp ? await ReadFramedAsync(connection) : ((await connection.ReadSomeAsync()).ToArray(), null);
            if (failure is not null) return Spoken.Failed(failure);
            var verdict = DnsReply.Read(message, id, check, out var reply);
            if (verdict == DnsVerdict.Stranger)
            {
                connection.Awaits = FormattableString.Invariant($"the answer (what came, {strangers + 1} times, answers another question)");
                continue;
            }

            return verdict == DnsVerdict.Nonsense ? Spoken.Failed("not a good DNS answer") : reply.Judge(check);
        }

        return Spoken.Failed(FormattableString.Invariant($"{MostStrangers} answers came, all to another question"));
    }

    // RFC 1035 §4.2.2: over TCP two bytes with its length stand before a message.
    private static byte[] WithLength(byte[] message)
    {
        var framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        return framed;
    }

    private static async ValueTask<(byte[] Message, string? Failure)> ReadFramedAsync(ProbeConnection connection)
    {
        var length = new byte[2];
        if (!await connection.TryReadExactlyAsync(length)) return ([], "closed without an answer");
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        return await connection.TryReadExactlyAsync(message) ? (message, null) : ([], "closed in the middle of the answer");
    }
}
