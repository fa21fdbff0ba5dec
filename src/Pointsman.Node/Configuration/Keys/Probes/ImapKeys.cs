using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.imap</c> [P4.2].</summary>
internal static class ImapKeys
{
    public static readonly CheckKey Imap = new("imap", new KeyTable("services.*.probe.imap", [.. TextKeys.Login, .. TextKeys.Others]), Read,
        "Greet a mailbox server by IMAP, and log in where a `user` is given.");

    private static WrittenCheck Read(Fields fields)
    {
        var complete = TextKeys.Read<ImapCheck>(fields);
        return files => complete(files, new ImapCheck());
    }
}
