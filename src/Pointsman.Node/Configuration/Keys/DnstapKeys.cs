using Pointsman.Dns.Recording;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys;

/// <summary><c>dns.dnstap</c>: what of the queries is recorded, and where.</summary>
internal static class DnstapKeys
{
    private const int MostSocketPathBytes = 107;

    private static readonly DnstapSettings standard = DnstapSettings.Default;

    private static readonly Key<Written<string>?> file = Optional("file", Names.FilePath.Placed().OrNone(),
        "Write to this file. `{site}` and `{node}` stand for their names. One that has something in it is renamed to FILE.1 first.", null);
    private static readonly Key<Written<string>?> socket = Optional("socket", Names.FilePath.Placed().OrNone(),
        "Or send to the collector that listens at this unix socket; `{site}` and `{node}` as above.", null);
    private static readonly Key<bool> queries = Optional("queries", new Flag(), "Record queries.", standard.Queries, "true");
    private static readonly Key<bool> responses = Optional("responses", new Flag(), "Record answers.", standard.Responses, "true");
    private static readonly Key<double> sample = Optional("sample", new Number(0, 1),
        "The share of queries that is recorded, above 0; a query and its answer are taken together.", standard.Sample, "1.0");
    private static readonly Key<int> queueBytes = Optional("queueBytes", new Whole(RecordingOptions.LeastQueueBytes, RecordingOptions.MostQueueBytes),
        "Memory for each worker between answering and writing; what finds no room is dropped and counted.", standard.QueueBytes, "1048576");
    private static readonly Key<string?> identity = Optional("identity", Names.ShortText.OrNull(), "Written into each record; `{site}` and `{node}` as above.", standard.Identity, "{node}");
    private static readonly Key<string?> version = Optional("version", Names.ShortText.OrNull(), "Written into each record.", null, "pointsman and its version");
    private static readonly Key<int?> maxBytes = Optional("maxBytes", new Whole(64 * 1024, int.MaxValue).OrNone(),
        "A file that would grow past this is renamed to FILE.1, and a new one begun; without it, it grows on.", null);
    private static readonly Key<int> keep = Optional("keep", new Whole(0, 1000), "How many earlier files stay, FILE.1 the youngest.", standard.Keep, "4");

    public static readonly KeyTable Table = new("dns.dnstap", [file, socket, queries, responses, sample, queueBytes, identity, version, maxBytes, keep]);

    public static DnstapSettings Read(Fields fields)
    {
        var read = new DnstapSettings
        {
            File = fields.Get(file),
            Socket = fields.Get(socket),
            Queries = fields.Get(queries),
            Responses = fields.Get(responses),
            Sample = fields.Get(sample),
            QueueBytes = fields.Get(queueBytes),
            Identity = fields.Get(identity) ?? standard.Identity,
            Version = fields.Get(version),
            MaxBytes = fields.Get(maxBytes),
            Keep = fields.Get(keep),
        };
        if (fields.Has(file) == fields.Has(socket)) fields.Findings.Error(fields.Mark, fields.Path, "give a file or a socket, one of the two");
        if (!read.Queries && !read.Responses) fields.Findings.Error(fields.Mark, fields.Path, "records nothing: queries and responses are both false");
        if (read.Sample == 0) fields.Findings.Error(fields.MarkOf(sample), fields.At("sample"), "must be above 0; leave 'dnstap' out to record nothing");
        if (fields.Has(socket) && !fields.Has(file))
        {
            foreach (var key in (Key[])[maxBytes, keep])
                if (fields.Has(key)) fields.Findings.Error(fields.MarkOf(key), fields.At(key.Name), "goes with a file, not with a socket");
        }
        foreach (var path in (Written<string>?[])[read.File, read.Socket])
            if (path is { Value: not null } given) CheckPlaceholders(given, fields.Findings);
        if (read.Socket is { Value: not null } at && System.Text.Encoding.UTF8.GetByteCount(at.Value) > MostSocketPathBytes)
            fields.Findings.Error(at.Mark, at.Path, FormattableString.Invariant($"the path of a socket has at most {MostSocketPathBytes} bytes, this has {System.Text.Encoding.UTF8.GetByteCount(at.Value)}"));
        return read;
    }

    private static void CheckPlaceholders(Written<string> path, Findings findings)
    {
        var rest = path.Value.Replace("{site}", "", StringComparison.Ordinal).Replace("{node}", "", StringComparison.Ordinal);
        if (rest.Contains('{', StringComparison.Ordinal) || rest.Contains('}', StringComparison.Ordinal))
            findings.Error(path.Mark, path.Path, "braces stand around 'site' or 'node' alone: {site}, {node}");
    }
}
