using System.Text.Json.Nodes;
using Pointsman.Node.Configuration.Yaml;

namespace Pointsman.Node.Configuration.Shapes;

/// <summary>The same shape, its value nullable, so that a key can say that it is absent.</summary>
internal static class Absent
{
    public static Shape<T?> OrNone<T>(this Shape<T> shape)
        where T : struct => new OrNoneShape<T>(shape);

    public static Shape<T?> OrNull<T>(this Shape<T> shape)
        where T : class => new OrNullShape<T>(shape);

    private sealed class OrNoneShape<T>(Shape<T> inner) : Shape<T?>
        where T : struct
    {
        public override string Words => inner.Words;
        public override string Linked => inner.Linked;
        public override IEnumerable<KeyTable> Tables => inner.Tables;
        public override JsonObject Schema() => inner.Schema();

        public override bool TryRead(YamlNode node, string path, Findings findings, out T? value)
        {
            var ok = inner.TryRead(node, path, findings, out var bare);
            value = ok ? bare : null;
            return ok;
        }
    }

    private sealed class OrNullShape<T>(Shape<T> inner) : Shape<T?>
        where T : class
    {
        public override string Words => inner.Words;
        public override string Linked => inner.Linked;
        public override IEnumerable<KeyTable> Tables => inner.Tables;
        public override JsonObject Schema() => inner.Schema();

        public override bool TryRead(YamlNode node, string path, Findings findings, out T? value)
        {
            var ok = inner.TryRead(node, path, findings, out var bare);
            value = ok ? bare : null;
            return ok;
        }
    }
}
