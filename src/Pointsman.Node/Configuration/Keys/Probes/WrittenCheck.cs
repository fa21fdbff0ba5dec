using Pointsman.Model.Probes;
using Pointsman.Node.Configuration.Shapes;

namespace Pointsman.Node.Configuration.Keys.Probes;

/// <summary>A check as written: what becomes of it once the files that it names have been read. Those that name none ignore the argument.</summary>
internal delegate ProbeCheck WrittenCheck(ProbeFiles files);

/// <summary>One protocol's key below <c>probe:</c>, and how its section is read.</summary>
internal sealed class CheckKey(string name, KeyTable table, Func<Fields, WrittenCheck> read, string meaning)
{
    public Key<WrittenCheck?> Key { get; } = Declare.Optional(name, new Section<WrittenCheck?>(table, read), meaning, null);
}
