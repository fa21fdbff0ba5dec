using System.Globalization;
using System.Text;
using Pointsman.Dns.Wire;
using Pointsman.Tests.Dns.Asking;

namespace Pointsman.Conformance.Rfc9471;

public sealed class GlueTests
{
    [Fact, Trait("rfc", "9471 §3.1")]
    public void A_referral_carries_in_domain_and_sibling_glue()
        => Assert.Equal(
            ["ns.child.example.com. 300 A 192.0.2.53", "ns.child.example.com. 300 AAAA 2001:db8::53", "ns.other.example.com. 300 A 192.0.2.54"],
            Responder.Example().Ask("x.child.example.com", RrType.A).Additional.Select(r => $"{r}"));

    [Fact, Trait("rfc", "9471 §3.1")]
    public void In_domain_glue_that_does_not_fit_is_a_truncated_answer()
    {
        var text = new StringBuilder("$TTL 60\n@ SOA ns . 1 2 3 4 5\n@ NS ns\n");
        for (var i = 0; i < 13; i++)
            text.Append(CultureInfo.InvariantCulture, $"cut NS ns{i}.cut\nns{i}.cut A 192.0.2.{i}\nns{i}.cut AAAA 2001:db8::{i}\n");
        var responder = new Responder(new(new([Responder.Zone("example.com", text.ToString())])));
        Assert.True(responder.Ask("x.cut.example.com", RrType.A).IsTruncated);
        var whole = responder.Ask(new QueryBytes("x.cut.example.com", RrType.A), tcp: true);
        Assert.Equal((false, 26), (whole.IsTruncated, whole.Additional.Count));
    }
}
