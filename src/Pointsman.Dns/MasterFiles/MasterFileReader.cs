using System.Globalization;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;

namespace Pointsman.Dns.MasterFiles;

/// <summary>
/// Reads the entries of a master file and of those that it includes into a <see cref="ZoneBuilder"/>, collecting every error. What carries
/// over from line to line (origin, owner, TTL) is the state here.
/// </summary>
internal sealed class MasterFileReader(DomainName origin)
{
    /// <summary>Deep enough for any real layout; a file that includes itself ends here.</summary>
    private const int DeepestInclude = 8;

    /// <summary>Bounds a file that includes itself many times.</summary>
    private const int MostFiles = 1000;

    /// <summary>A zone of a million records takes some 50 MB. A device that never ends is larger.</summary>
    private const int MostFileBytes = 512 * 1024 * 1024;

    /// <summary>An error may quote a word of many megabytes; nobody reads further, and logs keep it.</summary>
    private const int MostMessageCharacters = 400;

    /// <summary>Past that many, more lines say nothing new.</summary>
    private const int MostErrors = 200;

    private readonly ZoneBuilder _builder = new(origin);
    private readonly List<ZoneError> _errors = [];
    private readonly List<string> _files = [];
    private DomainName _origin = origin;
    private DomainName? _owner;
    private uint? _defaultTtl;
    private uint? _lastTtl;

    public MasterFileResult Load(string path)
    {
        ReadFile(path, new ZonePlace(path, 0, 0), depth: 0);
        // Of a file that nobody could read there is no more to say: that its zone has no SOA either would only hide why.
        return _files.Count == 0 ? new MasterFileResult(null, [.. _errors], [], []) : Finish();
    }

    public MasterFileResult Parse(ReadOnlyMemory<byte> text, string name)
    {
        ReadEntries(new Scanner(text, name), name, depth: 0);
        return Finish();
    }

    private MasterFileResult Finish()
    {
        _builder.TryBuild(out var zone, out var errors);
        if (_errors.Count > 0) zone = null; // a zone of which a line is missing is not that zone
        return new MasterFileResult(
            zone, [.. InOrder(_errors.Concat(errors), e => e.Place).Take(MostErrors)], zone is null ? [] : [.. InOrder(_builder.Warnings, w => w.Place)], [.. _files.Distinct()]);
    }

    /// <summary>In the order of files, lines and columns; what has no place comes last.</summary>
    private IEnumerable<T> InOrder<T>(IEnumerable<T> findings, Func<T, ZonePlace> placeOf) => findings
        .OrderBy(f => placeOf(f).File is null).ThenBy(f => _files.IndexOf(placeOf(f).File ?? "")).ThenBy(f => placeOf(f).Line).ThenBy(f => placeOf(f).Column);

    private void ReadFile(string path, ZonePlace asked, int depth)
    {
        if (_files.Count == MostFiles)
        {
            Report(new(asked, string.Create(CultureInfo.InvariantCulture, $"more than {MostFiles} files are included")));
            return;
        }
        byte[] text;
        try
        {
            if (!TryReadAll(path, out text))
            {
                Report(new(asked, string.Create(CultureInfo.InvariantCulture, $"cannot read {path}: it is larger than {MostFileBytes} bytes")));
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Report(new(asked, $"cannot read {path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message)}"));
            return;
        }
        _files.Add(path);
        ReadEntries(new Scanner(text, path), path, depth);
    }

    /// <summary>Not <see cref="File.ReadAllBytes"/>: what has no length, such as /dev/zero, would fill the memory first.</summary>
    private static bool TryReadAll(string path, out byte[] text)
    {
        text = [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        // A file mostly has just the length that it says.
        using var content = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, MostFileBytes) : 0);
        var buffer = new byte[64 * 1024];
        // Bounded: each turn adds at least one octet.
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (content.Length + read > MostFileBytes) return false;
            content.Write(buffer, 0, read);
        }
        text = content.Length == content.Capacity ? content.GetBuffer() : content.ToArray();
        return true;
    }

    private void Report(ZoneError error)
    {
        if (_errors.Count == MostErrors) return;
        _errors.Add(error.Message.Length <= MostMessageCharacters ? error : error with { Message = string.Concat(error.Message.AsSpan(0, MostMessageCharacters), " …") });
    }

    private void ReadEntries(Scanner scanner, string path, int depth)
    {
        var tokens = new List<Token>();
        while (_errors.Count < MostErrors && !_builder.IsFull && scanner.TryReadEntry(tokens, out var startsBlank, out var error))
        {
            if (error is not null)
            {
                Report(error);
                continue;
            }
            try
            {
                if (!startsBlank && tokens[0] is { Quoted: false } first && first.Text is [(byte)'$', ..]) ReadDirective(tokens, path, depth);
                else ReadRecord(tokens, startsBlank);
            }
            catch (RecordException e)
            {
                Report(new(e.Place, e.Message));
            }
        }
    }

    private void ReadDirective(List<Token> tokens, string path, int depth)
    {
        var directive = tokens[0];
        if (directive.Is("$ORIGIN"))
        {
            Expect(tokens, 2, 2, "$ORIGIN NAME");
            _origin = Name(tokens[1]);
        }
        else if (directive.Is("$TTL"))
        {
            Expect(tokens, 2, 2, "$TTL SECONDS");
            _defaultTtl = Mnemonics.TryReadPeriod(tokens[1].Text, out var ttl) ? ttl : throw RdataReader.Unexpected(tokens[1], "a time, up to 2147483647 s");
        }
        else if (directive.Is("$INCLUDE"))
        {
            Expect(tokens, 2, 3, "$INCLUDE FILE [ORIGIN]");
            if (depth == DeepestInclude) throw new RecordException(directive.Place, $"more than {DeepestInclude} files deep: does a file include itself?");
            // RFC 1035 §5.1: the file's own origin and owner end with it.
            var (savedOrigin, savedOwner) = (_origin, _owner);
            if (tokens.Count == 3) _origin = Name(tokens[2]);
            var included = System.Text.Encoding.UTF8.GetString(RdataReader.Unescape(tokens[1]));
            ReadFile(Path.Combine(Path.GetDirectoryName(path) ?? "", included), tokens[1].Place, depth + 1);
            (_origin, _owner) = (savedOrigin, savedOwner);
        }
        else if (directive.Is("$GENERATE"))
        {
            foreach (var line in Generation.Expand(tokens).TakeWhile(_ => !_builder.IsFull)) ReadGenerated(line, directive.Place);
        }
        else throw RdataReader.Unexpected(directive, "$ORIGIN, $TTL, $INCLUDE or $GENERATE");
    }

    private void ReadGenerated(byte[] line, ZonePlace place)
    {
        var tokens = new List<Token>();
        if (!new Scanner(line, place.File ?? "", place).TryReadEntry(tokens, out _, out var error)) return;
        if (error is not null) throw new RecordException(error.Place, error.Message);
        ReadRecord(tokens, startsBlank: false);
    }

    private static void Expect(List<Token> tokens, int least, int most, string usage)
    {
        if (tokens.Count < least) throw new RecordException(tokens[0].Place, $"expected {usage}");
        if (tokens.Count > most) throw RdataReader.Unexpected(tokens[most], $"the end of {usage}");
    }

    private DomainName Name(Token token) =>
        DomainName.TryParse(token.Text, _origin, out var name, out var error) ? name : throw new RecordException(token.Place, $"'{token}' is not a name: {error}");

    /// <summary><c>[owner] [TTL] [class] type RDATA</c>, TTL and class in either order (RFC 1035 §5.1).</summary>
    private void ReadRecord(List<Token> tokens, bool startsBlank)
    {
        var next = 0;
        if (!startsBlank) _owner = Name(tokens[next++]);
        if (_owner is null) throw new RecordException(tokens[0].Place, "the first record has no owner");
        uint? ttl = null;
        var hasClass = false;
        while (true)
        {
            if (next == tokens.Count) throw new RecordException(tokens[^1].Place, "the record's type is missing");
            var token = tokens[next];
            if (ttl is null && !token.Quoted && char.IsAsciiDigit((char)token.Text[0]))
                ttl = Mnemonics.TryReadPeriod(token.Text, out var read) ? read : throw RdataReader.Unexpected(token, "a TTL, up to 2147483647 s");
            else if (!hasClass && IsClass(token)) hasClass = true;
            else break;
            next++;
        }
        var typeToken = tokens[next++];
        if (typeToken.Quoted || !RrTypeText.TryParse(typeToken.ToString(), out var type)) throw RdataReader.Unexpected(typeToken, "a record type");
        if (RrTypeText.IsMeta(type)) throw new RecordException(typeToken.Place, $"{RrTypeText.Format(type)} cannot stand in a zone");
        var rdata = new RdataReader(tokens, next, _origin, tokens[^1].Place).Read(type);
        // Without a TTL: $TTL (RFC 2308 §4), else the last one given (RFC 1035 §5.1), else for the SOA its MINIMUM, as older files mean it.
        var effective = ttl ?? _defaultTtl ?? _lastTtl ?? (type == RrType.SOA ? Minimum(rdata) : throw new RecordException(typeToken.Place, "no TTL: neither here, nor before, nor by $TTL"));
        _lastTtl = effective;
        _builder.Add(_owner, type, effective, rdata, startsBlank ? typeToken.Place : tokens[0].Place);
    }

    private static uint Minimum(Rdata soa) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(soa.Octets.AsSpan()[^4..]);

    private static bool IsClass(Token token)
    {
        if (token.Is("IN") || token.Is("CLASS1")) return true;
        if (token.Is("CH") || token.Is("HS") || token.Is("CS") || (!token.Quoted && token.ToString().StartsWith("CLASS", StringComparison.OrdinalIgnoreCase)))
            throw RdataReader.Unexpected(token, "the class IN");
        return false;
    }
}
