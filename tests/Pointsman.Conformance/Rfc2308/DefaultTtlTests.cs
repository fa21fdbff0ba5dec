using System.Text;
using Pointsman.Dns.MasterFiles;
using Pointsman.Dns.Wire;

namespace Pointsman.Conformance.Rfc2308;

public sealed class DefaultTtlTests
{
    [Fact, Trait("rfc", "2308 §4")]
    public void TTL_holds_for_the_records_after_it_that_give_none()
    {
        var zone = MasterFile.Parse(DomainName.Parse("example.com"), Encoding.ASCII.GetBytes(
            "$TTL 100\n@ SOA ns . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\na 7 A 192.0.2.2\nb A 192.0.2.3\n$TTL 200\nc A 192.0.2.4\n"), "test.zone").Zone!;
        uint TtlOf(string name) => zone.FindExact(DomainName.Parse(name + ".example.com"), RrType.A)!.Value.Ttl;
        // A TTL that a record gives holds for that record alone.
        Assert.Equal((100u, 7u, 100u, 200u), (TtlOf("ns"), TtlOf("a"), TtlOf("b"), TtlOf("c")));
    }
}
