using System.Buffers;
using System.Globalization;
using System.Text;
using Pointsman.Dns.Wire;
using Pointsman.Policy.Decisions;
using Pointsman.Topology;

namespace Pointsman.Node.QueryLogs;

/// <summary>
/// A plain list, one query a line, words apart by blanks or commas: <code>[TIME] NAME CLIENT[/PREFIX] [TYPE]</code> or a CLIENT alone. Empty lines and
/// those that begin with # say nothing. TIME is 2026-01-31T12:00:00Z or seconds since 1970.
/// </summary>
internal sealed class ListedQueries(Stream stream) : IQuerySource
{
    /// <summary>A name has at most 255 characters; what is longer than all four words can be is no line of this kind.</summary>
    private const int MostLineBytes = 1024;

    private const int MostWords = 4;

    /// <summary>Of these alone no name is made: no top-level domain is a number.</summary>
    private static readonly SearchValues<char> s_numeric = SearchValues.Create("0123456789.");

    private readonly NamePool names = new();
    private readonly byte[] buffer = new byte[128 * 1024];
    private readonly char[] text = new char[MostLineBytes];
    private int start;
    private int end;
    private long line;

    public bool TryRead(LogTally tally, out RecordedQuery query)
    {
        query = default;
        // Ends: each turn takes a line from the stream.
        while (TryReadLine(out var octets, out var isTooLong))
        {
            line++;
            if (isTooLong)
            {
                Damage(tally, $"longer than {MostLineBytes} octets");
                continue;
            }
            octets = octets.Trim(" \t\r"u8);
            if (octets.IsEmpty || octets[0] == (byte)'#') continue;
            // Latin-1 takes any octet; what is no ASCII is then no word of a query.
            var length = Encoding.Latin1.GetChars(octets, text);
            if (TryParse(text.AsSpan(0, length), out query, out var problem)) return true;
            Damage(tally, problem);
        }
        return false;
    }

    private void Damage(LogTally tally, string what) => tally.Damage(string.Create(CultureInfo.InvariantCulture, $"line {line}"), what);

    private bool TryParse(ReadOnlySpan<char> written, out RecordedQuery query, out string problem)
    {
        query = default;
        Span<Range> words = stackalloc Range[MostWords + 2];
        var count = written.SplitAny(words, " \t,", StringSplitOptions.RemoveEmptyEntries);
        problem = $"must be [TIME] NAME CLIENT [TYPE], has more than {MostWords} words";
        if (count > MostWords) return false;

        var client = default(Client);
        var at = 0;
        while (at < count && !TryReadClient(written[words[at]], out client)) at++;
        problem = "no word of it is an address, or address/prefix";
        if (at == count) return false;

        string? name = null;
        DateTimeOffset? time = null;
        if (at > 2)
        {
            problem = "must be [TIME] NAME CLIENT [TYPE]: the client comes at most third";
            return false;
        }
        if (at > 0)
        {
            var before = written[words[at - 1]];
            // A number alone is a time, never a name that anybody delegates.
            if (at == 1 && TryReadTime(before, out var only)) time = only;
            else if (!TryReadName(before, out name))
            {
                problem = $"'{before}' is no domain name";
                return false;
            }
        }
        if (at == 2)
        {
            problem = $"'{written[words[0]]}' is no time: 2026-01-31T12:00:00Z, or seconds since 1970";
            if (!TryReadTime(written[words[0]], out var said)) return false;
            time = said;
        }
        var type = RrType.A;
        if (at + 2 < count)
        {
            problem = "must be [TIME] NAME CLIENT [TYPE]: one word at most comes after the client";
            return false;
        }
        if (at + 1 < count && !RrTypeText.TryParse(written[words[at + 1]].ToString(), out type))
        {
            problem = $"'{written[words[at + 1]]}' is no type of record";
            return false;
        }
        query = new RecordedQuery(name, client, type, time);
        return true;
    }

    /// <summary>An address, or one with a prefix length (bits set past it are cut off); a scope behind it, as some servers log it, is passed over.</summary>
    private static bool TryReadClient(ReadOnlySpan<char> word, out Client client)
    {
        client = default;
        var slash = word.IndexOf('/');
        if (!Prefix.TryParse(slash < 0 ? word : word[..slash], out var address)) return false;
        client = Client.From(address.Network);
        if (slash < 0) return true;
        var rest = word[(slash + 1)..];
        var scope = rest.IndexOf('/');
        if (!byte.TryParse(scope < 0 ? rest : rest[..scope], NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return false;
        if (scope >= 0 && !byte.TryParse(rest[(scope + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)) return false;
        if (length > (address.IsIPv6 ? 128 : 32)) return false;
        // Of a mapped address the prefix counts from the IPv4 address that is inside.
        client = client.Truncate(address.IsIPv6 && !client.IsIPv6 ? Math.Max(0, length - 96) : length);
        return true;
    }

    private bool TryReadName(ReadOnlySpan<char> word, out string? name)
    {
        name = null;
        const int MostCharacters = 254;
        if (word.Length > MostCharacters || word.ContainsAnyExceptInRange('!', '~') || !word.ContainsAnyExcept(s_numeric)) return false;
        name = names.Get(word);
        return name is not null;
    }

    private static bool TryReadTime(ReadOnlySpan<char> word, out DateTimeOffset time)
    {
        if (decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            time = default;
            if (seconds < 0 || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return false;
            time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
            return true;
        }
        time = default;
        return char.IsAsciiDigit(word[0]) && word.Contains('T') && DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>The next line without its end; of one that is too long nothing, but all of it is passed.</summary>
    private bool TryReadLine(out ReadOnlySpan<byte> octets, out bool isTooLong)
    {
        isTooLong = false;
        octets = default;
        // Ends: each turn but the last takes octets from the stream.
        while (true)
        {
            var waiting = buffer.AsSpan(start, end - start);
            var newline = waiting.IndexOf((byte)'\n');
            if (newline >= 0)
            {
                start += newline + 1;
                isTooLong |= newline > MostLineBytes;
                octets = isTooLong ? default : waiting[..newline];
                return true;
            }
            if (waiting.Length > MostLineBytes)
            {
                isTooLong = true;
                start = end;
            }
            if (!TryFill())
            {
                if (start == end) return isTooLong;
                octets = buffer.AsSpan(start, end - start);
                start = end;
                return true;
            }
        }
    }

    private bool TryFill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }
}
