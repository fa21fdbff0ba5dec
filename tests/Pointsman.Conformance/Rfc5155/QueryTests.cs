using Pointsman.Dns;
using Pointsman.Dns.Wire;
using Pointsman.Dns.Zones;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc5155;

public sealed class QueryTests
{
    [Fact, Trait("rfc", "5155 §7.2.8")]
    public void The_name_of_an_NSEC3_record_does_not_exist()
    {
        var responder = new Responder(new DnsContents(new ZoneSet([Responder.Zone("example.com", Responder.ExampleZone + """

            2t7b4g4vsa5smi47k61mv5bv1a22bojr NSEC3 1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr A
            2t7b4g4vsa5smi47k61mv5bv1a22bojr RRSIG NSEC3 13 3 300 20300101000000 20200101000000 1 @ AQMD
            """)]), null));
        foreach (var type in (RrType[])[RrType.NSEC3, RrType.A, RrType.RRSIG])
            Assert.Equal(Rcode.NxDomain, responder.Ask("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.com", type).Rcode);
    }
}
