using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc6895;

public sealed class RegistryTests
{
    private static readonly Responder s_example = Responder.Example();

    [Fact, Trait("rfc", "6895 §2.3")]
    public void An_RCODE_past_15_has_its_upper_bits_in_the_OPT_record()
    {
        var raw = s_example.Raw((new QueryBytes("www.example.com", RrType.A) { Payload = 1232, Version = 1 }).Build()).ToArray();
        // BADVERS is 16: nothing in the header's four bits, one above them. The OPT record follows header and question.
        Assert.Equal((0, 1), (raw[3] & 0xF, raw[12 + 21 + 5]));
        Assert.Equal(16, (int)new ParsedAnswer(raw).Rcode);
    }

    [Fact, Trait("rfc", "6895 §3.1")]
    public void Only_data_types_are_looked_for_in_a_zone()
    {
        for (var type = 0; type <= 300; type++)
        {
            if (type == 255) continue; // ANY, which has rules of its own
            var meta = type is 0 or 41 or (>= 128 and < 256);
            Assert.Equal((type, meta ? Rcode.Refused : Rcode.NoError), (type, s_example.Ask("www.example.com", (RrType)type).Rcode));
        }
        Assert.Equal(Rcode.NoError, s_example.Ask("www.example.com", (RrType)65280).Rcode);
    }
}
