using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary><c>services.*.probe.pop3</c> [P4.2].</summary>
internal static class Pop3Keys
{
    public static readonly CheckKey Pop3 = new("pop3", new KeyTable("services.*.probe.pop3", [.. TextKeys.Login, .. TextKeys.Others]), Read,
        "Greet a mailbox server by POP3, and log in where a `user` is given.");

    private static WrittenCheck Read(Fields fields)
    {
        var complete = TextKeys.Read<Pop3Check>(fields);
        return files => complete(files, new Pop3Check());
    }
}
