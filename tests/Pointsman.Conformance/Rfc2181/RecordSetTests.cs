using System.Net;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc2181;

public sealed class RecordSetTests
{
    [Fact, Trait("rfc", "2181 §5")]
    public void No_record_is_twice_in_a_set()
    {
        static AddressFragment Site(params string[] addresses) => AddressFragment.Render(addresses.Select(IPAddress.Parse));
        var responder = Responder.Example(new FakeDynamic("app.example.com") { Fragments = [Site("192.0.2.7", "2001:db8::7"), Site("192.0.2.8", "192.0.2.7", "2001:db8::7")] });
        Assert.Equal(["192.0.2.7", "192.0.2.8"], responder.Ask("app.example.com", RrType.A).Answers.Select(record => record.Rdata));
        Assert.Equal(["2001:db8::7"], responder.Ask("app.example.com", RrType.AAAA).Answers.Select(record => record.Rdata));
        Assert.Equal(1, ZoneText.Read("host A 192.0.2.9\nhost A 192.0.2.9")!.FindExact(DomainName.Parse("host.example.com"), RrType.A)!.Value.Count);
    }

    [Fact, Trait("rfc", "2181 §5.2")]
    public void A_set_has_one_TTL()
        => Assert.Equal(30u, ZoneText.Read("host 300 A 192.0.2.9\nhost 30 A 192.0.2.10")!.FindExact(DomainName.Parse("host.example.com"), RrType.A)!.Value.Ttl);

    [Theory]
    [InlineData("0", 0u)]
    [InlineData("2147483647", 2147483647u)]
    [InlineData("2147483648", null)]
    [InlineData("4294967296", null)]
    [InlineData("3551w", null)]
    [Trait("rfc", "2181 §8")]
    public void A_TTL_has_31_bits(string ttl, uint? seconds)
        => Assert.Equal(seconds, ZoneText.Read($"host {ttl} A 192.0.2.9")?.FindExact(DomainName.Parse("host.example.com"), RrType.A)!.Value.Ttl);
}
