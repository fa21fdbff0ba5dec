using Pointsman.Dns.Answering.Options;
using Pointsman.Dns.Wire;

namespace Pointsman.Dns.Answering;

/// <summary>
/// The names by which operators ask a server about itself, in the class CHAOS (RFC 4892): <c>id.server</c> and <c>hostname.bind</c> tell its
/// identity, <c>version.server</c> and <c>version.bind</c> its version. What is not to be told is refused, as if nobody had heard of the name.
/// </summary>
internal static class ChaosNames
{
    private static readonly DomainName s_identity = DomainName.Parse("id.server"), s_hostName = DomainName.Parse("hostname.bind");
    private static readonly DomainName s_version = DomainName.Parse("version.server"), s_versionBind = DomainName.Parse("version.bind");

    /// <summary>Writes the answer's record after the question; the record is always its own section.</summary>
    public static void Answer(NameView name, RrType type, AnswerSettings settings, ref MessageWriter writer, ref Resolution result)
    {
        var record = Is(name, s_identity) || Is(name, s_hostName) ? settings.IdentityRecord
            : Is(name, s_version) || Is(name, s_versionBind) ? settings.VersionRecord
            : [];
        if (record.Length == 0)
        {
            (result.Rcode, result.Outcome, result.Reason) = (Rcode.Refused, QueryOutcome.Refused, Reason.NotTold);
            return;
        }
        result.Authoritative = true;
        result.Outcome = QueryOutcome.NoData;
        if (type is not (RrType.TXT or RrType.ANY)) return;
        result.Outcome = QueryOutcome.Answered;
        if (writer.TryCopy(record)) result.Answers = 1;
        else result.Truncated = true;
    }

    private static bool Is(NameView name, DomainName known) => name.Canonical.SequenceEqual(known.View.Canonical);

    /// <summary>A TXT record in CHAOS whose owner is the question's name; TTL 0, because the next answer may come from another server.</summary>
    public static byte[] Record(byte[] text) => text.Length == 0 ? [] :
        [0xC0, MessageWriter.QuestionPlace, 0, (byte)RrType.TXT, 0, (byte)QueryParser.ChaosClass, 0, 0, 0, 0, (byte)((text.Length + 1) >> 8), (byte)(text.Length + 1), (byte)text.Length, .. text];
}
