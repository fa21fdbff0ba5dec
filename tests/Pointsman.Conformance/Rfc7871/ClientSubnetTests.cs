using System.Net;
using Pointsman.Dns.Dynamic;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc7871;

public sealed class ClientSubnetTests
{
    private static readonly FakeDynamic s_dynamic = new("app.example.com") { Scope = 22, Fragments = [AddressFragment.Render([IPAddress.Parse("192.0.2.7")])] };
    private static readonly Responder s_example = Responder.Example(s_dynamic);
    private static readonly QueryBytes s_query = new("app.example.com", RrType.A) { Payload = 1232 };

    [Theory]
    [InlineData(1, 24, "c63364", 22)]
    [InlineData(1, 20, "c63360", 22)]
    [InlineData(1, 32, "c6336401", 22)]
    [InlineData(2, 56, "20010db8000001", 22)]
    [InlineData(2, 128, "20010db8000000000000000000000001", 22)]
    [InlineData(1, 0, "", 0)]
    [InlineData(0, 0, "", 0)]
    [Trait("rfc", "7871 §7.2.1")]
    public void Family_source_and_address_come_back_exactly_with_the_scope_of_the_decision(ushort family, byte source, string address, byte scope)
    {
        var octets = Convert.FromHexString(address);
        var answer = s_example.Ask(s_query with { Options = [QueryBytes.Subnet(family, source, 0, octets)] });
        Assert.Equal(QueryBytes.Subnet(family, source, scope, octets).Value, Assert.Single(answer.Options).Value);
        Assert.Single(answer.Answers);
    }

    [Theory]
    [InlineData(1, 24, 1, "c63364", "a scope in a query")]
    [InlineData(1, 24, 0, "c6336400", "an octet too many")]
    [InlineData(1, 24, 0, "c633", "an octet too few")]
    [InlineData(1, 20, 0, "c63364", "a bit past the prefix")]
    [InlineData(1, 33, 0, "c633640000", "more bits than the family has")]
    [InlineData(2, 129, 0, "20010db800000000000000000000000000", "more bits than the family has")]
    [InlineData(7, 8, 0, "01", "no such family")]
    [Trait("rfc", "7871 §7.1.2")]
    public void A_malformed_option_is_FORMERR(ushort family, byte source, byte scope, string address, string _)
        => Assert.Equal(Rcode.FormErr, s_example.Ask(s_query with { Options = [QueryBytes.Subnet(family, source, scope, Convert.FromHexString(address))] }).Rcode);

    [Fact, Trait("rfc", "7871 §6")]
    public void The_prefix_of_the_option_is_the_client_of_the_decision()
    {
        s_example.Ask(s_query with { Options = [QueryBytes.Subnet(2, 48, 0, 0x20, 1, 0xD, 0xB8, 0, 1)] });
        Assert.Equal(("2001:db8:1::", 48), (s_dynamic.Asked.Query.Client.ToIPAddress().ToString(), s_dynamic.Asked.Query.Client.PrefixLength));
    }

    [Fact, Trait("rfc", "7871 §7.2.1")]
    public void Without_the_option_there_is_none_in_the_answer() => Assert.Empty(s_example.Ask(s_query).Options);
}
