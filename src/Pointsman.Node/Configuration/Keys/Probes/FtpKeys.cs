using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;
using static Pointsman.Node.Configuration.Shapes.Declare;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.ftp</c> [P4.2].</summary>
internal static class FtpKeys
{
    private static readonly Key<string?> file = Optional("file", TextKeys.Line(1024).OrNull(), "A file that must be there; without it the login is enough.", null);
    private static readonly Key<bool> fetch = Optional("fetch", new Flag(), "Read the file, or its first MiB, which gives the throughput; else its size alone is asked for.", false, "false");
    private static readonly Key<long?> expectSize = Optional("expectSize", new WholeLong().OrNone(), "How many bytes the file has.", null);
    private static readonly Key<string?> expectBody = Optional("expectBody", Names.ShortText.OrNull(), "Text that the first 64 KiB of the file must contain; goes with `fetch`.", null);

    public static readonly CheckKey Ftp = new("ftp", new KeyTable("services.*.probe.ftp", [file, fetch, expectSize, expectBody, .. TextKeys.Login, .. TextKeys.Others]), Read,
        "Log in by FTP, as `anonymous` where no `user` is given, and ask for a file.");

    private static WrittenCheck Read(Fields fields)
    {
        foreach (var key in (Key[])[fetch, expectSize, expectBody])
            if (fields.Has(key) && !fields.Has(file)) fields.Findings.Error(fields.MarkOf(key), fields.At(key.Name), "goes with 'file'");
        var isFetched = fields.Get(fetch);
        if (fields.Has(expectBody) && fields.Has(file) && !isFetched) fields.Findings.Error(fields.MarkOf(expectBody), fields.At(expectBody.Name), "needs 'fetch: true': without it the file is not read");
        var check = new FtpCheck { File = fields.Get(file), Fetch = isFetched, ExpectSize = fields.Get(expectSize), ExpectBody = fields.Get(expectBody) };
        var complete = TextKeys.Read<FtpCheck>(fields);
        return files => complete(files, check);
    }
}
