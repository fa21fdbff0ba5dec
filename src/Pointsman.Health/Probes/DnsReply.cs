using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Pointsman.Model.Probes;

namespace Pointsman.Health.Probes;

/// <summary>Whether a message answers the question: it does, it answers another one, or it is none.</summary>
internal enum DnsVerdict { Answer, Stranger, Nonsense }

/// <summary>
/// One answer, read as far as a probe needs it: code, truncation, and the values of the type asked for, in a zone file's form. Pure. A
/// pointer of a compressed name must lead backwards, and a name has 255 bytes at the most, so that every name ends.
/// </summary>
/// <param name="Values">Of the answer section alone.</param>
internal sealed record DnsReply(int Code, bool IsTruncated, ImmutableArray<string> Values)
{
    // As many as 64 KiB can hold of the shortest; a count beyond is a lie.
    private const int MostRecords = 4096;
    private const int MostName = 255;
    private const int MostLabels = 128;
    private const int MostShown = 4;
    private const int RecordBytes = 10;

    public static DnsVerdict Read(ReadOnlySpan<byte> message, ushort id, DnsCheck check, out DnsReply reply)
    {
        reply = new DnsReply(0, false, []);
        if (message.Length < DnsQuery.HeaderBytes) return DnsVerdict.Nonsense;
        // RFC 5452 §9.1: an answer is one only with the id and the question that were sent.
        if (BinaryPrimitives.ReadUInt16BigEndian(message) != id || (message[2] & 0x80) == 0) return DnsVerdict.Stranger;
        var code = message[3] & 0x0f;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var at = DnsQuery.HeaderBytes;
        // A server that could not read the question may leave it out.
        if (questions > 1 || (questions == 0 && code == 0)) return DnsVerdict.Stranger;
        if (questions == 1)
        {
            if (!TryName(message, ref at, out var name) || at + 4 > message.Length) return DnsVerdict.Nonsense;
            var isSame = name.Equals(check.Name, StringComparison.OrdinalIgnoreCase)
                && BinaryPrimitives.ReadUInt16BigEndian(message[at..]) == (int)check.Type && BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]) == 1;
            if (!isSame) return DnsVerdict.Stranger;
            at += 4;
        }

        var truncated = (message[2] & 0x02) != 0;
        var values = ImmutableArray.CreateBuilder<string>();
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        for (var left = Math.Min(answers, MostRecords); left > 0; left--)
        {
            if (!TryRecord(message, ref at, check.Type, out var value))
            {
                // RFC 2181 §9: what a truncated message holds may break off anywhere.
                if (truncated) break;
                return DnsVerdict.Nonsense;
            }
            if (value is not null) values.Add(value);
        }

        reply = new DnsReply(code, truncated, values.ToImmutable());
        return DnsVerdict.Answer;
    }

    public Spoken Judge(DnsCheck check)
    {
        var cut = IsTruncated ? "; the answer was truncated: try transport: tcp" : "";
        if (Code != (int)check.ExpectCode) return Spoken.Failed($"{Name(Code)}, expected {Name((int)check.ExpectCode)}");
        var fewest = check.MinAnswers ?? (check.ExpectCode == DnsCode.NoError ? 1 : 0);
        if (Values.Length < fewest) return Spoken.Failed(string.Create(CultureInfo.InvariantCulture, $"{Words(check)}, expected {fewest} or more{cut}"));
        foreach (var wanted in check.Expect)
        {
            if (!Values.Contains(wanted, StringComparer.OrdinalIgnoreCase)) return Spoken.Failed($"{Words(check)}, without {wanted}{cut}");
        }

        return new Spoken(null, Words(check));
    }

    private string Words(DnsCheck check)
    {
        if (Values.IsEmpty) return $"{Name(Code)}, no {check.Type.ToString().ToUpperInvariant()}";
        return $"{Name(Code)}, {string.Join(", ", Values.Take(MostShown))}{(Values.Length > MostShown ? ", …" : "")}";
    }

    private static string Name(int code) =>
        Enum.IsDefined((DnsCode)code) ? ((DnsCode)code).ToString().ToUpperInvariant() : string.Create(CultureInfo.InvariantCulture, $"RCODE {code}");

    private static bool TryRecord(ReadOnlySpan<byte> message, ref int at, DnsType wanted, out string? value)
    {
        value = null;
        if (!TryName(message, ref at, out _) || at + RecordBytes > message.Length) return false;
        var type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        var data = at + RecordBytes;
        if (data + length > message.Length) return false;
        at = data + length;
        return type != (int)wanted || TryValue(message, data, length, wanted, out value);
    }

    private static bool TryValue(ReadOnlySpan<byte> message, int at, int length, DnsType type, out string? value)
    {
        value = null;
        var end = at + length;
        var data = message[at..end];
        switch (type)
        {
            case DnsType.A when length == 4:
            case DnsType.Aaaa when length == 16:
                value = new IPAddress(data).ToString();
                return true;
            case DnsType.Ns or DnsType.Cname or DnsType.Ptr:
                return TryName(message, ref at, out value) && at == end;
            case DnsType.Mx when length > 2:
                at += 2;
                if (!TryName(message, ref at, out var exchange) || at != end) return false;
                value = string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(data)} {exchange}");
                return true;
            case DnsType.Srv when length > 6:
                at += 6;
                if (!TryName(message, ref at, out var host) || at != end) return false;
                value = string.Create(CultureInfo.InvariantCulture,
                    $"{BinaryPrimitives.ReadUInt16BigEndian(data)} {BinaryPrimitives.ReadUInt16BigEndian(data[2..])} {BinaryPrimitives.ReadUInt16BigEndian(data[4..])} {host}");
                return true;
            case DnsType.Soa:
                if (!TryName(message, ref at, out var primary) || !TryName(message, ref at, out var mailbox) || at + 20 != end) return false;
                value = $"{primary} {mailbox}";
                for (var number = 0; number < 5; number++) value += string.Create(CultureInfo.InvariantCulture, $" {BinaryPrimitives.ReadUInt32BigEndian(message[(at + (4 * number))..])}");
                return true;
            case DnsType.Txt:
                return TryText(data, out value);
            default:
                return false;
        }
    }

    // RFC 1035 §3.3.14: one or more strings, each after its length; they are read as one, as those who use long ones do.
    private static bool TryText(ReadOnlySpan<byte> data, out string? value)
    {
        var text = new StringBuilder();
        value = null;
        while (!data.IsEmpty)
        {
            var length = data[0];
            if (length >= data.Length) return false;
            text.Append(Encoding.UTF8.GetString(data.Slice(1, length)));
            data = data[(1 + length)..];
        }

        value = text.ToString();
        return true;
    }

    /// <summary>A name without its final dot; the root is empty. A label's dots and all that is not visible are written as a zone file writes them.</summary>
    private static bool TryName(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        name = "";
        var text = new StringBuilder();
        var here = at;
        var jumped = false;
        var total = 0;
        for (var labels = 0; labels < MostLabels; labels++)
        {
            if (here >= message.Length) return false;
            var length = message[here];
            if (length == 0)
            {
                if (!jumped) at = here + 1;
                name = text.ToString();
                return true;
            }

            if ((length & 0xc0) == 0xc0)
            {
                // RFC 1035 §4.1.4: a pointer is to a prior occurrence. One that is not leads in circles.
                if (here + 1 >= message.Length) return false;
                var to = ((length & 0x3f) << 8) | message[here + 1];
                if (to >= here) return false;
                if (!jumped) at = here + 2;
                (jumped, here) = (true, to);
                continue;
            }

            total += length + 1;
            if (length > 63 || total > MostName || here + 1 + length > message.Length) return false;
            if (text.Length > 0) text.Append('.');
            foreach (var value in message.Slice(here + 1, length)) Append(text, value);
            here += 1 + length;
        }

        return false;
    }

    private static void Append(StringBuilder text, byte value)
    {
        if (value is (byte)'.' or (byte)'\\') text.Append('\\').Append((char)value);
        else if (value is > (byte)' ' and < 0x7f) text.Append((char)value);
        else text.Append(CultureInfo.InvariantCulture, $"\\{value:000}");
    }
}
